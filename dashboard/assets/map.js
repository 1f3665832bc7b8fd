/* Lets Dash draw a hexagon map: `lokaal.draw(data)` is called when the store of a page changes. */
window.dash_clientside = window.dash_clientside ?? {};
window.dash_clientside.lokaal = {
  draw: async (data) => {
    const div = document.getElementById("map");
    if (!data || !div) return window.dash_clientside.no_update;
    const { draw } = await import("/assets/map/draw.js");
    return draw(div, data);
  },
};
