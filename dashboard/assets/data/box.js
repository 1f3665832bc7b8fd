// The map beside the field "area": two clicks are corners of a box, a button takes what is in view.
// The field stays what counts: it can be typed in, and the form sends it.
import { onLook, paint } from "../shared/colours.js";
import { loadMaplibre, openMap, whenLoaded } from "../shared/flat.js";

const COUNTRY = [3.2, 50.7, 7.3, 53.6]; // the Netherlands
const FIT = { padding: 32, maxZoom: 14, duration: 0 };
const PAINTS = [
  ["background", "background-color", "--map"],
  ["box", "fill-color", "--accent"],
  ["edge", "line-color", "--accent"],
  ["nodes", "circle-color", "--paper"],
  ["nodes", "circle-stroke-color", "--ink"],
];

const part = document.getElementById("data-area");
const field = document.querySelector("input[name=bbox]");
const told = JSON.parse(part.querySelector("script").textContent);
let corner = null; // the first of two

part.hidden = false;
part.addEventListener("toggle", () => part.open && open(), { once: true });

async function open() {
  const map = openMap(await loadMaplibre(), "data-map", told, {
    bounds: around(told.nodes) ?? COUNTRY,
    fitBoundsOptions: FIT,
  });
  await whenLoaded(map);
  addLayers(map);
  listen(map);
  show(map, read());
  document.getElementById("data-map").dataset.drawn = "1";
}

function addLayers(map) {
  const points = told.nodes.map((at) => feature("Point", at));
  map.addSource("nodes", { type: "geojson", data: collection(points) });
  map.addSource("box", { type: "geojson", data: collection([]) });
  map.addLayer({ id: "box", type: "fill", source: "box", paint: { "fill-opacity": 0.2 } });
  map.addLayer({ id: "edge", type: "line", source: "box", paint: { "line-width": 2 } });
  map.addLayer({ id: "nodes", type: "circle", source: "nodes", paint: { "circle-radius": 4, "circle-stroke-width": 2 } });
  paint(map, PAINTS);
  onLook(() => paint(map, PAINTS));
}

function listen(map) {
  map.on("click", ({ lngLat }) => {
    const at = lngLat.toArray();
    if (corner) write(map, boxOf(corner, at));
    corner = corner ? null : at;
  });
  map.on("mousemove", ({ lngLat }) => corner && show(map, boxOf(corner, lngLat.toArray())));
  part.querySelector("[data-do=view]").onclick = () => {
    const view = map.getBounds();
    write(map, [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()]);
  };
  part.querySelector("[data-do=none]").onclick = () => write(map, null);
  field.addEventListener("input", () => show(map, read()));
}

/** The box in the field; null when there is none, or none that can be drawn. */
function read() {
  const ends = field.value.split(",").map(Number);
  const isBox = field.value.trim() && ends.length === 4 && ends.every(Number.isFinite);
  return isBox && ends[0] < ends[2] && ends[1] < ends[3] ? ends : null;
}

function write(map, box) {
  corner = null;
  field.value = box ? box.map((end) => end.toFixed(4)).join(",") : "";
  part.querySelector("[role=status]").textContent = box ? told.chosen.replace("{box}", field.value) : told.none;
  show(map, box);
}

function show(map, box) {
  const [west, south, east, north] = box ?? [];
  const ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
  map.getSource("box").setData(collection(box ? [feature("Polygon", [ring])] : []));
}

function boxOf([x, y], [u, v]) {
  return [Math.min(x, u), Math.min(y, v), Math.max(x, u), Math.max(y, v)];
}

function around(points) {
  const [x, y] = [0, 1].map((axis) => points.map((at) => at[axis]));
  return points.length ? [Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y)] : null;
}

function feature(type, coordinates) {
  return { type: "Feature", properties: {}, geometry: { type, coordinates } };
}

function collection(features) {
  return { type: "FeatureCollection", features };
}
