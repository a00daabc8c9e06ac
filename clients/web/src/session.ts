/** Who is signed in in this browser. The access token stays here; keys of chats are in IndexedDB. */
export interface Session {
  userId: string;
  token: string;
  deviceId: string;
}

const PLACE = "messenger-session";

export function session(): Session | null {
  try {
    return JSON.parse(localStorage.getItem(PLACE) ?? "null") as Session | null;
  } catch {
    return null;
  }
}

export function keep(found: Session): void {
  localStorage.setItem(PLACE, JSON.stringify(found));
}

export function forget(): void {
  localStorage.removeItem(PLACE);
}
