/** A room's posts as people see them, made from the library's events. */
import {
  Direction,
  EventStatus,
  EventType,
  MsgType,
  RelationType,
  type MatrixEvent,
  type Room,
} from "matrix-js-sdk";
import type { IEncryptedFile } from "matrix-encrypt-attachment";
import { about } from "../about.ts";
import { language } from "../words.ts";
import type { Connected } from "./connected.ts";

export interface File {
  url: string;
  sealed?: IEncryptedFile;
  mime: string;
  name: string;
  width: number;
  height: number;
}

export interface Post {
  id: string;
  sender: string;
  name: string;
  at: number;
  text: string;
  kind: "text" | "picture" | "file" | "unreadable" | "hidden";
  file?: File;
  replyTo?: { id: string; name: string; text: string };
  reactions: { key: string; count: number; mine: string }[];
  edited: boolean;
  /** What the operator says beside the post; "" for nothing. */
  label: string;
  mine: boolean;
  state: "sent" | "sending" | "failed";
  event: MatrixEvent;
}

const ROUNDS = 10;
const SHOWN = new Set<string>([EventType.RoomMessage, EventType.Sticker, EventType.RoomMessageEncrypted]);

/** Announcements come once in each language; the reader's own, or the operator's first. */
const ANNOUNCED = about.announced_in.includes(language) ? language : about.announced_in[0];

function isForMe(event: MatrixEvent): boolean {
  const said = event.getContent()["org.steelyard.language"];
  return typeof said !== "string" || said === ANNOUNCED || !about.announced_in.includes(said);
}

/** Oldest first. What the operator has hidden since it was loaded is left out; its author sees that it was. */
export function eventsOf(me: Connected, room: Room, gone: ReadonlySet<string>): MatrixEvent[] {
  const shown = (event: MatrixEvent) => !gone.has(event.getId()!) || event.getSender() === me.session.userId;
  const mine = room.getCanonicalAlias() === about.announcements ? isForMe : () => true;
  const all = [...room.getLiveTimeline().getEvents(), ...room.getPendingEvents()];
  return all.filter((one) => isPost(one) && shown(one) && mine(one));
}

/** Made for the posts in sight only: a channel may have ten thousand. */
export function postOf(me: Connected, room: Room, event: MatrixEvent, gone: ReadonlySet<string>): Post {
  const found = post(me, room, event);
  return gone.has(found.id) ? { ...found, kind: "hidden", reactions: [], replyTo: undefined } : found;
}

function isPost(event: MatrixEvent): boolean {
  if (!SHOWN.has(event.getType()) || event.isState()) return false;
  if (event.getRelation()?.rel_type === RelationType.Replace) return false;
  if (event.getContent().msgtype === MsgType.KeyVerificationRequest) return false;
  return !event.isRedacted() && event.status !== EventStatus.CANCELLED;
}

function post(me: Connected, room: Room, event: MatrixEvent): Post {
  const content = shown(event);
  const sender = event.getSender()!;
  return {
    id: event.getId()!,
    sender,
    name: me.nameOf(sender, room),
    at: event.getTs(),
    text: words(content),
    ...kindOf(event, content),
    replyTo: repliesTo(me, room, event),
    reactions: reactionsTo(me, room, event),
    edited: content !== event.getOriginalContent(),
    label: labelOf(event),
    mine: sender === me.session.userId,
    state: event.status === EventStatus.NOT_SENT ? "failed" : event.status ? "sending" : "sent",
    event,
  };
}

/** A field of the homeserver's own, which the author cannot write. */
function labelOf(event: MatrixEvent): string {
  const label = (event.getUnsigned() as Record<string, { text?: unknown } | undefined>)["org.steelyard.label"];
  return typeof label?.text === "string" ? label.text.slice(0, 300) : "";
}

type Content = Record<string, any>;

