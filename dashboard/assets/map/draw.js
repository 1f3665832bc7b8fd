/* The hexagon map: draws what the server sends (pages/hexmap.py) and tells what is pointed at.
 *
 * Nothing comes from another host, unless the installation has chosen a base map.
 */

import { Cells, toIndex, toNumbersOfCells } from "./cells.js";
import { onLook } from "../shared/colours.js";
import { loadMaplibre, openMap, whenLoaded } from "../shared/flat.js";
import { readLook } from "./look.js";
import { MARKS, addMarks, lookMarks, toFeatures } from "./marks.js";

const VENDOR = "/assets/vendor/";
const FIT = { padding: 24, maxZoom: 14 }; // as hexagons.py fits
const NOTHING = { type: "FeatureCollection", features: [] };

let libraries; // promise of [maplibre, h3]
let shown; // { div, map, data, cells, popup, how }

/** MapLibre and H3; `files` are their addresses where these have a version in them. */
export function load(files = {}) {
  const address = (name) => files[`vendor/${name}`] ?? VENDOR + name;
  libraries ??= Promise.all([loadMaplibre(address), import(address("h3-js.mjs"))]);
  return libraries;
}

/** Draw data in a place; empty, or why it cannot be.
 *
 * `how` may have: place [zoom, lat, lon] to begin with, moved() when the view was changed, files,
 * basemap, layers (a Set) and zones (GeoJSON).
 */
export async function draw(div, data, how = {}) {
  try {
    const [maplibre, h3] = await load(how.files);
    await sized(div); // last: the place may be hidden again while the libraries load
    if (shown?.div !== div) shown = await begin(maplibre, h3, div, data, how);
    shown.data = data;
    if (!shown.pinned) shown.popup.remove();
    if (shown.cells.data !== data) shown.cells.show(data);
    showMarks(data);
    shown.map.once("render", () => requestAnimationFrame(() => markDrawn(div, data)));
    shown.map.triggerRepaint();
    return "";
  } catch (error) {
    div.classList.add("broken");
    return data.texts.broken.replace("{reason}", error.message ?? error);
  }
}

/** Marks go by a worker of MapLibre, and draw all again: only where there are others. */
function showMarks(data) {
  const features = toFeatures(data.marks, data);
  const text = JSON.stringify(features);
  if (text === (shown.marks ?? JSON.stringify(NOTHING))) return;
  shown.marks = text;
  shown.map.getSource("marks").setData(features);
}

export const view = () => shown;

async function begin(maplibre, h3, div, data, how) {
  const look = readLook();
  const map = makeMap(maplibre, h3, div, data, how, look);
  const loaded = whenLoaded(map);
  const cells = new Cells(h3, look);
  cells.show(data); // makes their corners while MapLibre starts its workers
  await loaded;
  map.addLayer(cells);
  cells.opacity = how.basemap?.tiles ? 0.75 : 1;
  map.addSource("zones", { type: "geojson", data: NOTHING });
  map.addLayer({
    id: "zones",
    type: "line",
    source: "zones",
    paint: { "line-color": look.line, "line-width": 1.2, "line-dasharray": [4, 2] },
  });
  addMarks(map, look);
  addMe(map, look);
  const popup = new maplibre.Popup({ closeButton: false, closeOnClick: false, maxWidth: "280px" });
  const made = { div, map, data, cells, popup, how, h3, pinned: false, chosen: Boolean(how.place) };
  onLook(() => relook(made, readLook()));
  listen(made);
  return made;
}

function makeMap(maplibre, h3, div, data, how, look) {
  const { texts } = data;
  const begins = how.place
    ? { zoom: how.place[0], center: [how.place[2], how.place[1]] }
    : { bounds: data.bounds ?? toBounds(h3, data), fitBoundsOptions: FIT };
  const named = { map: texts.label, zoom_in: texts.zoomIn, zoom_out: texts.zoomOut };
  const map = openMap(maplibre, div, named, {
    style: toStyle(how.basemap, look),
    ...begins,
    attributionControl: how.basemap?.tiles ? { compact: false } : false,
    renderWorldCopies: false,
    fadeDuration: 0,
    maxZoom: 17,
  });
  map.addControl(wholeControl(texts), "top-right");
  return map;
}

