// What the theme leaves out for who uses a keyboard or hears a page.

// It wraps a wide table when that is first seen; what scrolls must take the focus.
function reach(table) {
  table.tabIndex = 0;
  table.setAttribute("role", "region");
  table.setAttribute("aria-label", "Table");
}

new MutationObserver(() => {
  document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])").forEach(reach);
}).observe(document.body, { childList: true, subtree: true });

// The contents of a page in another language are in that language.
const language = document.querySelector("article > [lang]")?.lang;
if (language) {
  document.querySelectorAll(".md-nav--secondary > .md-nav__list").forEach((list) => {
    list.lang = language;
  });
}
