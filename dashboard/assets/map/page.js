/* The map page: what the reader chooses, asked of the server, drawn, and kept in the address.
 *
 * The state is what an address has: quantity, period, end, place and layers. Every change goes the
 * same way: change the state, ask, draw, write the address. The server is asked about boxes on a
 * coarse grid, so that many ask for the same and none tells where exactly she looks.
 */

import { draw, fit, load, setLayers, setMe, setZones, view } from "./draw.js";

const known = JSON.parse(document.getElementById("map-known").textContent);
const { texts, language } = known;
const find = (name) => document.getElementById(name);
const said = (text) => find("map-said") && (find("map-said").textContent = text);

const LAYERS = ["hexagons", "nodes", "stations", "zones"]; // as state.py
const DEAD = "503"; // status of an answer without a database
const SLOW_TICKS = 6; // long periods are asked for again only every so many ticks
const REPLAY = 48; // steps before now where a replay begins
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const STEP_MS = calm ? 2000 : 700; // of a replay
const DRAG_MS = 120; // while the slider is dragged
const ADDRESS_MS = 300;
const FINEST_GRID = 0.02; // degrees, of boxes that are asked for

const state = {
  quantity: known.quantity,
  period: known.period,
  end: known.end, // seconds since 1970; null is now
  place: known.place, // [zoom, lat, lon]; null is all there is
  layers: new Set(known.layers),
};
let ends = known.ends;
let frame = known.place ? frameOfPlace(known.place) : { size: sizeOfMap() };
let last = { tag: null, data: null };
let located = false; // then the view is not written into the address by itself
let playing = false;
let turn = 0; // of questions: only the newest is drawn
let failed = false; // whether the last question had no answer

// ---- ask ---------------------------------------------------------------------------------------

function sizeOfMap() {
  const { clientWidth, clientHeight } = find("map") ?? document.body;
  return [clientWidth, clientHeight].map((side) => Math.min(Math.max(side, 50), 10_000));
}

/** Box and zoom of a view that is not drawn yet. */
function frameOfPlace([zoom, lat, lon]) {
  const [width, height] = sizeOfMap();
  const world = 512 * 2 ** zoom;
  const turned = (lat * Math.PI) / 180;
  const middle = Math.log(Math.tan(Math.PI / 4 + turned / 2));
  const half = (Math.PI * height) / world;
  const back = (y) => (Math.atan(Math.sinh(y)) * 180) / Math.PI;
  const across = (180 * width) / world;
  return toFrame(zoom, [lon - across, back(middle - half), lon + across, back(middle + half)]);
}

/** A view as it is asked for: half of it more on each side, on a grid. */
function toFrame(zoom, [west, south, east, north]) {
  const grid = Math.max(360 / 2 ** Math.round(zoom), FINEST_GRID);
  const [x, y] = [(east - west) / 2, (north - south) / 2];
  const down = (edge, least) => Math.max(Math.floor(edge / grid) * grid, least);
  const up = (edge, most) => Math.min(Math.ceil(edge / grid) * grid, most);
  const box = [down(west - x, -180), down(south - y, -90), up(east + x, 180), up(north + y, 90)];
  return { level: zoom, box: box.map((edge) => Number(edge.toFixed(5))) };
}

function toAddress(end = state.end) {
  const query = new URLSearchParams({ quantity: state.quantity, period: state.period });
  if (end !== null) query.set("end", toMoment(end));
  if (state.layers.size < LAYERS.length) query.set("layers", namesOfLayers());
  if (frame.size) query.set("size", frame.size.join("x"));
  // a tenth of a zoom is exact enough, and more of them ask for the same
  else query.set("level", frame.level.toFixed(1));
  if (frame.box) query.set("box", frame.box.join(","));
  return `${known.ask}?${query}`;
}

const toMoment = (seconds) => `${new Date(seconds * 1000).toISOString().slice(0, 16)}Z`;
const namesOfLayers = () => LAYERS.filter((name) => state.layers.has(name)).join(",") || "none";

