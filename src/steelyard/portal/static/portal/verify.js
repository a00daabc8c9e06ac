// Checks a receipt in this browser: the file never leaves the device. Fetched are only the operator's public keys and,
// by its reference, the ledger's proof. Browsers without Ed25519 keep the form, which sends the file to be checked.
(function () {
  "use strict";
  var form = document.getElementById("verify"), out = document.getElementById("here");
  if (!form || !out || !window.crypto || !crypto.subtle || !window.TextEncoder) return;
  var input = form.querySelector("input[type=file]"), utf8 = new TextEncoder(), said = out.dataset;

  function bytes(base64) { return Uint8Array.from(atob(base64), function (c) { return c.charCodeAt(0); }); }
  function hex(array) { return Array.from(array, function (b) { return b.toString(16).padStart(2, "0"); }).join(""); }
  function unhex(text) { return Uint8Array.from(text.match(/../g) || [], function (two) { return parseInt(two, 16); }); }
  function join(parts) {
    var whole = new Uint8Array(parts.reduce(function (n, p) { return n + p.length; }, 0)), at = 0;
    parts.forEach(function (p) { whole.set(p, at); at += p.length; });
    return whole;
  }
  async function sha256(data) { return new Uint8Array(await crypto.subtle.digest("SHA-256", data)); }

  // signed-note verifier key: name+hex id+base64(kind || public key); kind 1 is Ed25519
  async function key(vkeys) {
    for (var line of vkeys.trim().split("\n")) {
      var raw = bytes(line.slice(line.indexOf("+", line.indexOf("+") + 1) + 1));
      if (raw[0] === 1) return { name: line.slice(0, line.indexOf("+")),
        key: await crypto.subtle.importKey("raw", raw.slice(1), "Ed25519", false, ["verify"]) };
    }
    throw new Error("no key");
  }

  async function receipt(file, trusted) {
    var given = JSON.parse(file), signed = bytes(given.body), body = JSON.parse(new TextDecoder().decode(signed));
    if (body.type !== "steelyard-receipt/v1") throw new Error("type");
    var message = join([utf8.encode("steelyard/receipt/v1\n"), new Uint8Array(1), signed]);
    var genuine = await crypto.subtle.verify("Ed25519", trusted.key, bytes(given.ed25519), message);
    var mac = await crypto.subtle.importKey("raw", unhex(given.salt), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
    var whole = await crypto.subtle.verify("HMAC", mac, unhex(body.commitment), bytes(given.content));
    return { body: body, signed: signed, genuine: genuine, whole: whole };
  }

  // c2sp.org/tlog-proof with the entry as `extra`; RFC 9162, 2.1.3.2
  async function entered(text, found, trusted) {
    var gap = text.indexOf("\n\n"), head = text.slice(0, gap).split("\n"), note = text.slice(gap + 2);
    var entry = bytes(head[1].slice(6)), index = BigInt(head[2].slice(6)), steps = head.slice(3).map(bytes);
    var split = note.indexOf("\n\n"), said = note.slice(0, split + 1), lines = said.split("\n");
    var signature = note.slice(split + 2).split("\n").filter(function (l) { return l.startsWith("\u2014 " + trusted.name + " "); })
      .map(function (l) { return bytes(l.split(" ")[2]); }).filter(function (s) { return s.length === 68; })[0];
    if (!signature || !(await crypto.subtle.verify("Ed25519", trusted.key, signature.slice(4), utf8.encode(said)))) return false;
    var hash = await sha256(join([new Uint8Array([0]), entry])), fn = index, sn = BigInt(lines[1]) - 1n;
    if (fn > sn) return false;
    for (var step of steps) {
      if (sn === 0n) return false;
      if ((fn & 1n) === 1n || fn === sn) {
        hash = await sha256(join([new Uint8Array([1]), step, hash]));
        while ((fn & 1n) === 0n && fn !== 0n) { fn >>= 1n; sn >>= 1n; }
      } else {
        hash = await sha256(join([new Uint8Array([1]), hash, step]));
      }
      fn >>= 1n; sn >>= 1n;
    }
    var leaf = JSON.parse(new TextDecoder().decode(entry)), digest = hex(await sha256(found.signed));
    return sn === 0n && btoa(String.fromCharCode.apply(null, hash)) === lines[2] && leaf.digest === digest;
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
      var trusted = await key(await (await fetch(said.keys)).text());
      try { var found = await receipt(await input.files[0].text(), trusted); } catch (e) { return tell(false, [said.damaged]); }
      if (!found.genuine) return tell(false, [said.forged]);
      if (!found.whole) return tell(false, [said.other]);
      var lines = [said.good, found.body.ref + " \u00b7 " + new Date(found.body.received_at).toLocaleString(document.documentElement.lang, { timeZone: "UTC", timeZoneName: "short" })];
      var answer = await fetch(said.proof.replace("REF", encodeURIComponent(found.body.ref)));
      var there = answer.ok && await entered(await answer.text(), found, trusted);
      if (answer.ok && !there) return tell(false, [said.good, said.missing]);
      tell(true, lines.concat(there ? said.entered : said.later));
    } catch (e) { form.submit(); }
  }

  crypto.subtle.generateKey("Ed25519", false, ["sign"]).then(function () {
    document.getElementById("local").hidden = false;
    form.addEventListener("submit", function (event) {
      if (!input.files.length) return;
      event.preventDefault();
      check();
    });
  }, function () { /* no Ed25519 here: the form stays as it is */ });
})();