function toStyle(basemap, look) {
  const background = { "background-color": look.map };
  const style = {
    version: 8,
    sources: {},
    layers: [{ id: "background", type: "background", paint: background }],
  };
  if (basemap?.tiles) {
    const { tiles, attribution, maxzoom } = basemap;
    style.sources.base = { type: "raster", tiles: [tiles], tileSize: 256, attribution, maxzoom };
    style.layers.push({ id: "base", type: "raster", source: "base" });
  }
  return style;
}

function relook(made, look) {
  made.cells.look = look;
  made.map.setPaintProperty("background", "background-color", look.map);
  made.map.setPaintProperty("zones", "line-color", look.line);
  made.map.setPaintProperty("me", "circle-color", look.accent);
  lookMarks(made.map, look);
  made.div.dataset.look = look.map;
  made.map.triggerRepaint();
}

/** Box around all cells and marks, for pages that do not tell it. */
function toBounds(h3, data) {
  const box = [180, 90, -180, -90];
  const stretch = (lat, lng) => {
    box[0] = Math.min(box[0], lng);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lng);
    box[3] = Math.max(box[3], lat);
  };
  for (const { resolution, steps } of data.parts) {
    for (const number of toNumbersOfCells(steps)) {
      for (const [lat, lng] of h3.cellToBoundary(toIndex(number, resolution))) stretch(lat, lng);
    }
  }
  data.marks.forEach((mark) => stretch(mark.lat, mark.lon));
  return box[0] > box[2] ? [3.2, 50.7, 7.3, 53.6] : box; // nothing yet: the Netherlands
}

function wholeControl(texts) {
  const box = document.createElement("div");
  box.className = "maplibregl-ctrl maplibregl-ctrl-group";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "map-whole";
  button.title = texts.whole;
  button.setAttribute("aria-label", texts.whole);
  button.onclick = () => {
    shown.chosen = false;
    if (shown.how.moved) shown.how.moved(true);
    else fit();
  };
  box.append(button);
  return { onAdd: () => box, onRemove: () => box.remove() };
}

/** Have all hexagons in view. */
export function fit(duration = 500) {
  shown.map.fitBounds(shown.first ?? toBounds(shown.h3, shown.data), { ...FIT, duration });
}

// ---- layers, zones and the place of the reader ----------------------------------------------

export function setLayers(layers) {
  const { map, cells } = shown;
  cells.visible = layers.has("hexagons");
  const show = (id, name) =>
    map.setLayoutProperty(id, "visibility", layers.has(name) ? "visible" : "none");
  show("marks-node", "nodes");
  show("marks-station", "stations");
  show("zones", "zones");
  map.triggerRepaint();
}

export function setZones(zones) {
  shown.map.getSource("zones").setData(zones);
}

function addMe(map, look) {
  map.addSource("me", { type: "geojson", data: NOTHING });
  const ring = { "circle-stroke-width": 3, "circle-stroke-color": "#ffffff" };
  const paint = { "circle-radius": 8, "circle-color": look.accent, ...ring };
  map.addLayer({ id: "me", type: "circle", source: "me", paint });
}

/** Show where the reader is; this never leaves the browser. */
export function setMe(lat, lon) {
  const { map } = shown;
  map.getSource("me").setData({ type: "Point", coordinates: [lon, lat] });
  shown.chosen = true;
  map.jumpTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), 13) });
}

// ---- what is pointed at ----------------------------------------------------------------------

function line(kind, text) {
  const element = document.createElement(kind);
  element.textContent = text;
  return element;
}

function link(text, href) {
  const element = line("a", text);
  element.href = href;
  return element;
}

