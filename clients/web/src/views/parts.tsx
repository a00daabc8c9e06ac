/** Small pieces that several views use. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { about } from "../about.ts";
import { choose, language, t } from "../words.ts";

export function Field(props: {
  label: string;
  value: string;
  set: (value: string) => void;
  hint?: string;
  wrong?: string;
  type?: "text" | "password";
  rows?: number;
  dir?: "auto" | "ltr";
  required?: boolean;
  autocomplete?: string;
}) {
  const id = useId();
  const said = [props.hint && `${id}-hint`, props.wrong && `${id}-wrong`].filter(Boolean).join(" ");
  const shared = {
    id,
    value: props.value,
    dir: props.dir ?? "auto",
    required: props.required,
    "aria-describedby": said || undefined,
    "aria-invalid": props.wrong ? ("true" as const) : undefined,
    onInput: (event: Event) => props.set((event.currentTarget as HTMLInputElement).value),
  };
  return (
    <div class="m-field">
      <label for={id}>{props.label}</label>
      {props.hint && <p class="soft small" id={`${id}-hint`}>{props.hint}</p>}
      {props.wrong && <p class="m-wrong" id={`${id}-wrong`}>{props.wrong}</p>}
      {props.rows ? (
        <textarea rows={props.rows} {...shared} />
      ) : (
        <input type={(props.type ?? "text") as "text"} autocomplete={props.autocomplete} autocapitalize="none" spellcheck={false} {...shared} />
      )}
    </div>
  );
}

export function Wrong(props: { children: ComponentChildren }) {
  return <div class="wrong" role="alert">{props.children}</div>;
}

/** A dialog of the browser's own: focus stays inside, Escape closes, the page behind rests. */
export function Dialog(props: { title: string; close: () => void; children: ComponentChildren }) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    ref.current?.showModal();
  }, []);
  return (
    <dialog ref={ref} class="m-dialog" aria-labelledby={id} onClose={props.close}>
      <header class="m-dialog-head">
        <h2 id={id}>{props.title}</h2>
        <button type="button" class="tool" onClick={() => ref.current?.close()}>
          <Icon name="close" />
          <span class="hidden">{t("close")}</span>
        </button>
      </header>
      {props.children}
    </dialog>
  );
}

/** A button that waits for what it started, and says what went wrong. */
export function Busy(props: {
  act: () => Promise<unknown>;
  children: ComponentChildren;
  plain?: boolean;
  wrong?: (fault: unknown) => string;
}) {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState("");
  const run = async () => {
    setBusy(true);
    setFault("");
    try {
      await props.act();
    } catch (found) {
      console.warn(found);
      setFault(props.wrong?.(found) ?? t("failed"));
    }
    setBusy(false);
  };
  return (
    <>
      <button type="button" class={props.plain ? "button button-plain" : "button"} aria-disabled={busy} onClick={() => !busy && void run()}>
        {props.children}
      </button>
      {fault && <p class="m-wrong" role="alert">{fault}</p>}
    </>
  );
}

export function Languages() {
  return (
    <label class="m-language">
      <span class="hidden">{t("language")}</span>
      <select value={language} onChange={(event) => choose(event.currentTarget.value)}>
        {about.languages.map((one) => (
          <option value={one.code} lang={one.code}>{one.name}</option>
        ))}
      </select>
    </label>
  );
}

/** The same switch, and the same memory of it, as on the other pages. */
export function Colours() {
  const root = document.documentElement;
  const chosen = () => root.dataset.colours ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  const [dark, set] = useState(chosen() === "dark");
  const turn = () => {
    root.dataset.colours = dark ? "light" : "dark";
    localStorage.setItem("colours", root.dataset.colours);
    set(!dark);
  };
  return (
    <button type="button" class="tool" aria-pressed={dark} onClick={turn}>
      <Icon name="colours" />
      <span class="hidden">{t("dark")}</span>
    </button>
  );
}

const DRAWN: Record<string, string> = {
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  back: "M10 3L5 8l5 5",
  more: "M3 7.500v1h1v-1zM7.500 7.500v1h1v-1zM12 7.500v1h1v-1z",
  lock: "M4.5 7.5h7v6h-7zM5.75 7.5V5.25a2.25 2.25 0 0 1 4.5 0V7.5",
  channel: "M6 2.5L4.5 13.5M11.5 2.5L10 13.5M2.5 6h11.5M2 10.5h11.5",
  letter: "M2 4h12v8.5H2zM2 4.5l6 4.5 6-4.5",
  smile: "M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 1 1 0-12.5M5.4 9.4a3 3 0 0 0 5.2 0M6 6.2v.4M10 6.2v.4",
  reply: "M6.5 4L2.5 8l4 4M3 8h6.5a4 4 0 0 1 4 4",
  flag: "M4 14.5v-12M4 3h8l-2 3 2 3H4",
  picture: "M2 3h12v10H2zM2 11l3.5-3.5 3 3L11 8l3 3M10.5 5.8h.01",
  send: "M2 8l12-5.5L10.5 14 7.5 9z",
  pen: "M3 13l.6-3L10.5 3l2.5 2.5-7 7z",
  plus: "M8 3v10M3 8h10",
  gear: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11M5 3v3M10.5 6.5v3M7 10v3",
  colours: "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M8 1.5v13M8 4h4M8 8h6M8 12h4",
  eye: "M1.5 8c1.7-3 3.900-4.500 6.500-4.500s4.800 1.500 6.500 4.500c-1.700 3-3.900 4.500-6.500 4.500s-4.800-1.500-6.500-4.500M8 6a2 2 0 1 0 0 4a2 2 0 1 0 0-4",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9M10.5 10.5l3.5 3.5",
  bin: "M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.5 9h6l.5-9",
  words: "M2 4h7M5.5 2.5V4c0 3-1.5 5-3.5 6M3.5 6.5c1 1.800 2.500 3 4.500 3.500M8.500 13.500l2.750-6.500 2.750 6.500M9.500 11.500h3.500",
  shield: "M8 1.750l5 2v4c0 3-2 5.500-5 6.500c-3-1-5-3.500-5-6.500v-4z",
};
const TURNED = new Set(["back", "reply", "send"]);

export function Icon(props: { name: string }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 16 16" width="18" height="18" fill="none" stroke="currentColor" stroke-width="1.4"
      stroke-linecap="round" stroke-linejoin="round" class={TURNED.has(props.name) ? "icon m-turned" : "icon"}>
      <path d={DRAWN[props.name]} />
    </svg>
  );
}

/** A person's own words: their direction is theirs, and addresses in them can be opened. */
export function Said(props: { text: string }) {
  const parts = props.text.split(/(https?:\/\/[^\s<>"⁦-⁩]+[^\s<>"⁦-⁩.,;:!?)\]»”’])/u);
  return (
    <>
      {parts.map((part, at) =>
        at % 2 ? <a href={part} target="_blank" rel="noopener noreferrer nofollow"><bdi>{part}</bdi></a> : part)}
    </>
  );
}

/** A line of the text's first letter, in one of a few colours: quicker to tell apart than names. */
export function Face(props: { name: string; kind?: "lock" | "channel" | "letter" }) {
  const name = props.name.replace(/^[@#!]/, "");
  const colour = [...name].reduce((sum, letter) => sum + letter.codePointAt(0)!, 0) % 5;
  return (
    <span class={`m-face m-face-${colour}`} aria-hidden="true">
      {props.kind === "channel" || props.kind === "letter" ? <Icon name={props.kind} /> : ([...name][0] ?? "?").toLocaleUpperCase()}
    </span>
  );
}
