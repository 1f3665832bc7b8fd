// Written by `make hardware`: openscad -D 'solid="lid"' -o lid.stl b2.scad
include <b2-parts.scad>
use <case.scad>
include <variables.scad>

solid = "body"; // body, lid, or clash: where a part stands in the body, which is nowhere

module whole_body() body(inner, sensor[0], sensor[1], sensor[2], opening, fixing, button,
    posts_under);

if (solid == "body") whole_body();
if (solid == "lid") lid(inner);
if (solid == "clash") intersection() {
    whole_body();
    translate([wall, wall, floor_thick]) for (part = parts)
        translate(part[0] + [0.05, 0.05, 0.05]) cube(part[1] - [0.1, 0.1, 0.1]);
}
