/**
 * How often posts of a public channel were opened: says which ones this browser has shown, and reads the numbers.
 * No cookie, no account and no token goes along; what is said is only the channel and the posts.
 */
import { about } from "../about.ts";
import { Changing } from "../state.ts";

const TOGETHER = 3_000; // milliseconds in which what was seen is gathered into one request
const FRESH = 10 * 60_000; // numbers move once an hour
const AT_ONCE = 100;

export class Openings extends Changing {
  private numbers = new Map<string, number>();
  private seen = new Set<string>();
  private asked = new Map<string, number>();
  private telling: ReturnType<typeof setTimeout> | undefined;
  private toSay = new Set<string>();
  private toAsk = new Set<string>();

  constructor(private readonly channel: string) {
    super();
  }

  /** 0 where it is fewer than the operator says numbers of; undefined until the operator has answered. */
  of(post: string): number | undefined {
    return this.numbers.get(post);
  }

  /** A post is on the screen. One's own are not counted as opened. */
  shown(post: string, mine: boolean): void {
    if (!mine && !this.seen.has(post)) this.toSay.add(post);
    else if ((this.asked.get(post) ?? 0) < Date.now() - FRESH) this.toAsk.add(post);
    this.soon();
  }

  private soon(): void {
    if (this.toSay.size + this.toAsk.size) this.telling ??= setTimeout(() => void this.tell(), TOGETHER);
  }

  private async tell(): Promise<void> {
    const [opened, asked] = [take(this.toSay), take(this.toAsk)];
    this.telling = undefined;
    this.soon();
    for (const post of opened) this.seen.add(post);
    for (const post of [...opened, ...asked]) this.asked.set(post, Date.now());
    try {
      const answer = await fetch(about.opened, {
        method: "POST", credentials: "omit", referrerPolicy: "no-referrer",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ channel: this.channel, opened, asked }),
      });
      if (!answer.ok) return;
      const said = (await answer.json()) as { numbers: Record<string, number> };
      for (const post of [...opened, ...asked]) this.numbers.set(post, said.numbers[post] ?? 0);
      this.changed();
    } catch {
      // A number less is no trouble worth telling.
    }
  }
}

function take(from: Set<string>): string[] {
  const found = [...from].slice(0, AT_ONCE);
  for (const one of found) from.delete(one);
  return found;
}
