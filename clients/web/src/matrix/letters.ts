/** The operator's letters to this account: statements of reasons, answers to complaints and reports. */
import { about } from "../about.ts";
import type { Connected } from "./connected.ts";

export interface Letter {
  id: string;
  at: number;
  text: string;
}

export function lettersTo(me: Connected): Letter[] {
  const rooms = me.rooms.filter((room) => me.isNotices(room) && room.getMyMembership() === "join");
  return rooms
    .flatMap((room) => room.getLiveTimeline().getEvents())
    .filter((event) => event.getSender() === about.notices && event.getType() === "m.room.message")
    .map((event) => ({ id: event.getId()!, at: event.getTs(), text: String(event.getContent().body ?? "") }))
    .reverse();
}

/** The address of the decision that a letter names: it opens without signing in. */
export function decisionIn(text: string): string {
  return /https?:\/\/[^\s⁦-⁩]+\/d\/[^\s⁦-⁩]+/u.exec(text)?.[0] ?? "";
}
