// Colours of style.css for what is drawn by hand, as they are now: light or dark.

const probe = document.createElement("span");
probe.hidden = true;

/** Colour of a variable, such as "--ink"; a variable itself would say light-dark(...). */
export function colour(variable) {
  document.body.append(probe);
  probe.style.color = `var(${variable})`;
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/** Call `draw` whenever the page turns light or dark, by the device or by the reader. */
export function onLook(draw) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}

/** Give layers of a map their colours: `paints` is [layer, property, variable or function] each. */
export function paint(map, paints) {
  for (const [layer, property, value] of paints) {
    map.setPaintProperty(layer, property, typeof value === "function" ? value(colour) : colour(value));
  }
}