async function get(address) {
  const answer = await fetch(address, { referrerPolicy: "no-referrer" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return { tag: answer.headers.get("etag"), content: await answer.json() };
}

/** Ask for what the state is and draw it; true when it was drawn. */
async function show({ always = true } = {}) {
  const mine = ++turn;
  let answer;
  try {
    answer = await get(toAddress());
  } catch (error) {
    if (mine === turn) fail(error.message);
    return false;
  }
  if (mine !== turn) return false;
  if (find("map-said")?.textContent === texts.failed) said("");
  if (!always && !failed && answer.tag && answer.tag === last.tag) return true;
  failed = false;
  const { content } = answer;
  if (content.empty) return false;
  const isFirst = !last.data;
  last = { tag: answer.tag, data: content.map };
  frame.wanted = frame.size ? content.map.resolution : resolutionOf(frame.level);
  tell(content);
  const { place } = state;
  const { files, basemap } = known;
  const why = await draw(find("map"), content.map, { place, moved, files, basemap });
  find("map-broken").textContent = why;
  if (why) return false;
  if (isFirst) begin();
  return true;
}

/** Say that nothing new came: of a dead database where one looks, of anything else below the map. */
function fail(status) {
  failed = true;
  if (status === DEAD) put("map-notice", known.dead);
  else said(texts.failed);
}

function put(name, html) {
  if (find(name)) find(name).innerHTML = html;
}

/** What the answer says in words. */
function tell(content) {
  put("map-legend", content.legend);
  put("map-notice", content.notice);
  put("map-table", content.table);
  put("map-marks", content.marks);
  if (find("map-summary")) find("map-summary").textContent = content.summary;
  ends = content.ends;
  placeSlider();
}

function begin() {
  setLayers(state.layers);
  moved();
  get(known.zones).then(({ content }) => setZones(content)).catch(() => {});
}

function resolutionOf(zoom) {
  const { zooms, coarsest } = last.data;
  return (zooms.find(([from]) => zoom >= from) ?? [0, coarsest])[1];
}

/** The view was changed: other hexagons may be needed, and the address is another. */
function moved(isWhole = false) {
  const { map, chosen } = view();
  if (isWhole) {
    [state.place, located, frame] = [null, false, { size: sizeOfMap() }];
    show().then((drawn) => drawn && fit());
    writeAddress();
    return;
  }
  const { lng, lat } = map.getCenter();
  const zoom = map.getZoom();
  state.place = chosen ? [zoom, lat, lng] : null;
  const bounds = map.getBounds();
  const seen = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  const [west, south, east, north] = frame.box ?? [-180, -90, 180, 90];
  const inside = west <= seen[0] && south <= seen[1] && seen[2] <= east && seen[3] <= north;
  if (resolutionOf(zoom) !== frame.wanted || !inside) {
    frame = toFrame(zoom, seen);
    frame.wanted = resolutionOf(zoom);
    show();
  }
  writeAddress();
}

// ---- the address -------------------------------------------------------------------------------

function toQuery(withPlace) {
  const query = new URLSearchParams();
  if (state.quantity) query.set("quantity", state.quantity);
  if (state.period !== "day") query.set("period", state.period);
  if (state.end !== null) query.set("end", toMoment(state.end));
  if (withPlace && state.place) {
    const [zoom, lat, lon] = state.place;
    query.set("zoom", zoom.toFixed(2));
    query.set("lat", lat.toFixed(5));
    query.set("lon", lon.toFixed(5));
  }
  if (state.layers.size < LAYERS.length) query.set("layers", namesOfLayers());
  return query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
}

const toLink = (path, withPlace) => {
  const query = toQuery(withPlace);
  return query ? `${path}?${query}` : path;
};

let writing;
function writeAddress() {
  if (!known.own) return;
  clearTimeout(writing);
  writing = setTimeout(() => {
    history.replaceState(history.state, "", toLink(location.pathname, !located));
    const other = document.querySelector("a.language");
    if (other) other.href = toLink(`/${other.lang}/`, !located);
    writeSnippet();
  }, ADDRESS_MS);
}

function writeSnippet() {
  const address = location.origin + toLink(`/${language}/embed`, !located);
  const code = find("map-snippet");
  code.textContent = code.textContent.replace(/src="[^"]*"/, `src="${address.replaceAll("&", "&amp;")}"`);
}

async function copy() {
  const address = location.origin + toLink(location.pathname, true);
  try {
    await navigator.clipboard.writeText(address);
    said(texts.copied);
  } catch {
    find("map-link-place").hidden = false;
    find("map-link").value = address;
    find("map-link").select();
    said(texts.copySelf);
  }
}

// ---- time --------------------------------------------------------------------------------------

const clock = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
  timeZone: "Europe/Amsterdam",
  ...{ day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" },
});

function placeSlider() {
  const slider = find("map-moment");
  if (!slider) return;
  find("map-time").hidden = !ends;
  find("map-no-time").hidden = Boolean(ends);
  if (!ends) return stop();
  slider.max = ends.count;
  const index = Math.round((state.end - ends.first) / ends.step);
  slider.value = state.end === null ? ends.count : Math.min(Math.max(index, 0), ends.count);
  tellMoment();
}

function tellMoment() {
  const text = state.end === null ? texts.now : clock.format(state.end * 1000);
  find("map-moment").setAttribute("aria-valuetext", text);
  find("map-moment-said").textContent = text;
  find("map-now").disabled = state.end === null;
}

function setIndex(index) {
  state.end = index >= ends.count ? null : ends.first + index * ends.step;
  find("map-moment").value = index;
  tellMoment();
  writeAddress();
}

async function play() {
  if (playing) return stop();
  playing = true;
  find("map-play").textContent = texts.pause;
  const slider = find("map-moment");
  if (state.end === null) setIndex(Math.max(ends.count - REPLAY, 0));
  while (playing && ends) {
    await Promise.all([show(), sleep(STEP_MS)]);
    if (!playing || state.end === null) break;
    setIndex(Number(slider.value) + 1);
  }
  stop();
}

function stop() {
  playing = false;
  if (find("map-play")) find("map-play").textContent = texts.play;
}

const sleep = (time) => new Promise((done) => setTimeout(done, time));

// ---- the place of the reader -------------------------------------------------------------------

function locate() {
  const failed = (error) => said(error?.code === 1 ? texts.refused : texts.notFound);
  if (!navigator.geolocation) return failed();
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      located = true;
      setMe(coords.latitude, coords.longitude);
      said(texts.located);
    },
    failed,
    { timeout: 15_000, maximumAge: 60_000 },
  );
}

