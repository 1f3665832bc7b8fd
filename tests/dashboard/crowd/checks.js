// What is wrong with a page for who does not see it, uses the keyboard, or sees little: a list.
() => {
  const faults = [];
  const say = (what, e) => faults.push(`${what}: ${e.outerHTML.slice(0, 100)}`);
  const name = (e) => e.textContent.trim() || e.getAttribute("aria-label") || e.labels?.[0]?.textContent;
  const all = (selector) => document.querySelectorAll(selector);
  for (const e of all("a:not([aria-hidden]), button, input, summary")) if (!name(e)) say("no name", e);
  for (const e of all("svg[role], nav, [role=region]")) if (!e.getAttribute("aria-label")) say("no label", e);
  for (const e of all("svg:not([role]):not([aria-hidden])")) say("no role", e);
  const ids = [...all("[id]")].map((e) => e.id);
  if (new Set(ids).size !== ids.length) faults.push(`an id twice: ${ids}`);
  for (const e of all("*")) {
    const style = getComputedStyle(e);
    const scrolls = e.scrollWidth > e.clientWidth + 1 && style.overflowX === "auto";
    if (scrolls && e.tabIndex < 0) say("scrolls out of reach", e);
  }
  // contrast, WCAG 2.2
  const linear = (n) => (n / 255 <= 0.04045 ? n / 255 / 12.92 : ((n / 255 + 0.055) / 1.055) ** 2.4);
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\d.]+/g).map(Number).map(linear);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (!/, 0\)$|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  for (const e of all("main *:not(svg *)")) {
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
    const shades = [light(getComputedStyle(e).color), light(ground(e))];
    if ((Math.max(...shades) + 0.05) / (Math.min(...shades) + 0.05) < 4.5) say("pale", e);
  }
  return faults;
};
