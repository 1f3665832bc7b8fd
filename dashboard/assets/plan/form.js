// The plan as a form: all that the map does, by keyboard and without the map.
import { areaOf, cornersOf, nameOf, ofKind, rename, setCorners } from "./model.js";

const FEWEST = { zone: 3, passage: 2, counter: 1 };

/** An element with properties (or attributes, where it has no such property) and children. */
export function make(kind, said = {}, ...children) {
  const element = document.createElement(kind);
  for (const [name, value] of Object.entries(said)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export const fill = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => facts[name]);

/** A field with its label; `set` hears its value. */
export function field(label, input, set, hint = "") {
  input.addEventListener("change", () => set(input));
  const said = hint ? [make("span", { className: "hint" }, hint)] : [];
  return make("label", {}, label, input, ...said);
}

const toNumber = (input) => (input.value.trim() === "" ? undefined : input.valueAsNumber);
const number = (value, said = {}) => make("input", { type: "number", step: "any", ...said, value: value ?? "" });
const text = (value, said = {}) => make("input", { type: "text", ...said, value: value ?? "" });

function choice(value, options, label) {
  const select = make("select", {}, ...options.map(([name, shown]) => make("option", { value: name }, shown)));
  select.value = value ?? "";
  if (label) select.setAttribute("aria-label", label);
  return select;
}

/** Parts of one kind; `told` hears changed(feature), reshaped(feature), chose(feature), removed(feature). */
export function showParts(plan, kind, chosen, isKept, texts, told) {
  return ofKind(plan, kind).map((feature) => {
    const isOpen = feature === chosen;
    const part = make("details", { className: "plan-part", open: isOpen }, make("summary", {}, nameOf(feature)));
    part.dataset.id = feature.properties.id;
    // what nobody looks at is not made: a plan may have a thousand parts
    const fillIn = () => part.append(make("div", {}, ...showFields(plan, feature, isKept(feature), texts, told)));
    if (isOpen) fillIn();
    part.addEventListener("toggle", () => part.open && feature !== told.chosen() && told.chose(feature));
    return part;
  });
}

function showFields(plan, feature, isKept, texts, told) {
  const said = feature.properties;
  const set = (key, value) => {
    if (value === undefined) delete said[key];
    else said[key] = value;
    told.changed(feature);
  };
  const id = text(said.id, { required: true, maxLength: 60, readOnly: isKept });
  const fields = [
    field(texts.label, text(said.name), (input) => set("name", input.value.trim() || undefined)),
    field(texts.id, id, (input) => (rename(plan, feature, input.value.trim()), told.reshaped(feature))),
    ...{ zone: zoneFields, passage: passageFields, counter: counterFields }[said.kind](plan, feature, texts, set),
  ];
  const remove = make("button", { type: "button" }, `${texts.remove}: ${nameOf(feature)}`);
  remove.addEventListener("click", () => told.removed(feature));
  return [
    make("div", { className: "plan-fields" }, ...fields),
    ...(said.kind === "counter" ? [] : [limitFields(said, texts, set)]),
    cornerFields(feature, texts, told),
    make("div", {}, remove),
  ];
}

function zoneFields(_plan, feature, texts, set) {
  const said = feature.properties;
  const drawn = areaOf(feature);
  const hint = drawn === null ? "" : fill(texts["area.drawn"], { area: Math.round(drawn) });
  return [
    field(texts.capacity, number(said.capacity, { min: 1 }), (input) => set("capacity", toNumber(input))),
    field(texts.area, number(said.area_m2, { min: 1 }), (input) => set("area_m2", toNumber(input)), hint),
  ];
}

function passageFields(plan, feature, texts, set) {
  const said = feature.properties;
  const zones = ofKind(plan, "zone").map((zone) => [zone.properties.id, nameOf(zone)]);
  const ends = ["from", "to"].map((end) =>
    field(texts[end], choice(said[end], [["", texts.outside], ...zones]), (input) => set(end, input.value || null)),
  );
  const width = number(said.width_m, { min: 0, max: 200, required: true });
  return [...ends, field(texts.width, width, (input) => set("width_m", toNumber(input)))];
}

function counterFields(plan, feature, texts, set) {
  const said = feature.properties;
  const passages = ofKind(plan, "passage").map((passage) => [passage.properties.id, nameOf(passage)]);
  const ways = ["forward", "backward"].map((way) => [way, texts[way]]);
  const share = number(Math.round(1000 * (said.share ?? 1)) / 10, { min: 0, max: 100 });
  const toShare = (input) => (toNumber(input) === 100 ? undefined : (toNumber(input) ?? 0) / 100);
  return [
    field(texts.passage, choice(said.passage, passages), (input) => set("passage", input.value)),
    field(texts.direction, choice(said.direction ?? "forward", ways), (input) => set("direction", input.value)),
    field(texts.share, share, (input) => set("share", toShare(input))),
    field(texts.node, text(said.node), (input) => set("node", input.value.trim() || undefined)),
  ];
}

function limitFields(said, texts, set) {
  const inputs = ["yellow", "orange", "red"].map((_, i) => number(said.limits?.[i], { min: 0 }));
  const read = () => {
    const values = inputs.map(toNumber);
    set("limits", values.every((value) => value === undefined) ? undefined : values.map((value) => value ?? null));
  };
  const fields = ["yellow", "orange", "red"].map((colour, i) => field(texts[colour], inputs[i], read));
  const legend = make("legend", {}, texts[`limits.${said.kind}`]);
  return make("fieldset", {}, legend, make("div", { className: "plan-fields" }, ...fields));
}

function cornerFields(feature, texts, told) {
  const corners = cornersOf(feature);
  if (corners === null) return make("p", { className: "small" }, texts.several);
  const put = (changed) => (setCorners(feature, changed), told.reshaped(feature));
  const rows = corners.map((corner, at) => {
    const input = (part, label) => {
      const most = part ? 90 : 180;
      const element = number(corner[part], { min: -most, max: most, required: true });
      return field(label, element, () => {
        if (Number.isFinite(element.valueAsNumber)) {
          put(corners.map((each, i) => (i === at ? each.with(part, element.valueAsNumber) : each)));
        }
      });
    };
    const row = make("li", {}, make("span", {}, `${texts.corner} ${at + 1}`), input(1, texts.lat), input(0, texts.lon));
    if (corners.length > FEWEST[feature.properties.kind]) {
      const label = fill(texts.remove_corner, { number: at + 1 });
      const remove = make("button", { type: "button", "aria-label": label }, "✕");
      remove.addEventListener("click", () => put(corners.filter((_, i) => i !== at)));
      row.append(remove);
    }
    return row;
  });
  const legend = make("legend", {}, fill(texts.corners, { name: nameOf(feature) }));
  const set = make("fieldset", {}, legend, make("ol", { className: "plan-corners" }, ...rows));
  if (feature.geometry.type !== "Point") {
    const add = make("button", { type: "button" }, texts.add_corner);
    const [last, first] = [corners.at(-1), feature.geometry.type === "Polygon" ? corners[0] : corners.at(-2)];
    const between = [0, 1].map((part) => (last[part] + first[part]) / 2);
    const changed = feature.geometry.type === "Polygon" ? [...corners, between] : corners.toSpliced(-1, 0, between);
    add.addEventListener("click", () => put(changed));
    set.append(add);
  }
  return set;
}
