/** Pictures and files: fetched with the member's own right to see them, opened here when they are sealed. */
import { Method } from "matrix-js-sdk";
import { decryptAttachment } from "matrix-encrypt-attachment";
import type { Connected } from "./connected.ts";
import type { File } from "./posts.ts";

const MXC = /^mxc:\/\/([^/?#]+)\/([^/?#]+)$/;
const SHOWN = /^image\/(png|jpeg|gif|webp|avif)$/;

/** The file's bytes. Only kinds of pictures that cannot carry scripts keep their type. */
export async function fetchFile(me: Connected, file: File): Promise<Blob> {
  const found = MXC.exec(file.url);
  if (!found) throw new Error("No file of this platform.");
  const [, server, name] = found.map(encodeURIComponent);
  const held = await me.client.http.authedRequest<Blob>(
    Method.Get, `/media/download/${server}/${name}`, {}, undefined,
    { prefix: "/_matrix/client/v1", rawResponseBody: true },
  );
  const bytes = await held.arrayBuffer();
  const open = file.sealed ? await decryptAttachment(bytes, file.sealed) : bytes;
  return new Blob([open], { type: SHOWN.test(file.mime) ? file.mime : "application/octet-stream" });
}
