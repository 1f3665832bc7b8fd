// The page of a plan: read what the server sent, show it on a map, change it in map or form, save
// all of it at once with the version that was changed.
import { openPlan } from "./map.js";
import { field, fill, make, showParts } from "./form.js";
import { addFeature, addPassage, findFaults, nameOf, ofKind, readPlan, removeFeature } from "./model.js";

const METRE = 1 / 111_195; // in degrees of latitude
const KINDS = { zone: "zones", passage: "passages", counter: "counters" };
const MINUTES = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60]; // that divide a day

const data = JSON.parse(document.getElementById("plan-data").textContent);
const { texts } = data;
const isNew = data.version === 0;
const kept = new Set(data.plan.features.map(keyOf)); // ids that are known elsewhere do not change
let { plan } = data;
let map = null;
let chosen = null;
let isChanged = false;

const root = document.getElementById("plan-editor");
const div = make("div", { className: "map plan-map", id: "plan-map" });
const broken = make("p", { className: "small", role: "status" });
const parts = {};
const hint = make("p", { role: "status", "aria-live": "polite" });
const said = make("div", { className: "plan-said" });

function keyOf(feature) {
  return `${feature.properties.kind}/${feature.properties.id}`;
}

// ---- what is shown -----------------------------------------------------------------------------

function show() {
  map?.draw(plan, chosen, data.mayChange);
  if (!data.mayChange) return;
  for (const kind of Object.keys(KINDS)) {
    const isKept = (feature) => kept.has(keyOf(feature));
    parts[kind].replaceChildren(...showParts(plan, kind, chosen, isKept, texts, told));
  }
}

/** Show again, and leave the keyboard where it was. */
function showAgain() {
  const boxes = [...root.querySelectorAll("input, select, button, summary")];
  const at = boxes.indexOf(document.activeElement);
  show();
  if (at < 0 || root.contains(document.activeElement)) return;
  root.querySelectorAll("input, select, button, summary")[at]?.focus();
}

function choose(feature, { focus = false } = {}) {
  chosen = feature;
  show();
  const part = feature && findPart(feature);
  if (!part) return;
  part.scrollIntoView({ block: "nearest" });
  if (focus) part.querySelector("input").focus({ preventScroll: true });
  else part.querySelector("summary").focus({ preventScroll: true });
}

const findPart = (feature) =>
  [...parts[feature.properties.kind].children].find((part) => part.dataset.id === feature.properties.id);

function change() {
  isChanged = true;
  said.replaceChildren(make("p", { role: "status" }, texts.changed));
}

const told = {
  chosen: () => chosen,
  chose: (feature) => feature !== chosen && (data.mayChange ? choose(feature) : ((chosen = feature), show())),
  changed(feature) {
    change();
    findPart(feature)?.querySelector("summary").replaceChildren(nameOf(feature));
    map?.draw(plan, chosen, true);
  },
  reshaped() {
    change();
    setTimeout(showAgain); // after the keyboard has gone on to the next field
  },
  moved() {
    change();
    show();
  },
  drew: add,
  removed(feature) {
    removeFeature(plan, feature);
    chosen = null;
    show();
    change();
    hint.replaceChildren(fill(texts.removed, { name: nameOf(feature) }));
    parts[feature.properties.kind].parentElement.querySelector("button").focus();
  },
  drawing: showTools,
};

// ---- drawing -----------------------------------------------------------------------------------

function add(kind, corners) {
  change();
  const said = kind === "counter" ? { passage: ofKind(plan, "passage")[0]?.properties.id, direction: "forward" } : {};
  const feature = kind === "passage" ? addPassage(plan, corners) : addFeature(plan, kind, corners, said);
  choose(feature, { focus: true });
}

