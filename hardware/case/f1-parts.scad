// Written by `make hardware` from hardware/boards/f1.toml.
inner = [84, 115, 34];
sensor = [15.5, 32, 53]; // x, y, width
opening = "gland";
fixing = "wall";
button = 0; // hole, 0 where the module's own button is used
posts_under = [];
parts = [ // place, size
    [[7.5, 80, 4], [69, 26, 13]], // U1 ESP32-S3-DevKitC-1
    [[15.5, 32, 0], [53, 44, 22.5]], // U2 SEN55
    [[9, 11.5, 0.5], [17.8, 19, 4.6]], // U3 BME280
];
