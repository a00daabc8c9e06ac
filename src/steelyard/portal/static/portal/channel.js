// Fetches the page again every few seconds and puts the new posts in place, without moving the reader.
// Without this script the link "Look for new posts" does the same.
(function () {
  "use strict";
  var live = document.getElementById("live");
  if (!live || !window.fetch || !window.DOMParser) return;
  var every = Number(live.dataset.refresh) * 1000;
  function again() {
    if (document.hidden || live.contains(document.activeElement)) return next();
    fetch(location.pathname, { credentials: "same-origin", redirect: "error" })
      .then(function (answer) { if (!answer.ok) throw answer; return answer.text(); })
      .then(function (text) {
        var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("live");
        if (fresh && fresh.innerHTML !== live.innerHTML) live.innerHTML = fresh.innerHTML;
      })
      .catch(function () { /* the platform is away for a moment; the next round asks again */ })
      .then(next);
  }
  function next() { setTimeout(again, every); }
  next();
})();
