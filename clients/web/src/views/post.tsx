/** One post, with what can be done to it. */
import type { Room } from "matrix-js-sdk";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { about } from "../about.ts";
import { react, remove } from "../matrix/acts.ts";
import type { Connected } from "../matrix/connected.ts";
import { fetchFile } from "../matrix/files.ts";
import { linkTo, type Post } from "../matrix/posts.ts";
import { language, moment, number, t } from "../words.ts";
import type { Openings } from "../matrix/openings.ts";
import { Opened } from "./opened.tsx";
import { Face, Icon, Said } from "./parts.tsx";

export interface PostActs {
  reply: (post: Post) => void;
  edit: (post: Post) => void;
  report: (post: Post) => void;
  reportAccount: (post: Post) => void;
}
interface Props {
  me: Connected;
  room: Room;
  post: Post;
  acts: PostActs;
  /** null where openings are not counted */
  openings: Openings | null;
}

export function PostLine(props: Props) {
  const { me, room, post } = props;
  const iso = new Date(post.at).toISOString();
  return (
    <article class={post.mine ? "m-post m-mine" : "m-post"} aria-label={post.name}>
      <Face name={post.name} />
      <div class="m-post-in">
        <header class="m-post-head">
          <strong><bdi>{post.name}</bdi></strong>
          <time class="soft small" dateTime={iso} title={iso}>{moment(post.at)}</time>
          {post.edited && <span class="soft small">{t("edited")}</span>}
          {post.state === "sending" && <span class="soft small">{t("sending")}</span>}
          {props.openings && <Opened openings={props.openings} post={post} />}
        </header>
        {post.replyTo && (
          <p class="m-reply small" dir="auto">
            <Icon name="reply" /> <bdi>{post.replyTo.name || t("a_post")}</bdi>{post.replyTo.text && `: ${post.replyTo.text}`}
          </p>
        )}
        <Body {...props} />
        {post.label && (
          <p class="note note-needs small" role="note">{t("label")} <bdi>{post.label}</bdi></p>
        )}
        {post.reactions.length > 0 && (
          <ul class="m-reactions" aria-label={t("reactions")}>
            {post.reactions.map((one) => (
              <li key={one.key}>
                <button type="button" aria-pressed={!!one.mine} onClick={() => void react(me, room, post, one.key).catch(console.warn)}>
                  <bdi>{one.key.slice(0, 20)}</bdi> {number(one.count)}
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
      {post.state === "sent" && post.kind !== "hidden" && <Menu {...props} />}
    </article>
  );
}

function Body(props: Props) {
  const { post } = props;
  if (post.kind === "hidden")
    return <p class="m-words m-hidden"><span class="soft">{t("hidden")}</span> <a href="#/letters">{t("hidden.why")}</a></p>;
  if (post.kind === "unreadable") return <Unreadable {...props} />;
  if (post.kind === "picture") return <Picture {...props} />;
  if (post.kind === "file") return <SaveFile {...props} />;
  return (
    <>
      <p class="m-words" dir="auto"><Said text={post.text} /></p>
      {about.translate && post.text && <Translate {...props} />}
    </>
  );
}

const SOON = 6_000; // milliseconds: within five seconds the library would not ask the backup again
const LATER = 30_000;

/** While somebody looks at it, its key is looked for again, at longer and longer intervals. */
function Unreadable(props: Props) {
  const { me, post } = props;
  useEffect(() => {
    let wait = SOON;
    const look = () => {
      void me.readAgain(post.event);
      wait = Math.min(2 * wait, LATER);
      due = setTimeout(look, wait);
    };
    let due = setTimeout(look, wait);
    return () => clearTimeout(due);
  }, [post.id]);
  return <p class="soft m-words">{t("unreadable")}</p>;
}

function Picture(props: Props) {
  const { me, post } = props;
  const file = post.file!;
  const [source, setSource] = useState("");
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let made = "";
    let left = false;
    fetchFile(me, file).then((blob) => {
      if (left) return;
      made = URL.createObjectURL(blob);
      setSource(made);
    }, () => setFailed(true));
    return () => {
      left = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [file.url]);
  if (failed) return <p class="soft">{t("picture.gone")}</p>;
  const size = file.width && file.height ? { width: file.width, height: file.height } : {};
  return (
    <figure class="m-picture">
      {source ? <img src={source} alt={post.text} {...size} /> : <span class="m-picture-wait" role="img" aria-label={post.text} />}
      {post.text && <figcaption class="small" dir="auto">{post.text}</figcaption>}
    </figure>
  );
}

function SaveFile(props: Props) {
  const { me, post } = props;
  const save = async () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await fetchFile(me, post.file!));
    link.download = post.file!.name;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return <p><button type="button" class="button button-plain" onClick={() => void save().catch(console.warn)}>{t("save")} <bdi>{post.file!.name}</bdi></button></p>;
}

/** Only on a click, also in public channels: the words go to the operator's translator and nowhere else. */
function Translate(props: Props) {
  const { me, room, post } = props;
  const [said, setSaid] = useState("");
  const [asked, setAsked] = useState(false);
  const ask = async () => {
    setAsked(false);
    const headers = { "Content-Type": "application/json" };
    const body = JSON.stringify({ text: post.text, to: language });
    const answer = await fetch(about.translate, { method: "POST", headers, body }).catch(() => null);
    setSaid(answer?.ok ? ((await answer.json()) as { text: string }).text : t("failed"));
  };
  if (said) return <p class="m-translated" dir="auto" lang={language}><span class="soft small">{t("translated")} </span>{said}</p>;
  if (asked)
    return (
      <p class="note note-needs small">
        {t("translate.sealed")}{" "}
        <button type="button" class="m-link" onClick={() => void ask()}>{t("translate.send")}</button>{" "}
        <button type="button" class="m-link" onClick={() => setAsked(false)}>{t("cancel")}</button>
      </p>
    );
  return <button type="button" class="m-link small" onClick={() => (me.isPrivate(room) ? setAsked(true) : void ask())}>{t("translate")}</button>;
}

const SIGNS = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

/** A disclosure, so that it works with keys and touch alike; Escape and a press elsewhere close it. */
function Menu(props: Props) {
  const { me, room, post, acts } = props;
  const ref = useRef<HTMLDetailsElement>(null);
  const [open, setOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => fitted(ref.current, menu.current), [open]);
  useEffect(() => {
    if (!open) return;
    const close = (event: Event) => {
      if (event instanceof KeyboardEvent ? event.key === "Escape" : !ref.current?.contains(event.target as Node)) leave();
    };
    addEventListener("keydown", close);
    addEventListener("pointerdown", close);
    return () => {
      removeEventListener("keydown", close);
      removeEventListener("pointerdown", close);
    };
  }, [open]);
  const leave = () => {
    if (ref.current?.contains(document.activeElement)) ref.current.querySelector("summary")?.focus();
    if (ref.current) ref.current.open = false;
  };
  const then = (act: () => unknown) => () => {
    leave();
    act();
  };
  const mayWrite = me.mayWrite(room);
  return (
    <details ref={ref} class="m-menu" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary class="tool"><Icon name="more" /><span class="hidden">{t("acts", { name: post.name })}</span></summary>
      {open && (
        <div ref={menu} class="m-menu-in">
          {room.currentState.maySendEvent("m.reaction", me.session.userId) && (
            <ul class="m-signs" aria-label={t("react")}>
              {SIGNS.map((sign) => <li><button type="button" onClick={then(() => react(me, room, post, sign).catch(console.warn))}>{sign}</button></li>)}
            </ul>
          )}
          <ul>
            {mayWrite && <Act icon="reply" words={t("reply")} act={then(() => acts.reply(post))} />}
            {post.mine && post.kind === "text" && <Act icon="pen" words={t("edit")} act={then(() => acts.edit(post))} />}
            {post.mine && <Act icon="bin" words={t("remove")} act={then(() => remove(me, room, post).catch(console.warn))} />}
            {!me.isPrivate(room) && <Act icon="channel" words={t("copy_link")} act={then(() => navigator.clipboard.writeText(linkTo(room.roomId, post.id)))} />}
            {!post.mine && <Act icon="flag" words={t("report.post")} act={then(() => acts.report(post))} />}
            {!post.mine && <Act icon="flag" words={t("report.account")} act={then(() => acts.reportAccount(post))} />}
          </ul>
        </div>
      )}
    </details>
  );
}

/** Downwards, or upwards where there is more room; what does not fit is scrolled to. */
function fitted(button: Element | null, menu: HTMLElement | null): void {
  const posts = button?.closest(".m-posts")?.getBoundingClientRect();
  if (!button || !menu || !posts) return;
  const at = button.getBoundingClientRect();
  const [above, below] = [at.top - posts.top, posts.bottom - at.bottom];
  const up = below < menu.offsetHeight && above > below;
  menu.classList.toggle("m-up", up);
  menu.style.maxBlockSize = `${(up ? above : below) - 8}px`;
}

function Act(props: { icon: string; words: string; act: () => void }) {
  return <li><button type="button" onClick={props.act}><Icon name={props.icon} /> {props.words}</button></li>;
}
