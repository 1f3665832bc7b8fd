// Written by `make hardware` from hardware/boards/b2.toml.
inner = [84, 115, 36];
sensor = [21.5, 39, 41]; // x, y, width
opening = "usb";
fixing = "strap";
button = 12.3; // hole, 0 where the module's own button is used
posts_under = [[13, 80.2, 16, 2.1], [71, 80.2, 16, 2.1], [13, 42.2, 16, 2.1], [71, 42.2, 16, 2.1]];
parts = [ // place, size
    [[21.5, 39, 0], [41, 41, 12.5]], // U4 SPS30
    [[2, 11.5, 0.5], [17.8, 25.4, 4.6]], // U5 BME280
    [[22, 11.5, 0.5], [17.8, 25.4, 4.6]], // U6 SGP41
    [[56, 84, 22], [25.4, 20.3, 4.6]], // U7 LIS3DH
    [[8, 83.5, 22], [28, 28, 10]], // U8 MAX-M10S
    [[3.5, 84, 0.5], [77, 21, 20]], // BT1 cell
    [[10, 39.2, 16], [64, 44, 18]], // PCB1 carrier
];
