// Checks an entry's place in the ledger in this browser: the checkpoint's Ed25519 signature and the proof of inclusion
// (c2sp.org/tlog-proof, RFC 9162 2.1.3.2). A file that is opened never leaves the device; fetched are the public keys
// and, when a number is asked for, that entry's proof.
(function () {
  "use strict";
  var form = document.getElementById("tlog"), out = document.getElementById("found");
  if (!form || !window.crypto || !crypto.subtle) return;
  var utf8 = new TextEncoder(), said = form.dataset;

  function bytes(base64) { return Uint8Array.from(atob(base64), function (c) { return c.charCodeAt(0); }); }
  function base64(array) { return btoa(String.fromCharCode.apply(null, array)); }
  function join(parts) {
    var whole = new Uint8Array(parts.reduce(function (n, p) { return n + p.length; }, 0)), at = 0;
    parts.forEach(function (p) { whole.set(p, at); at += p.length; });
    return whole;
  }
  async function hash(kind, parts) {
    return new Uint8Array(await crypto.subtle.digest("SHA-256", join([new Uint8Array([kind])].concat(parts))));
  }

  // Verifier keys: name+hex id+base64(kind || public key), one a line; kind 1 is Ed25519
  async function key(vkeys) {
    for (var line of vkeys.trim().split("\n")) {
      var second = line.indexOf("+", line.indexOf("+") + 1), raw = bytes(line.slice(second + 1));
      if (raw[0] === 1) return { name: line.slice(0, line.indexOf("+")),
        key: await crypto.subtle.importKey("raw", raw.slice(1), "Ed25519", false, ["verify"]) };
    }
    throw new Error("no Ed25519 key");
  }

  async function root(entry, index, size, steps) {
    var fn = index, sn = size - 1n, found = await hash(0, [entry]);
    if (index >= size) return null;
    for (var step of steps) {
      if (sn === 0n) return null;
      if ((fn & 1n) === 1n || fn === sn) {
        found = await hash(1, [step, found]);
        while ((fn & 1n) === 0n && fn !== 0n) { fn >>= 1n; sn >>= 1n; }
      } else {
        found = await hash(1, [found, step]);
      }
      fn >>= 1n; sn >>= 1n;
    }
    return sn === 0n ? found : null;
  }

  async function check(text, vkeys) {
    var trusted = await key(vkeys), gap = text.indexOf("\n\n"), head = text.slice(0, gap).split("\n"), note = text.slice(gap + 2);
    if (head[0] !== "c2sp.org/tlog-proof@v1") throw new Error("format");
    var entry = bytes(head[1].replace("extra ", "")), index = BigInt(head[2].replace("index ", ""));
    var split = note.indexOf("\n\n"), signed = note.slice(0, split + 1), lines = signed.split("\n"), genuine = false;
    for (var line of note.slice(split + 2).split("\n")) {
      var parts = line.split(" "), value = parts.length === 3 && parts[1] === trusted.name ? bytes(parts[2]) : [];
      if (value.length === 68 && await crypto.subtle.verify("Ed25519", trusted.key, value.slice(4), utf8.encode(signed))) genuine = true;
    }
    var found = await root(entry, index, BigInt(lines[1]), head.slice(3).map(bytes));
    return { genuine: genuine && lines[0] === trusted.name, there: found !== null && base64(found) === lines[2],
      entry: new TextDecoder().decode(entry), index: index, size: lines[1], origin: lines[0] };
  }

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
      var found = await check(file ? await file.text() : await answer.text(), vkeys);
      var shown = found.origin + "\n" + found.index + " / " + found.size + "\n\n" + JSON.stringify(JSON.parse(found.entry), null, 1);
      if (!found.genuine) return tell(false, said.forged, shown);
      tell(found.there, found.there ? said.good : said.missing, shown);
    } catch (e) { tell(false, said.damaged); }
  }

  crypto.subtle.generateKey("Ed25519", false, ["sign"]).then(function () {
    document.getElementById("unable").hidden = true;
    form.hidden = false;
    form.addEventListener("submit", function (event) { event.preventDefault(); run(); });
  }, function () { /* no Ed25519 here: the page says which commands do it */ });
})();