/** A part without the map: a square of 20 m, or a line across it, to be moved by its corners. */
function addPlain(kind) {
  const [lon, lat] = map?.middle ?? plan.features[0]?.geometry.coordinates.flat(Infinity).slice(0, 2) ?? [5.12, 52.09];
  const wide = (10 * METRE) / Math.cos((lat * Math.PI) / 180);
  const [west, east, south, north] = [lon - wide, lon + wide, lat - 10 * METRE, lat + 10 * METRE];
  const square = [[west, south], [east, south], [east, north], [west, north]];
  add(kind, { zone: square, passage: [[west, lat], [east, lat]], counter: [[lon, lat]] }[kind]);
}

const tools = {
  zone: button(texts.draw_zone, () => draw("zone")),
  passage: button(texts.draw_passage, () => draw("passage")),
  close: button(texts.close, () => map.finish()),
  undo: button(texts.undo, () => map.undo()),
  cancel: button(texts.cancel, () => map.stop()),
};

function button(label, press, kind = "") {
  const made = make("button", { type: "button", className: kind }, label);
  made.addEventListener("click", press);
  return made;
}

function draw(kind) {
  chosen = null;
  show();
  map.start(kind);
}

function showTools(drawing) {
  for (const kind of ["zone", "passage"]) tools[kind].setAttribute("aria-pressed", drawing?.kind === kind);
  for (const name of ["close", "undo", "cancel"]) tools[name].hidden = !drawing;
  tools.close.hidden ||= drawing.kind !== "zone";
  tools.close.disabled = !(drawing?.corners.length >= 3);
  tools.undo.disabled = !drawing?.corners.length;
  hint.replaceChildren(drawing ? texts[`hint.${drawing.kind}`] : "");
}

document.addEventListener("keydown", (event) => {
  if (!map?.drawing) return;
  if (event.key === "Escape") map.stop();
  if (event.key === "Enter" && event.target.tagName !== "BUTTON") map.finish();
});

// ---- saving ------------------------------------------------------------------------------------

function tell(title, lines = [], ...more) {
  const items = lines.map((line) => make("li", {}, line));
  const list = items.length ? [make("ul", {}, ...items)] : [];
  said.replaceChildren(make("div", { className: "notice-plain urgent", role: "alert" }, make("p", {}, title), ...list, ...more));
}

/** A fault as a line; one that is in a part leads there. */
function tellFault([feature, key]) {
  if (!feature) return texts[key];
  const line = fill(texts[key], { name: nameOf(feature) });
  return button(line, () => choose(feature, { focus: true }));
}

async function save() {
  const faults = findFaults(plan).map(tellFault);
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(data.name)) faults.unshift(texts["wrong.name"]);
  if (faults.length) return tell(texts.wrong, faults);
  said.replaceChildren(make("p", { role: "status" }, texts.saving));
  const { version, interval, emptyHour, open } = data;
  let answer, found;
  try {
    answer = await fetch(`/v1/crowd/places/${data.name}/plan`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ version, interval, emptyHour, open, plan }),
    });
    found = await answer.json();
  } catch {
    return tell(texts.dead);
  }
  if (!answer.ok) return tellRefused(answer.status, found);
  data.version = found.version;
  isChanged = false;
  if (isNew) return location.assign(data.page.replace("{name}", data.name));
  plan.features.forEach((feature) => kept.add(keyOf(feature)));
  showAgain(); // what is kept now cannot be renamed
  said.replaceChildren(make("p", { role: "status" }, fill(texts.saved, found)));
}

function tellRefused(status, { detail }) {
  if (status === 403) return tell(texts.forbidden);
  if (status === 503) return tell(texts.dead);
  if (status !== 409) return tell(fill(texts.refused, { reason: detail }));
  if (isNew) return tell(texts.taken);
  return tell(texts.overtaken, [], button(texts.reload, () => ((isChanged = false), location.reload())));
}

addEventListener("beforeunload", (event) => isChanged && event.preventDefault());

// ---- the page ----------------------------------------------------------------------------------

