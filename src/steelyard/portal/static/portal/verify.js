// Checks a receipt in this browser: the file never leaves the device. Fetched are only the operator's public keys and,
// by its reference, the ledger's proof. Browsers without Ed25519 keep the form, which sends the file to be checked.
(function () {
  "use strict";
  var form = document.getElementById("verify"), out = document.getElementById("here"), proof = window.steelyardProof;
  if (!form || !out || !proof) return;
  var input = form.querySelector("input[type=file]"), said = out.dataset;

  function hex(array) { return Array.from(array, function (b) { return b.toString(16).padStart(2, "0"); }).join(""); }
  function unhex(text) { return Uint8Array.from(text.match(/../g) || [], function (two) { return parseInt(two, 16); }); }

  async function receipt(file, trusted) {
    var given = JSON.parse(file), signed = proof.bytes(given.body), body = JSON.parse(new TextDecoder().decode(signed));
    if (body.type !== "steelyard-receipt/v1") throw new Error("type");
    var message = proof.join([proof.utf8.encode("steelyard/receipt/v1\n"), new Uint8Array(1), signed]);
    var genuine = await proof.verify(trusted, proof.bytes(given.ed25519), message);
    var mac = await crypto.subtle.importKey("raw", unhex(given.salt), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
    var whole = await crypto.subtle.verify("HMAC", mac, unhex(body.commitment), proof.bytes(given.content));
    return { body: body, signed: signed, genuine: genuine, whole: whole };
  }

  async function entered(text, found, trusted) {
    var place = await proof.place(text, trusted), digest = hex(await proof.sha256([found.signed]));
    return place.genuine && place.there && JSON.parse(place.entry).digest === digest;
  }

  function tell(good, lines) {
    out.className = good ? "note note-done" : "wrong";
    out.replaceChildren.apply(out, lines.map(function (line, at) {
      var p = document.createElement(at ? "p" : "h2");
      p.textContent = line;
      return p;
    }));
    out.hidden = false;
    out.focus();
  }

  async function check() {
    try {
      var trusted = await proof.key(await (await fetch(said.keys)).text());
      try { var found = await receipt(await input.files[0].text(), trusted); } catch (e) { return tell(false, [said.damaged]); }
      if (!found.genuine) return tell(false, [said.forged]);
      if (!found.whole) return tell(false, [said.other]);
      var when = new Date(found.body.received_at), how = { timeZone: "UTC", timeZoneName: "short" };
      var lines = [said.good, found.body.ref + " \u00b7 " + when.toLocaleString(document.documentElement.lang, how)];
      var answer = await fetch(said.proof.replace("REF", encodeURIComponent(found.body.ref)));
      var there = answer.ok && await entered(await answer.text(), found, trusted);
      if (answer.ok && !there) return tell(false, [said.good, said.missing]);
      tell(true, lines.concat(there ? said.entered : said.later));
    } catch (e) { form.submit(); }
  }

  proof.able(function () {
    document.getElementById("local").hidden = false;
    form.addEventListener("submit", function (event) {
      if (!input.files.length) return;
      event.preventDefault();
      check();
    });
  }, function () { /* no Ed25519 here: the form stays as it is */ });
})();
