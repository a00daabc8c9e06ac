/** Signing in and opening an account, with plain requests: the large library is not needed for it. */
import { about } from "../about.ts";
import type { Session } from "../session.ts";

/** A refusal in words that the caller shows; `code` is the homeserver's or "", `appeal` where a decision is contested. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly what: string,
    readonly todo = "",
    readonly appeal = "",
  ) {
    super(what);
  }
}

/** Only addresses of the web: anything else a server says is no link. */
export function safeLink(address: string): string {
  return /^https?:\/\//.test(address) ? address : "";
}

interface Answer {
  user_id: string;
  access_token: string;
  device_id: string;
}

interface Said {
  errcode?: string;
  error?: string;
  do?: string;
  /** A decision of ours stands against it. */
  steelyard?: { reason?: string; appeal?: string };
}

export async function signIn(name: string, password: string): Promise<Session> {
  const identifier = { type: "m.id.user", user: name.trim().replace(/^@([^:]+)$/, "$1") };
  const device = { initial_device_display_name: `${about.service} (web)` };
  const asked = { type: "m.login.password", identifier, password, ...device };
  return enter(await ask(`${about.homeserver}/_matrix/client/v3/login`, asked));
}

/** Through our own door: the homeserver's open registration is off. */
export async function signUp(name: string, password: string, language: string): Promise<Session> {
  return enter(await ask(about.sign_up, { name, password, language }));
}

function enter(said: Answer): Session {
  return { userId: said.user_id, token: said.access_token, deviceId: said.device_id };
}

async function ask(address: string, body: object): Promise<Answer> {
  let answer: Response;
  try {
    const headers = { "Content-Type": "application/json" };
    answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
  } catch {
    throw new Refusal("offline", "");
  }
  const said = (await answer.json().catch(() => ({}))) as Answer & Said;
  const banned = said.steelyard;
  if (!answer.ok && banned) throw new Refusal("banned", banned.reason ?? "", "", safeLink(banned.appeal ?? ""));
  if (!answer.ok) throw new Refusal(said.errcode ?? "", said.error ?? "", said.do ?? "");
  return said;
}
