// What all enclosures have in common, in mm. What differs per build comes from its board file,
// by way of NAME-parts.scad, which `make hardware` writes.

wall = 2.4;          // six lines of a nozzle of 0.4
floor_thick = 2.4;   // the back wall, which lies on the print bed
lid_thick = 2.4;
skirt = 8;           // the lid reaches so far down over the body: rain runs off
skirt_wall = 1.6;
gap = 0.3;           // between skirt and body
cord_width = 2.2;    // groove in the lid for a foam cord of 2 mm
cord_deep = 1.2;

post = 7;            // corner posts for the screws of the lid, M3 straight into plastic
screw_core = 2.6;
screw_free = 3.4;
screw_head = 6.2;

baffle_at = 8;       // how far above the bottom the labyrinth's inner wall stands
baffle_wall = 2;
slot_width = 3;      // of the slots in the bottom; insect mesh goes behind them
slot_pitch = 6;
slots = 3;           // for air in, and as many for air out
divider_wall = 2;

ear = 18;            // ears at both sides, flat on the bed
ear_thick = 5;
ear_height = 44;
wall_screw = 5;
strap = [6, 26];
bolt = 4.4;          // M4, for the bike mount
bolt_apart = 34;

cable_at = 20;        // height of the cable's hole above the bottom
gland = 12.7;        // PG7
usb = [14, 9];       // a socket with a cable inside; it must have a seal

tube = 34;           // of the bike; a strip of rubber takes up what is less
mount = [44, 44, 20];
small_strap = [9, 4];

$fn = 32;