function numbers(data) {
  return (value, digits) =>
    value.toLocaleString(data.language, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
}

function tellCell({ row, index }, pinned) {
  const { data } = shown;
  const { texts } = data;
  const write = numbers(data);
  const count = write(data.counts[row], 0);
  const content = document.createElement("div");
  content.append(line("strong", `${write(data.means[row], data.digits)} ${data.unit}`));
  if (data.lows) {
    const [low, high] = [data.lows, data.highs].map((ends) => write(ends[row], data.digits));
    const from = data.counts[row] ? texts.measured.replace("{count}", count) : texts.estimated;
    content.append(line("span", texts.range.replace("{low}", low).replace("{high}", high)));
    content.append(line("span", from), line("span", texts.period));
  } else {
    content.append(
      line("span", `${texts.mean}, ${count} ${texts.count}`),
      line("span", texts.period),
      line("span", texts.raw),
    );
  }
  if (pinned) content.append(link(texts.history, data.history.replace("{cell}", index)));
  return content;
}

function tellMark(mark, pinned) {
  const { data } = shown;
  const { texts } = data;
  const isNode = mark.kind === "node";
  const content = document.createElement("div");
  content.append(line("strong", mark.name), line("span", isNode ? texts.node : texts.station));
  if (mark.value !== undefined) {
    const value = `${numbers(data)(mark.value ?? 0, data.digits)} ${data.unit}`;
    content.append(line("span", mark.value === null ? texts.noValue : value));
    const mean = isNode ? (texts.nodeMean ?? texts.mean) : texts.mean;
    content.append(line("span", `${mean}, ${texts.period}`));
    content.append(line("span", isNode ? texts.raw : texts.official));
  }
  if (pinned && mark.href) content.append(link(isNode ? texts.toNode : texts.toStation, mark.href));
  return content;
}

/** Content of what is at a place of the map; null where nothing is. */
function find(point, lngLat, pinned) {
  const { map, cells, data } = shown;
  const around = [[point.x - 4, point.y - 4], [point.x + 4, point.y + 4]];
  const [mark] = map.queryRenderedFeatures(around, { layers: MARKS });
  if (mark) return tellMark(data.marks[mark.properties.row], pinned);
  const cell = cells.at(lngLat);
  return cell && tellCell(cell, pinned);
}

function tell(point, lngLat, pinned) {
  const content = find(point, lngLat, pinned);
  const { popup, map } = shown;
  popup.remove();
  shown.pinned = pinned && Boolean(content);
  map.getCanvas().style.cursor = content ? "pointer" : "";
  if (!content) return;
  if (pinned) {
    const button = line("button", "×");
    button.type = "button";
    button.className = "map-close";
    button.setAttribute("aria-label", shown.data.texts.close);
    button.onclick = close;
    content.prepend(button);
  }
  popup.setLngLat(lngLat).setDOMContent(content).addTo(map);
  popup.getElement().classList.toggle("pinned", pinned);
}

function close() {
  shown.pinned = false;
  shown.popup.remove();
  shown.map.getCanvas().focus();
}

function listen(made) {
  const { map, div } = made;
  map.on("mousemove", ({ point, lngLat }) => shown.pinned || tell(point, lngLat, false));
  map.on("click", ({ point, lngLat }) => tell(point, lngLat, true));
  map.on("mouseout", () => shown.pinned || shown.popup.remove());
  div.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown.pinned) close();
    if (event.key !== "Enter" || event.target !== map.getCanvas()) return;
    const lngLat = map.getCenter();
    tell(map.project(lngLat), lngLat, true);
    shown.popup.getElement()?.querySelector("a")?.focus();
  });
  map.on("moveend", () => made.how.moved?.());
  // a telephone that is turned shows the same hexagons, until the reader has chosen a view
  map.on("movestart", (event) => (made.chosen ||= Boolean(event.originalEvent)));
  map.on("resize", () => made.chosen || fit(0));
}

// ---- drawing -----------------------------------------------------------------------------------

function markDrawn(div, data) {
  if (data.bounds && !data.box) shown.first = data.bounds; // of all there is
  div.dataset.hexagons = data.means.length;
  div.dataset.marks = data.marks.length;
  div.dataset.resolution = data.resolution;
  div.dataset.drawn = Number(div.dataset.drawn ?? 0) + 1;
}

/** Wait until the place has a size: React lays a page with a chart out hidden at first. */
function sized(div) {
  if (div.clientWidth) return Promise.resolve();
  return new Promise((resolve) => {
    const watch = new ResizeObserver(() => {
      if (div.clientWidth === 0) return;
      watch.disconnect();
      resolve();
    });
    watch.observe(div);
  });
}

window.lokaal = { view }; // for whoever looks from outside
