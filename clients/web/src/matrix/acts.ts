/** What a person does: write, answer, react, edit, remove, show a picture, report, open chats and channels. */
import {
  EventType,
  HistoryVisibility,
  MatrixError,
  Method,
  MsgType,
  Preset,
  RelationType,
  Visibility,
  type Room,
} from "matrix-js-sdk";
import { encryptAttachment } from "matrix-encrypt-attachment";
import { about } from "../about.ts";
import { safeLink } from "./door.ts";
import type { Connected } from "./connected.ts";
import type { Post } from "./posts.ts";

/** A post was not accepted: the operator's reason, and the address to contest it where there is one. */
export class NotAccepted extends Error {
  constructor(
    readonly reason: string,
    readonly appeal: string,
  ) {
    super(reason);
  }
}

export async function write(me: Connected, room: Room, text: string, to: { reply?: Post; edit?: Post }): Promise<void> {
  const content: Record<string, unknown> = { msgtype: MsgType.Text, body: text };
  if (to.reply) content["m.relates_to"] = { "m.in_reply_to": { event_id: to.reply.id } };
  if (to.edit) {
    const fresh = { ...content };
    content.body = `* ${text}`;
    content["m.new_content"] = fresh;
    content["m.relates_to"] = { rel_type: RelationType.Replace, event_id: to.edit.id };
  }
  await send(me, room, EventType.RoomMessage, content);
}

async function send(me: Connected, room: Room, kind: EventType, content: object): Promise<void> {
  const key = me.client.makeTxnId();
  try {
    await me.client.sendEvent(room.roomId, kind as EventType.RoomMessage, content as never, key);
  } catch (fault) {
    for (const event of room.getPendingEvents()) if (event.getTxnId() === key) me.client.cancelPendingEvent(event);
    throw plainly(fault);
  }
}

function plainly(fault: unknown): Error {
  if (!(fault instanceof MatrixError)) return fault as Error;
  const ours = (fault.data as Record<string, any>).steelyard;
  if (ours) return new NotAccepted(String(ours.reason ?? ""), safeLink(String(ours.appeal ?? "")));
  return fault;
}

export async function react(me: Connected, room: Room, post: Post, key: string): Promise<void> {
  const mine = post.reactions.find((one) => one.key === key)?.mine;
  if (mine) await me.client.redactEvent(room.roomId, mine);
  else
    await send(me, room, EventType.Reaction, {
      "m.relates_to": { rel_type: RelationType.Annotation, event_id: post.id, key },
    });
}

export async function remove(me: Connected, room: Room, post: Post): Promise<void> {
  await me.client.redactEvent(room.roomId, post.id);
}

const LONGEST_SIDE = 1600;

/** Drawn anew before it leaves: the place and the camera that a file remembers stay here. */
export async function showPicture(me: Connected, room: Room, file: Blob, description: string): Promise<void> {
  const drawn = await redrawn(file);
  const info = { mimetype: drawn.blob.type, size: drawn.blob.size, w: drawn.width, h: drawn.height };
  const content: Record<string, unknown> = { msgtype: MsgType.Image, body: description, filename: "picture", info };
  if (me.isPrivate(room)) {
    const { data, info: sealed } = await encryptAttachment(await drawn.blob.arrayBuffer());
    const { content_uri } = await me.client.uploadContent(new Blob([data]), { includeFilename: false });
    content.file = { ...sealed, url: content_uri };
  } else {
    const kept = await me.client.uploadContent(drawn.blob, { includeFilename: false }).catch((fault) => {
      throw plainly(fault);
    });
    content.url = kept.content_uri;
  }
  await send(me, room, EventType.RoomMessage, content);
}

async function redrawn(file: Blob): Promise<{ blob: Blob; width: number; height: number }> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const [width, height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  canvas.getContext("2d")!.drawImage(picture, 0, 0, width, height);
  const kind = file.type === "image/png" || file.type === "image/gif" ? "image/png" : "image/jpeg";
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, kind, 0.85));
  if (!blob) throw new Error("The picture could not be read.");
  return { blob, width, height };
}

export type About = { post: Post; room: Room } | { room: Room } | { account: string };

/** To the operator, through the homeserver's own report addresses; any client can do the same. */
export async function report(me: Connected, what: About, harm: string, reason: string, more: object = {}): Promise<void> {
  const place = "account" in what
    ? `/users/${encodeURIComponent(what.account)}/report`
    : `/rooms/${encodeURIComponent(what.room.roomId)}/report${"post" in what ? `/${encodeURIComponent(what.post.id)}` : ""}`;
  await me.client.http.authedRequest(Method.Post, place, {}, { reason, harm, ...more });
}

/** "anna" or "@anna:server" -> "@anna:server" */
export function accountOf(name: string): string {
  const bare = name.trim().replace(/^@/, "").toLowerCase();
  return `@${bare.includes(":") ? bare : `${bare}:${about.server_name}`}`;
}

const SEALED = [
  { type: EventType.RoomEncryption, state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } },
  // Newcomers read from when they were invited, so that nobody is added to what was said before.
  { type: EventType.RoomHistoryVisibility, state_key: "", content: { history_visibility: HistoryVisibility.Invited } },
];

/** An end-to-end encrypted chat, with one person or several. */
export async function openChat(me: Connected, names: string[], name: string): Promise<string> {
  const invite = names.map(accountOf);
  const single = invite.length === 1;
  for (const account of invite) await me.client.getProfileInfo(account); // says so when there is no such account
  const made = await me.client.createRoom({
    preset: single ? Preset.TrustedPrivateChat : Preset.PrivateChat,
    visibility: Visibility.Private,
    is_direct: single,
    invite,
    name: name || undefined,
    initial_state: SEALED,
  });
  if (single) await markDirect(me, invite[0], made.room_id);
  return made.room_id;
}

export async function markDirect(me: Connected, account: string, room: string): Promise<void> {
  const direct = { ...(me.client.getAccountData(EventType.Direct)?.getContent() ?? {}) } as Record<string, string[]>;
  direct[account] = [...new Set([...(direct[account] ?? []), room])];
  await me.client.setAccountData(EventType.Direct, direct);
}

/** A public channel in the directory; with `mine` only its owner writes. */
export async function openChannel(me: Connected, alias: string, name: string, topic: string, mine: boolean): Promise<string> {
  const made = await me.client.createRoom({
    preset: Preset.PublicChat,
    visibility: Visibility.Public,
    room_alias_name: alias,
    name,
    topic,
    ...(mine && { power_level_content_override: { events_default: 50 } }),
  });
  return made.room_id;
}
