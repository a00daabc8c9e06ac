// The manual switch between light and dark. The choice stays in this browser; no cookie is set.
(function () {
  "use strict";
  var root = document.documentElement, store = null;
  try { store = window.localStorage; } catch (blocked) { /* private mode: the choice lasts for this page */ }
  var chosen = store && store.getItem("colours");
  if (chosen === "dark" || chosen === "light") root.dataset.colours = chosen;
  document.addEventListener("DOMContentLoaded", function () {
    var button = document.getElementById("colours");
    if (!button) return;
    function dark() {
      return (root.dataset.colours || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
    }
    function show() { button.setAttribute("aria-pressed", String(dark())); }
    button.hidden = false;
    show();
    button.addEventListener("click", function () {
      root.dataset.colours = dark() ? "light" : "dark";
      if (store) store.setItem("colours", root.dataset.colours);
      show();
    });
  });
})();
