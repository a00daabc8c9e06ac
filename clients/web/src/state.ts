/** A value that views follow: they draw again, at most once a frame, when it changes. */
import { useEffect, useState } from "preact/hooks";

export class Changing {
  private readers = new Set<() => void>();
  private due = false;

  changed(): void {
    if (this.due) return;
    this.due = true;
    // A hidden tab has no frames, and must not fall behind for ever.
    const draw = () => {
      this.due = false;
      for (const reader of this.readers) reader();
    };
    if (document.hidden) setTimeout(draw, 50);
    else requestAnimationFrame(draw);
  }

  follow(reader: () => void): () => void {
    this.readers.add(reader);
    return () => void this.readers.delete(reader);
  }
}

export function useChanges(of: Changing): void {
  const [, again] = useState(0);
  useEffect(() => of.follow(() => again((n) => n + 1)), [of]);
}

/** The part of the address after "#": where in the messenger we are. */
export function usePlace(): string {
  const [place, set] = useState(location.hash.slice(1));
  useEffect(() => {
    const moved = () => set(location.hash.slice(1));
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  return place;
}

export function go(place: string): void {
  location.hash = place;
}
