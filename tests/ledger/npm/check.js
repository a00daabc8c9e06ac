// Reads {key, keyId, origin, proofs: [{index, entry, hashes, checkpoint}]} from stdin, all bytes in base64, and answers a
// line for each proof: what sigstore's own verifier says of its checkpoint and of its inclusion. Nothing of ours is used.
"use strict";
const crypto = require("crypto");
const path = require("path");
const tlog = path.join(process.argv[2], "node_modules/@sigstore/verify/dist/tlog");
const { verifyCheckpoint } = require(path.join(tlog, "checkpoint.js"));
const { verifyMerkleInclusion } = require(path.join(tlog, "merkle.js"));

const given = JSON.parse(require("fs").readFileSync(0, "utf-8"));
const raw = (text) => Buffer.from(text, "base64");
const logs = [{
  logID: raw(given.keyId), baseURL: given.origin,
  publicKey: crypto.createPublicKey({ key: raw(given.key), format: "der", type: "spki" }),
}];
for (const proof of given.proofs) {
  const entry = {
    canonicalizedBody: raw(proof.entry),
    inclusionProof: {
      logIndex: proof.index, hashes: proof.hashes.map(raw), checkpoint: { envelope: proof.checkpoint },
    },
  };
  try {
    const checkpoint = verifyCheckpoint(entry, logs);
    verifyMerkleInclusion(entry, checkpoint);
    console.log(`ok ${checkpoint.logSize}`);
  } catch (fault) {
    console.log(`no ${fault.message}`);
  }
}
