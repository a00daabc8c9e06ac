/** The names of the pictures two people compare, in the reader's language (Matrix, "SAS method: emoji"). */
import { language } from "./words.ts";

let names: Record<string, Record<string, string>> = {};

export async function learnEmoji(): Promise<void> {
  if (language !== "en") names = (await import("./words/emoji.json")).default;
}

export function emojiName(english: string): string {
  return names[english.toLowerCase()]?.[language] ?? english;
}
