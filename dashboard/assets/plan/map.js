// The plan on a map: shapes, names, corners that can be dragged, and drawing by clicks.
// There is no base map; libraries come from here, none from another host.
import { onLook, paint } from "../shared/colours.js";
import { loadMaplibre, openMap, whenLoaded } from "../shared/flat.js";
import { boxOf, cornersOf, nameOf, ofKind, setCorners } from "./model.js";

const NOWHERE = { center: [5.12, 52.09], zoom: 16 };
const FIT = { padding: 48, maxZoom: 19, duration: 0 };
const NEAR_PX = 14; // of the first corner: a click there closes a zone
const ON = ["==", ["get", "chosen"], true];
const LAYERS = [
  { id: "zones", type: "fill", kind: "zone", paint: { "fill-opacity": ["case", ON, 0.35, 0.16] } },
  { id: "edges", type: "line", kind: "zone", paint: { "line-width": ["case", ON, 3, 1.5] } },
  { id: "passages", type: "line", kind: "passage", paint: { "line-width": 5 } },
  { id: "counters", type: "circle", kind: "counter", paint: { "circle-radius": 5, "circle-stroke-width": 2 } },
];
const PAINTS = [
  ["background", "background-color", "--map"],
  ["zones", "fill-color", "--accent"],
  ["edges", "line-color", "--accent"],
  ["passages", "line-color", (colour) => ["case", ON, colour("--warn"), colour("--ink")]],
  ["counters", "circle-color", "--paper"],
  ["counters", "circle-stroke-color", "--ink"],
  ["line", "line-color", "--warn"],
];

/** A map in `div`; `told` hears of what people do: moved(feature), chose(feature), drew(kind, corners). */
export async function openPlan(div, texts, told) {
  const maplibre = await loadMaplibre();
  const map = openMap(maplibre, div, texts, { ...NOWHERE, maxZoom: 22 });
  await whenLoaded(map);
  return new PlanMap(maplibre, map, div, told);
}

