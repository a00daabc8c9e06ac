/**
 * Show the operator one message of an encrypted chat, and no other: 32 bytes, computed here.
 *
 * A message's keys come from HKDF over the sender's ratchet at that message. HKDF's first step (extract) gives 32
 * bytes from which this message's keys follow and nothing else does: the ratchet cannot be found from them, so
 * neither earlier nor later messages open. The keys themselves are not sent: bound together by HKDF they prove that
 * the words are those that the homeserver stored (docs/verified-reports.md).
 */
import type { MatrixEvent } from "matrix-js-sdk";
import type { Connected } from "./connected.ts";

const RATCHET = 128; // bytes: four parts of 32
const PART = 32;
const MESSAGE_INDEX = 0x08; // the protobuf's first field, a varint

/** What goes into the report beside the words, or {} where this device does not hold the session. */
export async function disclose(me: Connected, event: MatrixEvent): Promise<{ "org.steelyard.disclosure"?: object }> {
  const wire = event.getWireContent() as { session_id?: string; ciphertext?: string };
  const held = JSON.parse(await me.crypto.exportRoomKeysAsJson()) as { session_id: string; room_id: string; session_key: string }[];
  const session = held.find((one) => one.session_id === wire.session_id && one.room_id === event.getRoomId());
  if (!session || !wire.ciphertext) return {};
  const key = bytes(session.session_key);
  const from = new DataView(key.buffer).getUint32(1);
  const at = await advance(key.slice(5, 5 + RATCHET), from, indexOf(bytes(wire.ciphertext)));
  const extracted = at && (await hmac(new Uint8Array(32), at));
  return extracted ? { "org.steelyard.disclosure": { v: 1, prk: text(extracted) } } : {};
}

/** The ratchet moved on from one message's index to another's; null for an earlier one, which it cannot reach. */
async function advance(start: Uint8Array, from: number, to: number): Promise<Uint8Array | null> {
  if (from > to) return null;
  const ratchet = start.slice();
  const part = (n: number) => ratchet.slice(n * PART, (n + 1) * PART);
  for (let now = from + 1; now <= to; now++) {
    // The highest part that turns at this index; those below it are made anew from it.
    const turns = now % 2 ** 24 === 0 ? 0 : now % 2 ** 16 === 0 ? 1 : now % 2 ** 8 === 0 ? 2 : 3;
    const source = part(turns);
    for (let n = 3; n >= turns; n--) ratchet.set(await hmac(source, new Uint8Array([n])), n * PART);
  }
  return ratchet;
}

function indexOf(message: Uint8Array): number {
  if (message[0] !== 3 || message[1] !== MESSAGE_INDEX) throw new Error("A message of another version.");
  let [value, shift, at] = [0, 0, 2];
  for (; message[at] & 0x80; at++, shift += 7) value |= (message[at] & 0x7f) << shift;
  return (value | (message[at] << shift)) >>> 0;
}

async function hmac(key: Uint8Array, data: Uint8Array): Promise<Uint8Array> {
  const hash = { name: "HMAC", hash: "SHA-256" };
  const ready = await crypto.subtle.importKey("raw", key as BufferSource, hash, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", ready, data as BufferSource));
}

function bytes(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

function text(of: Uint8Array): string {
  return btoa(String.fromCharCode(...of)).replace(/=+$/, "");
}
