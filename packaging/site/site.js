// What the theme leaves open for people who use the keyboard or a screen reader: parts that scroll can be reached, and the
// navigations of the blocks of code have a name each.
function complete() {
  for (const e of document.querySelectorAll("pre > code, .md-typeset__scrollwrap")) {
    if (e.scrollWidth > e.clientWidth) e.tabIndex = 0;
  }
  document.querySelectorAll(".md-code__nav").forEach((e, i) => {
    if (!e.hasAttribute("aria-label")) e.setAttribute("aria-label", `Code ${i + 1}`);
  });
}

document.addEventListener("DOMContentLoaded", () => {
  complete();
  new MutationObserver(complete).observe(document.body, { childList: true, subtree: true });
  window.addEventListener("resize", complete);
});
