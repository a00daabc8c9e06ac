/** Signing in and opening an account, with plain requests: the large library is not needed for it. */
import { about } from "../about.ts";
import type { Session } from "../session.ts";

/** A refusal in words that the caller shows; `code` is the homeserver's or "". */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly what: string,
    readonly todo = "",
  ) {
    super(what);
  }
}

interface Answer {
  user_id: string;
  access_token: string;
  device_id: string;
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
  const said = (await answer.json().catch(() => ({}))) as Answer & { errcode?: string; error?: string; do?: string };
  if (!answer.ok) throw new Refusal(said.errcode ?? "", said.error ?? "", said.do ?? "");
  return said;
}
