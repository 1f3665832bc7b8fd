/* The hexagon map: draws H3 cells and values that the server sends, and reports the view back.
 *
 * `lokaal.draw(data)` is called by Dash whenever the store "map-data" changes. `data` is what
 * hexmap.py makes: cells, means, counts and classes of equal length, colours per class, fixed
 * nodes, texts. Nothing here comes from another host; there is no base map.
 */
(() => {
  "use strict";

  const VENDOR = "/assets/vendor/";
  const EDGE = "#22303c"; // outline of a cell: 12:1 on the background, whatever the fill
  const STYLE = {
    version: 8,
    sources: {},
    layers: [{ id: "background", type: "background", paint: { "background-color": "#eef2f5" } }],
  };

  const FILLS = ["cells-coarse", "cells"]; // layers that can be pointed at

  const FIT = { padding: 24, maxZoom: 14 };

  let libraries; // promise of [maplibre, h3]
  let shown; // { div, map, data, popup, markers, nodes, chosen }

  function load() {
    libraries ??= Promise.all([
      import(VENDOR + "maplibre-gl.mjs"),
      import(VENDOR + "h3-js.mjs"),
    ]).then(([maplibre, h3]) => {
      maplibre.setWorkerUrl(new URL(VENDOR + "maplibre-gl-worker.mjs", location.href).href);
      return [maplibre, h3];
    });
    return libraries;
  }

  function toFeatures(h3, data) {
    const features = data.cells.map((cell, row) => ({
      type: "Feature",
      properties: {
        row,
        colour: data.colours[data.classes[row]],
        coarse: h3.getResolution(cell) < data.resolution,
        estimated: Boolean(data.lows) && data.counts[row] === 0,
      },
      geometry: { type: "Polygon", coordinates: [h3.cellToBoundary(cell, true)] },
    }));
    return { type: "FeatureCollection", features };
  }

  function toBounds(h3, data) {
    const box = [180, 90, -180, -90];
    const stretch = (cell) => {
      for (const [x, y] of h3.cellToBoundary(cell, true)) {
        box[0] = Math.min(box[0], x);
        box[1] = Math.min(box[1], y);
        box[2] = Math.max(box[2], x);
        box[3] = Math.max(box[3], y);
      }
    };
    data.cells.forEach(stretch);
    data.nodes.forEach((node) => stretch(node.cell));
    return box[0] > box[2] ? [3.2, 50.7, 7.3, 53.6] : box; // nothing yet: the Netherlands
  }

  function makeMap(maplibre, div, bounds, texts) {
    const map = new maplibre.Map({
      container: div,
      style: STYLE,
      bounds,
      fitBoundsOptions: FIT,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      cooperativeGestures: false,
      maxZoom: 17,
      locale: {
        "Map.Title": texts.label,
        "NavigationControl.ZoomIn": texts.zoomIn,
        "NavigationControl.ZoomOut": texts.zoomOut,
      },
    });
    map.touchZoomRotate.disableRotation();
    map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
    map.addControl(wholeControl(texts), "top-right");
    map.addControl(new maplibre.ScaleControl({ unit: "metric" }), "bottom-left");
    map.on("load", () => {
      map.addSource("cells", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
      // fixed nodes stay coarse where rides are fine: the coarse ones, edges too, lie below
      for (const coarse of [true, false]) {
        const filter = ["==", ["get", "coarse"], coarse];
        const common = { source: "cells", filter };
        const fill = { "fill-color": ["get", "colour"] };
        const edge = { "line-color": EDGE, "line-width": ["case", ["get", "estimated"], 0, 0.8] };
        map.addLayer({ ...common, id: FILLS[coarse ? 0 : 1], type: "fill", paint: fill });
        map.addLayer({ ...common, id: `edges-${coarse}`, type: "line", paint: edge });
      }
    });
    return new Promise((resolve, reject) => {
      map.once("load", () => resolve(map));
      map.once("error", (event) => reject(event.error));
    });
  }

  function wholeControl(texts) {
    const box = document.createElement("div");
    box.className = "maplibregl-ctrl maplibregl-ctrl-group";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "map-whole";
    button.title = texts.whole;
    button.setAttribute("aria-label", texts.whole);
    button.onclick = () => whole();
    box.append(button);
    return { onAdd: () => box, onRemove: () => box.remove() };
  }

  async function whole(duration = 500) {
    const [, h3] = await load();
    shown.map.fitBounds(toBounds(h3, shown.data), { ...FIT, duration });
  }

  // ---- what is under the pointer -----------------------------------------------------------

  function line(kind, text) {
    const element = document.createElement(kind);
    element.textContent = text;
    return element;
  }

  function tellCell(maplibre, event) {
    const { map, data, popup } = shown;
    const row = event.features[0].properties.row;
    const write = (value, digits) =>
      value.toLocaleString(data.language, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      });
    const content = document.createElement("div");
    const count = write(data.counts[row], 0);
    content.append(line("strong", `${write(data.means[row], data.digits)} ${data.unit}`));
    if (data.lows) {
      const [low, high] = [data.lows, data.highs].map((ends) => write(ends[row], data.digits));
      const { range, measured, estimated } = data.texts;
      const from = data.counts[row] ? measured.replace("{count}", count) : estimated;
      content.append(line("span", range.replace("{low}", low).replace("{high}", high)));
      content.append(line("span", from), line("span", data.texts.period));
    } else {
      content.append(
        line("span", `${data.texts.mean}, ${count} ${data.texts.count}`),
        line("span", data.texts.period),
        line("span", data.texts.raw),
      );
    }
    popup.setLngLat(event.lngLat).setDOMContent(content).addTo(map);
  }

  function listen(maplibre) {
    const { map, popup } = shown;
    map.on("mousemove", FILLS, (event) => tellCell(maplibre, event));
    map.on("click", FILLS, (event) => tellCell(maplibre, event));
    map.on("mouseleave", FILLS, () => popup.remove());
    map.on("moveend", report);
    // a telephone that is turned shows the same hexagons, until the reader has chosen a view
    map.on("movestart", (event) => (shown.chosen ||= Boolean(event.originalEvent)));
    map.on("resize", () => shown.chosen || whole(0));
  }

  /** Tell the server what is in view when it needs other hexagons. */
  function report() {
    const { map, data } = shown;
    if (data.fixed) return;
    const bounds = map.getBounds();
    const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    const zoom = map.getZoom();
    const wanted = (data.zooms.find(([from]) => zoom >= from) ?? [0, data.coarsest])[1];
    const [west, south, east, north] = data.box ?? [-180, -90, 180, 90];
    const inside = west <= box[0] && south <= box[1] && box[2] <= east && box[3] <= north;
    if (wanted === data.resolution && inside) return;
    window.dash_clientside.set_props("map-view", { data: { zoom, box } });
  }

  // ---- drawing -----------------------------------------------------------------------------

  function drawNodes(maplibre, h3) {
    const wanted = JSON.stringify(shown.data.nodes);
    if (shown.nodes === wanted) return;
    shown.nodes = wanted;
    shown.markers.forEach((marker) => marker.remove());
    shown.markers = shown.data.nodes.map((node) => {
      const [lat, lng] = h3.cellToLatLng(node.cell);
      const link = document.createElement("a");
      link.href = node.href;
      link.className = "map-node";
      link.append(line("span", node.name));
      const marker = new maplibre.Marker({ element: link, anchor: "center" });
      marker.setLngLat([lng, lat]).addTo(shown.map);
      link.setAttribute("aria-label", node.name);
      return marker;
    });
  }

  function markDrawn(div, data) {
    div.dataset.hexagons = data.cells.length;
    div.dataset.resolution = data.resolution;
    div.dataset.drawn = Number(div.dataset.drawn ?? 0) + 1;
  }

  /** Wait until the place has a size: React lays a page with a chart out hidden at first. */
  function sized(div) {
    return new Promise((resolve) => {
      const watch = new ResizeObserver(() => {
        if (div.clientWidth === 0) return;
        watch.disconnect();
        resolve();
      });
      watch.observe(div);
    });
  }

  async function draw(data) {
    const div = document.getElementById("map");
    if (!data || !div) return window.dash_clientside.no_update;
    try {
      const [maplibre, h3] = await load();
      await sized(div); // last: the place may be hidden again while the libraries load
      if (shown?.div !== div) {
        const map = await makeMap(maplibre, div, toBounds(h3, data), data.texts);
        const popup = new maplibre.Popup({ closeButton: false, maxWidth: "280px" });
        shown = { div, map, data, popup, markers: [], nodes: "" };
        listen(maplibre);
      }
      shown.data = data;
      shown.popup.remove();
      shown.map.getSource("cells").setData(toFeatures(h3, data));
      drawNodes(maplibre, h3);
      shown.map.once("idle", () => markDrawn(div, data));
      if (!div.dataset.drawn) report();
      return "";
    } catch (error) {
      div.classList.add("broken");
      return data.texts.broken.replace("{reason}", error.message ?? error);
    }
  }

  window.dash_clientside = window.dash_clientside ?? {};
  window.dash_clientside.lokaal = { draw, view: () => shown };
})();
