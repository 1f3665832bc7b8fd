// Written by `make hardware` from hardware/boards/b1.toml.
inner = [126, 122, 36];
sensor = [42.5, 27, 41]; // x, y, width
opening = "usb";
fixing = "strap";
button = 0; // hole, 0 where the module's own button is used
posts_under = [];
parts = [ // place, size
    [[4, 72, 1], [118, 40, 32]], // U1 T-Beam Supreme
    [[42.5, 27, 0], [41, 41, 12.5]], // U2 SPS30
    [[92, 40, 0.5], [12, 16, 6]], // U3 boost
];
