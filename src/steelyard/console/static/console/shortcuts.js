// Single-letter shortcuts of the review pages. They choose and move; nothing is sent by a letter alone,
// except taking a case and putting it back. Members switch them off in their account (WCAG 2.1.4).
(function () {
  "use strict";

  function typing(target) {
    return target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");
  }

  function use(found) {
    if (found.tagName === "DETAILS") {
      found.open = !found.open;
      found.querySelector("summary").focus();
    } else if (found.type === "radio" || found.tagName === "TEXTAREA") {
      if (found.type === "radio") found.checked = true;
      found.focus();
    } else {
      found.click();
    }
  }

  function step(forward) {
    var lines = Array.prototype.slice.call(document.querySelectorAll("[data-list] [data-line]"));
    var at = lines.indexOf(document.activeElement) + (forward ? 1 : -1);
    if (lines.length) lines[Math.max(0, Math.min(at, lines.length - 1))].focus();
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    var key = event.key.toLowerCase();
    if (key === "j" || key === "k") { step(key === "j"); event.preventDefault(); return; }
    var found = document.querySelector("[data-shortcut='" + CSS.escape(key) + "']");
    if (found) { use(found); event.preventDefault(); }
  });
})();
