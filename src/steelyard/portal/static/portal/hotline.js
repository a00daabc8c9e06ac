// Says while a partner types what is wrong with a line. The page works without it: the check is its next step.
(function () {
  "use strict";
  var form = document.getElementById("batch"), says = document.getElementById("live");
  if (!form || !says || !window.fetch) return;
  var field = form.querySelector("[name=lines]"), waiting = null, asked = 0;

  function show(lines) {
    var found = lines.map(function (line) {
      var said = line.problem || (line.already === "open" ? says.dataset.open : line.already ? says.dataset.already : "");
      return said ? says.dataset.line + " " + line.place + ": " + said : "";
    }).filter(Boolean);
    says.replaceChildren();
    (found.length || !lines.length ? found : [says.dataset.fine]).forEach(function (said) {
      var part = document.createElement("p");
      part.textContent = said;
      says.appendChild(part);
    });
  }

  function check() {
    var mine = ++asked, body = new FormData();
    ["lines", "kind", "harm"].forEach(function (name) { body.append(name, form.elements[name].value); });
    fetch(form.dataset.check, { method: "POST", body: body, headers: { Accept: "application/json" } })
      .then(function (answer) { return answer.ok ? answer.json() : { lines: [] }; })
      .then(function (answer) { if (mine === asked) show(answer.lines); })
      .catch(function () { says.replaceChildren(); });
  }

  field.addEventListener("input", function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(check, 600);
  });
})();
