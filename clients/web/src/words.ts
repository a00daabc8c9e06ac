/** The texts in the reader's language. English is in the first file, the others are fetched when chosen. */
import en from "./words/en.json";

export type Key = keyof typeof en;
type Words = Record<Key, string>;

const FETCHED: Record<string, () => Promise<{ default: Words }>> = {
  fr: () => import("./words/fr.json"),
  ru: () => import("./words/ru.json"),
  ar: () => import("./words/ar.json"),
  fa: () => import("./words/fa.json"),
};
const PLACE = "language";

let words: Words = en;
export let language = "en";

/** The language chosen here before, in the link, or by the page for this browser. */
function wanted(): string {
  const asked = new URLSearchParams(location.search).get("in");
  const found = asked ?? localStorage.getItem(PLACE) ?? document.documentElement.lang;
  return found in FETCHED ? found : "en";
}

export async function learn(code = wanted()): Promise<void> {
  words = code in FETCHED ? (await FETCHED[code]()).default : en;
  language = code;
  document.documentElement.lang = code;
  document.documentElement.dir = code === "ar" || code === "fa" ? "rtl" : "ltr";
}

export function choose(code: string): void {
  localStorage.setItem(PLACE, code);
  const here = new URL(location.href);
  here.searchParams.delete("in");
  history.replaceState(null, "", here);
  location.reload();
}

export function t(key: Key, put: Record<string, string | number> = {}): string {
  return words[key].replace(/\{(\w+)\}/g, (_, name: string) => String(put[name] ?? ""));
}

/** A date as people of the language write it; the exact moment is in the element's datetime. */
export function moment(at: number): string {
  const today = new Date().toDateString() === new Date(at).toDateString();
  const shown = today ? ({ timeStyle: "short" } as const) : ({ dateStyle: "medium", timeStyle: "short" } as const);
  return new Intl.DateTimeFormat(language, shown).format(at);
}

export function number(value: number): string {
  return new Intl.NumberFormat(language).format(value);
}