class PlanMap {
  constructor(maplibre, map, div, told) {
    Object.assign(this, { maplibre, map, div, told, drawing: null, names: [], corners: [], isChosen: false });
    for (const id of ["plan", "drawing"]) map.addSource(id, { type: "geojson", data: toCollection([]) });
    for (const { kind, ...layer } of LAYERS) {
      map.addLayer({ ...layer, source: "plan", filter: ["==", ["get", "kind"], kind] });
    }
    map.addLayer({ id: "line", type: "line", source: "drawing", paint: { "line-width": 3 } });
    paint(map, PAINTS);
    onLook(() => paint(map, PAINTS));
    map.on("click", (event) => (this.drawing ? this.#addCorner(event) : this.#choose(event)));
    map.on("mousemove", (event) => this.drawing && this.#showDrawing(event.lngLat.toArray()));
    // a telephone that is turned shows all of it again, until the reader has chosen a view
    map.on("movestart", (event) => (this.isChosen ||= Boolean(event.originalEvent)));
    map.on("resize", () => this.isChosen || this.showAll(this.plan));
    map.on("dblclick", (event) => this.drawing && event.preventDefault());
  }

  get middle() {
    return this.map.getCenter().toArray();
  }

  go(lon, lat) {
    this.isChosen = true;
    this.map.jumpTo({ center: [lon, lat], zoom: Math.max(this.map.getZoom(), 16) });
  }

  showAll(plan) {
    const box = plan && boxOf(plan);
    if (box) this.map.fitBounds(box, FIT);
  }

  /** Draw a plan; the corners of the feature that is chosen can be moved when `mayChange`. */
  draw(plan, chosen, mayChange) {
    Object.assign(this, { plan, chosen });
    this.#showShapes();
    this.names.forEach((marker) => marker.remove());
    this.names = ["zone", "passage"].flatMap((kind) => ofKind(plan, kind)).map((feature) => this.#name(feature));
    this.corners.forEach((marker) => marker.remove());
    const corners = (mayChange && chosen && cornersOf(chosen)) || [];
    this.corners = corners.map((corner, number) => this.#corner(corner, number));
    this.map.once("idle", () => (this.div.dataset.drawn = Number(this.div.dataset.drawn ?? 0) + 1));
    this.map.triggerRepaint();
  }

  start(kind) {
    this.drawing = { kind, corners: [] };
    this.isChosen = true;
    this.div.classList.add("drawing");
    this.map.doubleClickZoom.disable();
    this.#showDrawing();
  }

  undo() {
    this.drawing?.corners.pop();
    this.#showDrawing();
  }

  stop() {
    this.drawing = null;
    this.div.classList.remove("drawing");
    this.map.doubleClickZoom.enable();
    this.#showDrawing();
  }

  /** End a drawing that is whole: a zone of three corners, a passage of two. */
  finish() {
    const { kind, corners } = this.drawing;
    if (corners.length < (kind === "zone" ? 3 : 2)) return;
    this.stop();
    this.told.drew(kind, corners);
  }

  #addCorner({ point, lngLat }) {
    const { kind, corners } = this.drawing;
    const isAt = (corner) => this.map.project(corner).dist(point) < NEAR_PX;
    if (kind === "zone" && corners.length >= 3 && isAt(corners[0])) return this.finish();
    if (corners.length && isAt(corners.at(-1))) return; // the second of a double click
    corners.push(lngLat.toArray());
    this.#showDrawing();
    if (kind === "passage" && corners.length === 2) this.finish();
  }

  #showDrawing(pointer) {
    const corners = this.drawing?.corners ?? [];
    const line = pointer && corners.length ? [...corners, pointer] : corners;
    const shape = { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: line } };
    this.map.getSource("drawing").setData(toCollection(line.length > 1 ? [shape] : []));
    if (pointer) return;
    this.dots?.forEach((marker) => marker.remove());
    this.dots = corners.map((corner, number) => this.#marker(`plan-corner${number ? "" : " first"}`, corner));
    this.told.drawing(this.drawing);
  }

  #showShapes() {
    const features = this.plan.features.map((feature) => ({
      type: "Feature",
      geometry: feature.geometry,
      properties: { kind: feature.properties.kind, id: feature.properties.id, chosen: feature === this.chosen },
    }));
    this.map.getSource("plan").setData(toCollection(features));
  }

  #choose({ point }) {
    const around = [[point.x - 5, point.y - 5], [point.x + 5, point.y + 5]];
    const layers = ["counters", "passages", "zones"];
    const found = this.map.queryRenderedFeatures(around, { layers });
    found.sort((a, b) => layers.indexOf(a.layer.id) - layers.indexOf(b.layer.id));
    const { kind, id } = found[0]?.properties ?? {};
    const feature = this.plan.features.find((f) => f.properties.kind === kind && f.properties.id === id);
    if (feature) this.told.chose(feature);
  }

  #name(feature) {
    const corners = cornersOf(feature) ?? feature.geometry.coordinates.flat(2).slice(0, 1);
    const at = [0, 1].map((part) => corners.reduce((sum, corner) => sum + corner[part], 0) / corners.length);
    const marker = this.#marker("plan-name", at);
    marker.getElement().textContent = nameOf(feature);
    if (feature.properties.kind === "passage") marker.setOffset([0, -16]); // beside its line
    return marker;
  }

  #corner(corner, number) {
    const marker = this.#marker("plan-corner", corner, true);
    const move = () => {
      const corners = [...cornersOf(this.chosen)];
      corners[number] = marker.getLngLat().toArray();
      setCorners(this.chosen, corners);
    };
    marker.on("drag", () => (move(), this.#showShapes()));
    marker.on("dragend", () => (move(), this.told.moved(this.chosen)));
    return marker;
  }

  #marker(kind, at, draggable = false) {
    const element = document.createElement("div");
    element.className = kind;
    const marker = new this.maplibre.Marker({ element, draggable }).setLngLat(at).addTo(this.map);
    for (const name of ["role", "aria-label", "tabindex"]) element.removeAttribute(name);
    element.setAttribute("aria-hidden", "true"); // the form below has the same, for who cannot point
    return marker;
  }
}

const toCollection = (features) => ({ type: "FeatureCollection", features });