/** With the newest edit applied, also one that the server bundled with an old post. */
function shown(event: MatrixEvent): Content {
  if (event.replacingEvent()) return event.getContent();
  const bundled = event.getServerAggregatedRelation<{ content?: Content; sender?: string }>(RelationType.Replace);
  const fresh = bundled?.sender === event.getSender() ? bundled?.content?.["m.new_content"] : undefined;
  return fresh ?? event.getOriginalContent();
}

function words(content: Content): string {
  const body = typeof content.body === "string" ? content.body : "";
  if (!content["m.relates_to"]?.["m.in_reply_to"] || !body.startsWith("> ")) return body;
  return body.replace(/^(> .*\n?)+\n?/, ""); // what older clients put before a reply
}

function kindOf(event: MatrixEvent, content: Content): { kind: Post["kind"]; file?: File } {
  if (event.isDecryptionFailure() || event.getType() === EventType.RoomMessageEncrypted) return { kind: "unreadable" };
  const picture = content.msgtype === MsgType.Image || event.getType() === EventType.Sticker;
  if (!picture && ![MsgType.File, MsgType.Video, MsgType.Audio].includes(content.msgtype)) return { kind: "text" };
  const info = content.info ?? {};
  const file = {
    url: content.file?.url ?? content.url ?? "",
    sealed: content.file,
    mime: String(info.mimetype ?? ""),
    name: String(content.filename ?? content.body ?? ""),
    width: Number(info.w) || 0,
    height: Number(info.h) || 0,
  };
  return { kind: picture ? "picture" : "file", file };
}

function repliesTo(me: Connected, room: Room, event: MatrixEvent): Post["replyTo"] {
  const id = event.replyEventId;
  if (!id) return undefined;
  const found = room.findEventById(id);
  if (!found || found.isRedacted()) return { id, name: "", text: "" };
  return { id, name: me.nameOf(found.getSender()!, room), text: words(shown(found)).slice(0, 140) };
}

function reactionsTo(me: Connected, room: Room, event: MatrixEvent): Post["reactions"] {
  const found = room.relations.getChildEventsForEvent(event.getId()!, RelationType.Annotation, EventType.Reaction);
  return (found?.getSortedAnnotationsByKey() ?? []).filter(([, of]) => of.size).map(([key, of]) => {
    const mine = [...of].find((one) => one.getSender() === me.session.userId && !one.isRedacted());
    return { key, count: of.size, mine: mine?.getId() ?? "" };
  });
}

/** Whether there is anything older to load. */
export function hasOlder(room: Room): boolean {
  return room.getLiveTimeline().getPaginationToken(Direction.Backward) !== null;
}

/** Ids of loaded posts in the newest part of a room that the server does not hand out any more. */
export async function goneFrom(me: Connected, room: Room, limit = 100): Promise<Set<string>> {
  // Before the question: what arrives while it is answered is not gone.
  const loaded = room.getLiveTimeline().getEvents().filter((event) => isPost(event) && !event.status);
  const there = new Set<string>();
  let [oldest, from] = [Infinity, null as string | null];
  for (let round = 0; round < ROUNDS && !there.size; round++) { // of a page that was hidden whole, nothing comes
    const said = await me.client.createMessagesRequest(room.roomId, from, limit, Direction.Backward);
    for (const event of said.chunk) {
      there.add(event.event_id);
      oldest = Math.min(oldest, event.origin_server_ts);
    }
    if (!said.end) {
      oldest = 0; // nothing comes before: everything was asked about
      break;
    }
    from = said.end;
  }
  return new Set(loaded.filter((one) => one.getTs() > oldest && !there.has(one.getId()!)).map((one) => one.getId()!));
}

/** The address every Matrix client understands, and our notice form takes. */
export function linkTo(room: string, post = ""): string {
  return `https://matrix.to/#/${room}${post && `/${post}`}`;
}

/** The page where this channel can be read without signing in, or "" where it is none of ours. */
export function previewOf(channel: string): string {
  const [alias, server] = channel.replace(/^#/, "").split(/:(.*)/);
  return alias && server === about.server_name ? about.preview.replace("ALIAS", encodeURIComponent(alias)) : "";
}
