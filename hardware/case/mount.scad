// The bike mount, twice for a unit: openscad -o mount.stl mount.scad
use <case.scad>
bike_mount();
