// A flat map of MapLibre as all pages have it: north is up, two buttons, a scale, no other host.

const VENDOR = "/assets/vendor/";

/** MapLibre; `address` tells where a file of its lies. */
export async function loadMaplibre(address = (name) => VENDOR + name) {
  const maplibre = await import(address("maplibre-gl.mjs"));
  maplibre.setWorkerUrl(new URL(address("maplibre-gl-worker.mjs"), location.href).href);
  return maplibre;
}

/** A map in `container`; `texts` has what it and its buttons are called: map, zoom_in, zoom_out. */
export function openMap(maplibre, container, texts, options) {
  const map = new maplibre.Map({
    container,
    style: { version: 8, sources: {}, layers: [{ id: "background", type: "background" }] },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    locale: {
      "Map.Title": texts.map,
      "NavigationControl.ZoomIn": texts.zoom_in,
      "NavigationControl.ZoomOut": texts.zoom_out,
    },
    ...options,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibre.ScaleControl({ unit: "metric" }), "bottom-left");
  return map;
}

/** Wait until layers can be added. */
export function whenLoaded(map) {
  return new Promise((resolve, reject) => {
    map.once("load", () => resolve(map));
    map.once("error", (event) => reject(event.error));
  });
}
