// Checks an entry's place in the ledger in this browser. A file that is opened never leaves the device; fetched are the
// public keys and, when a number is asked for, that entry's proof.
(function () {
  "use strict";
  var form = document.getElementById("tlog"), out = document.getElementById("found"), proof = window.steelyardProof;
  if (!form || !proof) return;
  var said = form.dataset;

  function tell(good, words, shown) {
    out.className = good ? "note note-done" : "wrong";
    var title = document.createElement("h2"), body = document.createElement("pre");
    title.textContent = words;
    body.textContent = shown || "";
    body.className = "ref small";
    body.tabIndex = 0;
    out.replaceChildren(title, body);
    out.hidden = false;
    out.focus();
  }

  async function run() {
    try {
      var file = form.querySelector("[type=file]").files[0], number = form.querySelector("[name=index]").value.trim();
      var vkeys = form.querySelector("[name=vkeys]").value.trim() || await (await fetch(said.keys)).text();
      var answer = file ? null : await fetch(said.proof.replace("0", encodeURIComponent(number)));
      if (answer && !answer.ok) return tell(false, said.absent);
      var found = await proof.place(file ? await file.text() : await answer.text(), await proof.key(vkeys));
      var shown = found.origin + "\n" + found.index + " / " + found.size + "\n\n" + JSON.stringify(JSON.parse(found.entry), null, 1);
      if (!found.genuine) return tell(false, said.forged, shown);
      tell(found.there, found.there ? said.good : said.missing, shown);
    } catch (e) { tell(false, said.damaged); }
  }

  proof.able(function () {
    document.getElementById("unable").hidden = true;
    form.hidden = false;
    form.addEventListener("submit", function (event) { event.preventDefault(); run(); });
  }, function () { /* no Ed25519 here: the page says which commands do it */ });
})();
