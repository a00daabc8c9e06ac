// What checks an Ed25519 key of the log and a place in it, in this browser (Web Cryptography): c2sp.org/signed-note,
// c2sp.org/tlog-proof, RFC 9162 2.1.3.2. Two pages use it; neither sends what it checks.
window.steelyardProof = (function () {
  "use strict";
  var utf8 = new TextEncoder();

  function bytes(base64) { return Uint8Array.from(atob(base64), function (c) { return c.charCodeAt(0); }); }
  function base64(array) { return btoa(String.fromCharCode.apply(null, array)); }
  function join(parts) {
    var whole = new Uint8Array(parts.reduce(function (n, p) { return n + p.length; }, 0)), at = 0;
    parts.forEach(function (p) { whole.set(p, at); at += p.length; });
    return whole;
  }
  async function sha256(parts) { return new Uint8Array(await crypto.subtle.digest("SHA-256", join(parts))); }
  function hash(kind, parts) { return sha256([new Uint8Array([kind])].concat(parts)); }
  function verify(trusted, signature, message) { return crypto.subtle.verify("Ed25519", trusted.key, signature, message); }

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

  // A .tlog-proof that carries its entry: is its checkpoint signed, and is the entry at that place under it?
  async function place(text, trusted) {
    var gap = text.indexOf("\n\n"), head = text.slice(0, gap).split("\n"), note = text.slice(gap + 2);
    if (head[0] !== "c2sp.org/tlog-proof@v1") throw new Error("format");
    var entry = bytes(head[1].replace("extra ", "")), index = BigInt(head[2].replace("index ", ""));
    var split = note.indexOf("\n\n"), signed = note.slice(0, split + 1), lines = signed.split("\n"), genuine = false;
    for (var line of note.slice(split + 2).split("\n")) {
      var parts = line.split(" "), value = parts.length === 3 && parts[1] === trusted.name ? bytes(parts[2]) : [];
      if (value.length === 68 && await verify(trusted, value.slice(4), utf8.encode(signed))) genuine = true;
    }
    var found = await root(entry, index, BigInt(lines[1]), head.slice(3).map(bytes));
    return { genuine: genuine && lines[0] === trusted.name, there: found !== null && base64(found) === lines[2],
      entry: new TextDecoder().decode(entry), index: index, size: lines[1], origin: lines[0] };
  }

  function able(then, otherwise) {
    if (!window.crypto || !crypto.subtle) return otherwise();
    crypto.subtle.generateKey("Ed25519", false, ["sign"]).then(then, otherwise);
  }

  return { able: able, bytes: bytes, join: join, key: key, place: place, sha256: sha256, utf8: utf8, verify: verify };
})();
