// Body, lid and bike mount. A unit hangs: x to the right, y up, z away from the wall or the frame.
// It is printed as it lies here, the back wall on the bed: every wall stands, nothing hangs over.
// Air comes in through slots in the bottom, goes up, sideways round the end of an inner wall, and
// only then to the sensor; out the same way on the other side of a divider. Drops fall back out.

include <variables.scad>

function outer(inner) = [inner.x + 2 * wall, inner.y + 2 * wall, inner.z + floor_thick];

module body(inner, sensor_x, sensor_y, sensor_width, opening, fixing, button, posts_under) {
    out = outer(inner);
    difference() {
        union() {
            shell(inner);
            posts(inner);
            labyrinth(inner, sensor_x + sensor_width / 2, sensor_y);
            for (p = posts_under) standoff(p);
            ears(out, fixing);
        }
        translate([wall, 0, floor_thick]) {
            slots_at(slots_left(inner));
            slots_at(slots_right(inner));
        }
        if (opening == "gland") drop_hole(out.x - wall - 1, out, gland);
        if (opening == "usb") usb_hole(out);
        if (button > 0) drop_hole(-1, out, button);
        for (p = corners(inner)) translate([p.x, p.y, floor_thick + 4])
            cylinder(d = screw_core, h = inner.z);
    }
}

module shell(inner) {
    out = outer(inner);
    difference() {
        cube(out);
        translate([wall, wall, floor_thick]) cube([inner.x, inner.y, inner.z + 1]);
    }
}

function corners(inner) = [
    for (x = [post / 2, inner.x - post / 2], y = [post / 2, inner.y - post / 2])
        [wall + x, wall + y]
];

module posts(inner) {
    for (p = corners(inner)) translate([p.x - post / 2, p.y - post / 2, 0])
        cube([post, post, floor_thick + inner.z]);
}

// The inner wall is open at the far left and the far right; the slots lie towards the middle.
module labyrinth(inner, divider, sensor_y) {
    opening = 14;
    translate([wall + opening, wall + baffle_at, 0])
        cube([inner.x - 2 * opening, baffle_wall, floor_thick + inner.z]);
    translate([wall + divider - divider_wall / 2, wall, 0])
        cube([divider_wall, sensor_y - 0.5, floor_thick + inner.z]);
}

function slots_left(inner) = inner.x / 2 - 3 - slot_width - (slots - 1) * slot_pitch;
function slots_right(inner) = inner.x / 2 + 3;

module slots_at(x) {
    for (i = [0 : slots - 1]) translate([x + i * slot_pitch, -1, 3])
        cube([slot_width, wall + 2, 22]);
}

// Cable at the right and button at the left sit above the inner wall: no hole lets drops pass it.
// A round hole whose roof is a point: it prints without support.
module drop_hole(x, out, d) {
    translate([x, wall + cable_at, out.z / 2]) rotate([0, 90, 0]) {
        cylinder(d = d, h = wall + 2);
        rotate([0, 0, 135]) cube([d / 2, d / 2, wall + 2]);
    }
}

module usb_hole(out) {
    translate([out.x - wall - 1, wall + cable_at - usb.x / 2, out.z / 2 - usb.y / 2])
        cube([wall + 2, usb.x, usb.y]);
}

// p = [x, y, height, hole]: a post under a corner of a board
module standoff(p) {
    translate([wall + p[0], wall + p[1], 0]) difference() {
        translate([-3, -3, 0]) cube([6, 6, floor_thick + p[2]]);
        translate([0, 0, floor_thick + 2]) cylinder(d = p[3], h = p[2]);
    }
}

// They reach a millimetre into the wall: bodies that only touch are two bodies.
module ears(out, fixing) {
    for (side = [0, 1]) translate([side ? out.x : -ear, out.y / 2 - ear_height / 2, 0])
        difference() {
            translate([side ? -1 : 0, 0, 0]) cube([ear + 1, ear_height, ear_thick]);
            if (fixing == "wall") for (y = [10, ear_height - 10])
                translate([ear / 2, y, -1]) cylinder(d = wall_screw, h = ear_thick + 2);
            if (fixing == "strap") {
                translate([(ear - strap.x) / 2, (ear_height - strap.y) / 2, -1])
                    cube([strap.x, strap.y, ear_thick + 2]);
                for (y = [-1, 1]) translate([ear / 2, ear_height / 2 + y * bolt_apart / 2, -1])
                    cylinder(d = bolt, h = ear_thick + 2);
            }
        }
}

// Its outer side lies on the bed, the skirt stands.
module lid(inner) {
    out = outer(inner);
    over = gap + skirt_wall;
    difference() {
        translate([-over, -over, 0]) cube([out.x + 2 * over, out.y + 2 * over, lid_thick + skirt]);
        translate([-gap, -gap, lid_thick]) cube([out.x + 2 * gap, out.y + 2 * gap, skirt + 1]);
        translate([0, 0, lid_thick - cord_deep]) groove(out);
        // the lid lies mirrored: what is left here is right on the body
        for (p = corners(inner)) translate([out.x - p.x, p.y, -1]) {
            cylinder(d = screw_free, h = lid_thick + 2);
            cylinder(d1 = screw_head + 2, d2 = screw_free, h = 1 + 1.6);
        }
    }
}

module groove(out) {
    side = (wall - cord_width) / 2;
    difference() {
        translate([side, side, 0]) cube([out.x - 2 * side, out.y - 2 * side, cord_deep + 1]);
        translate([side + cord_width, side + cord_width, -1])
            cube([out.x - 2 * (side + cord_width), out.y - 2 * (side + cord_width), cord_deep + 3]);
    }
}

// A saddle for the top tube of a frame, one bolted under each ear; two straps of 8 mm go through it
// and round the tube. It is printed standing on a side: no hole is wider than it may be.
module bike_mount() rotate([0, -90, 0]) difference() {
    cube(mount);
    translate([-1, mount.y / 2, mount.z + tube / 4]) rotate([0, 90, 0])
        cylinder(d = tube, h = mount.x + 2, $fn = 64);
    for (y = [-1, 1]) translate([mount.x / 2, mount.y / 2 + y * bolt_apart / 2, -1]) {
        cylinder(d = bolt, h = mount.z + 2);
        translate([0, 0, 8]) cylinder(d = 9, h = mount.z); // the head sinks in
    }
    for (x = [4, mount.x - 4 - small_strap.x]) translate([x, -1, 2])
        cube([small_strap.x, mount.y + 2, small_strap.y]);
}
