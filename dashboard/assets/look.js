/* Light or dark: as the device has it, until the reader chooses with the button in the header.
 *
 * What was chosen stays in the browser, under the name that Mantine's parts read too. Loaded before
 * the page is drawn, so that it does not flash.
 */
(() => {
  "use strict";

  const KEY = "mantine-color-scheme-value";
  const root = document.documentElement;
  const device = matchMedia("(prefers-color-scheme: dark)");

  function read() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // nothing may be kept here
    }
  }

  function keep(look) {
    try {
      localStorage.setItem(KEY, look);
    } catch {
      return; // it holds for this page
    }
    window.dispatchEvent(new StorageEvent("storage", { storageArea: localStorage, key: KEY, newValue: look }));
  }

  function show(look) {
    root.dataset.theme = look;
    root.setAttribute("data-mantine-color-scheme", look);
    document.querySelector(".look")?.setAttribute("aria-pressed", String(look === "dark"));
  }

  function current() {
    const chosen = read();
    return ["light", "dark"].includes(chosen) ? chosen : device.matches ? "dark" : "light";
  }

  show(current());
  device.addEventListener("change", () => show(current()));
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector(".look");
    if (!button) return;
    button.hidden = false;
    show(current());
    button.onclick = () => {
      const look = root.dataset.theme === "dark" ? "light" : "dark";
      show(look);
      keep(look);
    };
  });
})();
