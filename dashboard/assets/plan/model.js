// A plan while it is drawn: GeoJSON as docs/crowd.md describes it. Nothing here knows of a page.
const EARTH_M = 111_194.93; // a degree of latitude
const LINKS = { zone: ["from", "to"], passage: ["passage"], counter: [] }; // who names this kind
const STEP = 1e7; // of a corner: a centimetre

export const round = (degrees) => Math.round(degrees * STEP) / STEP;
export const ofKind = (plan, kind) => plan.features.filter((f) => f.properties.kind === kind);
export const nameOf = (feature) => feature.properties.name || feature.properties.id || "?";

/** Corners that can be moved: of a zone its ring without the end, null where it has several. */
export function cornersOf(feature) {
  const { type, coordinates } = feature.geometry;
  if (type === "Point") return [coordinates];
  if (type === "LineString") return coordinates;
  return type === "Polygon" && coordinates.length === 1 ? coordinates[0].slice(0, -1) : null;
}

export function setCorners(feature, corners) {
  const { geometry } = feature;
  const clean = corners.map(([lon, lat]) => [round(lon), round(lat)]);
  if (geometry.type === "Point") geometry.coordinates = clean[0];
  else if (geometry.type === "LineString") geometry.coordinates = clean;
  else geometry.coordinates = [[...clean, clean[0]]];
}

/** A feature with an id that no other of its kind has. */
export function addFeature(plan, kind, corners, properties = {}) {
  const taken = new Set(ofKind(plan, kind).map((f) => f.properties.id));
  let number = 1;
  while (taken.has(`${kind}-${number}`)) number += 1;
  const type = { zone: "Polygon", passage: "LineString", counter: "Point" }[kind];
  const feature = {
    type: "Feature",
    properties: { kind, id: `${kind}-${number}`, ...properties },
    geometry: { type, coordinates: [] },
  };
  setCorners(feature, corners);
  plan.features.push(feature);
  return feature;
}

/** A passage leads from the zone that its start lies in to the one of its end, or outside. */
export function addPassage(plan, corners) {
  let [from, to] = [zoneAt(plan, corners[0]), zoneAt(plan, corners.at(-1))];
  if (from === to) from = to = null;
  return addFeature(plan, "passage", corners, { from, to, width_m: null });
}

/** Take a feature out, and what cannot be without it: counters of a passage. */
export function removeFeature(plan, feature) {
  const { kind, id } = feature.properties;
  plan.features = plan.features.filter((f) => f !== feature);
  for (const other of [...plan.features]) {
    for (const key of LINKS[kind]) {
      if (other.properties[key] !== id || other.properties.kind === kind) continue;
      if (kind === "zone") other.properties[key] = null;
      else plan.features = plan.features.filter((f) => f !== other);
    }
  }
}

/** Give a feature another id, also where others name it. */
export function rename(plan, feature, id) {
  const { kind, id: before } = feature.properties;
  for (const other of plan.features) {
    for (const key of LINKS[kind]) {
      if (other.properties.kind !== kind && other.properties[key] === before) other.properties[key] = id;
    }
  }
  feature.properties.id = id;
}

export function zoneAt(plan, point) {
  const around = (f) => f.geometry.type === "Polygon" && isInside(point, f.geometry.coordinates[0]);
  return ofKind(plan, "zone").find(around)?.properties.id ?? null;
}

function isInside([x, y], ring) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[x1, y1], [x2, y2]] = [ring[i], ring[j]];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

export function areaOf(feature) {
  const ring = cornersOf(feature);
  if (!ring?.length) return null;
  const shrink = Math.cos((ring[0][1] * Math.PI) / 180);
  const [x0, y0] = ring[0];
  const flat = ring.map(([x, y]) => [(x - x0) * EARTH_M * shrink, (y - y0) * EARTH_M]);
  const twice = flat.reduce((sum, [x, y], i) => {
    const [x2, y2] = flat[(i + 1) % flat.length];
    return sum + x * y2 - x2 * y;
  }, 0);
  return Math.abs(twice) / 2;
}

/** On which side of a line a point is; 0 within a square centimetre or so of it. */
function side([ax, ay], [bx, by], [cx, cy]) {
  const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  return Math.abs(area) < 1e-14 ? 0 : Math.sign(area);
}

export function crosses(ring) {
  const sides = ring.map((point, i) => [point, ring[(i + 1) % ring.length]]);
  return sides.some(([a, b], i) =>
    sides.slice(i + 1).some(([c, d]) => side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0),
  );
}

/** Box [west, south, east, north] of all that is drawn; null when nothing is. */
export function boxOf(plan) {
  const points = plan.features.flatMap((f) => f.geometry.coordinates.flat(Infinity));
  if (!points.length) return null;
  const [lons, lats] = [0, 1].map((part) => points.filter((_, i) => i % 2 === part));
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}

/** What is wrong, as [feature, key of a text]; the server looks again, and has the last word. */
export function findFaults(plan) {
  const faults = [];
  const ids = (kind) => ofKind(plan, kind).map((f) => f.properties.id);
  const has = (kind, id) => ids(kind).includes(id);
  for (const feature of plan.features) {
    const { properties: said } = feature;
    const say = (wrong, key) => wrong && faults.push([feature, `wrong.${key}`]);
    const length = said.id?.length ?? 0;
    say(length < 1 || length > 60, "id");
    say(ids(said.kind).filter((id) => id === said.id).length > 1, "twice");
    say(said.limits && !isRising(said.limits), "limits");
    if (said.kind === "zone") {
      const ring = cornersOf(feature);
      say(ring && ring.length < 3, "zone");
      say(ring && crosses(ring), "crosses");
      say(said.capacity != null && !(said.capacity > 0), "capacity");
    } else if (said.kind === "passage") {
      say(!(said.width_m > 0 && said.width_m <= 200), "width");
      say([said.from, said.to].some((id) => id != null && !has("zone", id)), "link");
      say(said.from != null && said.from === said.to, "same");
    } else {
      say(!has("passage", said.passage), "link");
      say(said.share != null && !(said.share > 0 && said.share <= 1), "share");
    }
  }
  if (!ids("passage").length) faults.push([null, "wrong.none"]);
  return faults;
}

function isRising(limits) {
  return limits.length === 3 && limits.every((limit, i) => limit > (limits[i - 1] ?? 0));
}

/** A plan of a file; throws when it is none. */
export function readPlan(text) {
  const plan = JSON.parse(text);
  const isWhole = (f) => f?.properties?.kind in LINKS && Array.isArray(f.geometry?.coordinates);
  if (plan?.type !== "FeatureCollection" || !plan.features?.every(isWhole)) {
    throw new Error("FeatureCollection: zone, passage, counter");
  }
  return plan;
}
