// Keeps what was typed whenever a field is left. Without this script the button "Keep and go on" does.
(function () {
  "use strict";
  var form = document.getElementById("draft"), told = document.getElementById("kept"), waiting = 0;
  if (!form || !window.fetch || !window.FormData) return;
  function keep() {
    var data = new URLSearchParams(new FormData(form));
    data.set("later", "yes");
    fetch(location.pathname, { method: "POST", body: data, redirect: "error", keepalive: true })
      .then(function (answer) { told.textContent = answer.ok ? form.dataset.saved : form.dataset.failed; })
      .catch(function () { told.textContent = form.dataset.failed; });
  }
  form.addEventListener("change", function () { clearTimeout(waiting); waiting = setTimeout(keep, 200); });
  form.addEventListener("input", function () { clearTimeout(waiting); waiting = setTimeout(keep, 2000); });
})();