function placeFields() {
  const set = (key, read) => (input) => ((data[key] = read(input)), change());
  const minutes = make("select", {}, ...MINUTES.map((each) => make("option", { value: 60 * each }, String(each))));
  minutes.value = String(data.interval);
  const hour = make("input", { type: "number", min: 0, max: 23, value: data.emptyHour });
  const open = make("input", { type: "checkbox", checked: data.open });
  open.addEventListener("change", () => ((data.open = open.checked), change()));
  const hintOpen = make("span", { className: "hint" }, ` ${texts["open.hint"]}`);
  const fields = [
    field(texts.title, make("input", { value: plan.name ?? "" }), (input) => ((plan.name = input.value.trim()), change())),
    field(texts.interval, minutes, set("interval", (input) => Number(input.value))),
    field(texts.empty, hour, set("emptyHour", (input) => input.valueAsNumber)),
    make("label", { className: "tick" }, open, texts.open, hintOpen),
  ];
  if (isNew) {
    const name = make("input", { value: data.name, required: true, maxLength: 63, autocapitalize: "off" });
    fields.splice(1, 0, field(texts.name, name, set("name", (input) => input.value.trim()), texts["name.hint"]));
  }
  const legend = make("legend", {}, texts.place);
  return make("fieldset", {}, legend, make("div", { className: "plan-fields" }, ...fields));
}

function middleFields() {
  const [lat, lon] = ["any", "any"].map((step) => make("input", { type: "number", step }));
  const go = button(texts.go, () => map.go(lon.valueAsNumber, lat.valueAsNumber));
  const check = () => (go.disabled = !(Math.abs(lat.valueAsNumber) <= 85 && Math.abs(lon.valueAsNumber) <= 180));
  for (const input of [lat, lon]) input.addEventListener("input", check);
  check();
  const legend = make("legend", {}, texts.middle);
  const fields = [field(texts.lat, lat, check), field(texts.lon, lon, check), go];
  return make("fieldset", {}, legend, make("div", { className: "plan-fields" }, ...fields));
}

function fileFields() {
  const download = button(texts.download, () => {
    const file = new Blob([JSON.stringify(plan, null, 1)], { type: "application/geo+json" });
    const link = make("a", { href: URL.createObjectURL(file), download: `${data.name || "plan"}.geojson` });
    link.click();
    URL.revokeObjectURL(link.href);
  });
  const upload = make("input", { type: "file", accept: ".geojson,.json,application/geo+json,application/json" });
  upload.addEventListener("change", async () => {
    const [file] = upload.files;
    if (!file) return;
    try {
      plan = readPlan(await file.text());
    } catch (error) {
      return tell(fill(texts.no_plan, { file: file.name, reason: error.message }));
    } finally {
      upload.value = "";
    }
    chosen = null;
    show();
    map?.showAll(plan);
    change();
    said.append(make("p", {}, fill(texts.uploaded, { count: plan.features.length, file: file.name })));
  });
  const fields = [make("label", {}, texts.upload, upload), download];
  return make("fieldset", {}, make("legend", {}, texts.files), make("div", { className: "plan-fields" }, ...fields));
}

function writePage() {
  const whole = button(texts.whole, () => map.showAll(plan));
  if (!data.mayChange) {
    root.className = "plan-form";
    root.append(div, broken, make("div", { className: "plan-tools" }, whole));
    return;
  }
  root.className = "plan-form";
  const bar = make("div", { className: "plan-tools" }, ...Object.values(tools), whole, hint);
  root.append(placeFields(), bar, div, broken, middleFields());
  for (const [kind, title] of Object.entries(KINDS)) {
    parts[kind] = make("div");
    const more = button(texts[`add_${kind}`], () => addPlain(kind));
    root.append(make("section", {}, make("h2", {}, texts[title]), parts[kind], more));
  }
  const keep = button(texts.save, save, "main");
  root.append(fileFields(), make("div", { className: "plan-save" }, said, keep));
  showTools(null);
}

async function showMap() {
  try {
    map = await openPlan(div, texts, told);
  } catch (error) {
    div.classList.add("broken");
    for (const tool of Object.values(tools)) tool.hidden = true;
    broken.replaceChildren(fill(texts.broken, { reason: error.message ?? error }));
    return;
  }
  map.showAll(plan);
  map.draw(plan, chosen, data.mayChange);
}

writePage();
show();
await showMap();
