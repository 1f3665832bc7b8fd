/* Tables of many cells come as HTML of the server in data-plain: Dash would make a component of each
   cell, and tell all of them of every change. */
const fill = () => {
  for (const place of document.querySelectorAll("[data-plain]")) {
    if (place.plain !== place.dataset.plain) {
      place.plain = place.dataset.plain;
      place.innerHTML = place.plain;
    }
  }
};

new MutationObserver(fill).observe(document, {
  subtree: true,
  childList: true,
  attributes: true,
  attributeFilter: ["data-plain"],
});