// ---- begin -------------------------------------------------------------------------------------

function listen() {
  const change = (name, changed) => find(name).addEventListener("change", changed);
  find("map-controls").addEventListener("submit", (event) => event.preventDefault());
  change("map-quantity", ({ target }) => choose({ quantity: target.value }));
  change("map-period", ({ target }) => choose({ period: target.value }));
  change("map-layers", ({ target }) => {
    state.layers[target.checked ? "add" : "delete"](target.value);
    if (view()) setLayers(state.layers);
    choose({});
  });
  let dragging;
  find("map-moment").addEventListener("input", ({ target }) => {
    stop();
    setIndex(Number(target.value));
    clearTimeout(dragging);
    dragging = setTimeout(show, DRAG_MS);
  });
  change("map-moment", () => {
    clearTimeout(dragging); // it was let go, or moved by a key
    show();
  });
  find("map-play").onclick = play;
  find("map-now").onclick = () => {
    stop();
    setIndex(ends.count);
    show();
  };
  find("map-copy").onclick = copy;
  find("map-locate").onclick = locate;
}

function choose(changed) {
  stop();
  Object.assign(state, changed);
  writeAddress();
  show();
}

/** New data as it comes in, when the reader looks at now. */
function tick(count) {
  if (document.hidden || playing || state.end !== null) return;
  if (["week", "all"].includes(state.period) && count % SLOW_TICKS) return;
  show({ always: false });
}

/** A page without data looks whether there is some, and begins again. */
async function wait() {
  const { content } = await get(toAddress()).catch(() => ({ content: { empty: true } }));
  if (!content.empty) location.reload();
}

if (known.empty) {
  setInterval(wait, known.tick);
} else {
  load(known.files);
  if (known.own) {
    listen();
    placeSlider();
    writeSnippet();
  }
  show();
  let ticks = 0;
  setInterval(() => tick(++ticks), known.tick);
}
