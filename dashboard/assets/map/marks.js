/* Nodes and stations on the map: circles and diamonds in the colour of their value.
 *
 * They are drawn by MapLibre, not made as elements: hundreds of links would each be a stop of the
 * Tab key. The table below the map has the links.
 */

const SIDE = 40; // pixels of the picture of a diamond, drawn at half of it
const CUTOFF = 192; // of a picture that MapLibre colours: here is its edge
const SLOPE = 32; // ... and so much further per pixel inside

export const MARKS = ["marks-node", "marks-station"]; // layers that can be pointed at

export function addMarks(map, look) {
  map.addImage("diamond", diamond(), { sdf: true, pixelRatio: 2 });
  map.addSource("marks", { type: "geojson", data: toFeatures([], {}) });
  const of = (kind) => ["==", ["get", "kind"], kind];
  map.addLayer({
    id: "marks-node",
    type: "circle",
    source: "marks",
    filter: of("node"),
    paint: {
      "circle-color": filling(look),
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 6, 3, 11, 7],
      "circle-stroke-color": look.ink,
      "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 6, 1.5, 11, 3],
    },
  });
  map.addLayer({
    id: "marks-station",
    type: "symbol",
    source: "marks",
    filter: of("station"),
    layout: {
      "icon-image": "diamond",
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
      "icon-size": ["interpolate", ["linear"], ["zoom"], 6, 0.8, 11, 1.3],
    },
    paint: {
      "icon-color": filling(look),
      "icon-halo-color": look.ink,
      "icon-halo-width": 2,
    },
  });
}

/** The colour of a mark; one without a value is empty. */
const filling = (look) => ["coalesce", ["get", "colour"], look.paper];

export function lookMarks(map, look) {
  map.setPaintProperty("marks-node", "circle-color", filling(look));
  map.setPaintProperty("marks-station", "icon-color", filling(look));
  map.setPaintProperty("marks-node", "circle-stroke-color", look.ink);
  map.setPaintProperty("marks-station", "icon-halo-color", look.ink);
}

/** Marks as GeoJSON; one without a value, or of a page without values, has no colour. */
export function toFeatures(marks, { edges, colours }) {
  const features = marks.map((mark, row) => ({
    type: "Feature",
    properties: { row, kind: mark.kind, colour: colourOf(mark, edges, colours) },
    geometry: { type: "Point", coordinates: [mark.lon, mark.lat] },
  }));
  return { type: "FeatureCollection", features };
}

function colourOf({ value }, edges, colours) {
  if (value === undefined || value === null) return undefined;
  let kind = 0;
  while (kind < edges.length && value >= edges[kind]) kind++;
  return colours[kind];
}

/** A square on its corner, as distances to its edge. */
function diamond() {
  const data = new Uint8ClampedArray(4 * SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const away = (Math.abs(x + 0.5 - SIDE / 2) + Math.abs(y + 0.5 - SIDE / 2)) / Math.SQRT2;
      data[4 * (y * SIDE + x) + 3] = CUTOFF + SLOPE * (SIDE / 4 - 1 - away) / 2;
    }
  }
  return { width: SIDE, height: SIDE, data };
}
