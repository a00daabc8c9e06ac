/** Beside a post: how often it was opened, and how that is known. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Openings } from "../matrix/openings.ts";
import type { Post } from "../matrix/posts.ts";
import { useChanges } from "../state.ts";
import { number, t } from "../words.ts";
import { Dialog, Icon } from "./parts.tsx";

const FEW = 10; // below it the operator says no number
const LOOKED_AT = 1_000; // milliseconds on the screen; what flies past was not opened

export function Opened(props: { openings: Openings; post: Post }) {
  const { openings, post } = props;
  const place = useRef<HTMLSpanElement>(null);
  const [how, setHow] = useState(false);
  useChanges(openings);
  useEffect(() => {
    const line = place.current?.closest(".m-post");
    if (post.state === "sent" && line) return lookedAt(line, () => openings.shown(post.id, post.mine));
  }, [openings, post.id, post.state]);
  const count = openings.of(post.id);
  const said = count ? t("opened", { count: number(count) }) : t("opened.few", { count: number(FEW) });
  return (
    <span ref={place}>
      {count !== undefined && (
        <button type="button" class="m-opened soft small" onClick={() => setHow(true)}>
          <Icon name="eye" /> <bdi dir="ltr" aria-hidden="true">{count ? t("opened.short", { count: number(count) }) : t("opened.few.short", { count: number(FEW) })}</bdi>
          <span class="hidden">{said}</span>
        </button>
      )}
      {how && (
        <Dialog title={said} close={() => setHow(false)}><How /></Dialog>
      )}
    </span>
  );
}

export function How() {
  return <>{(["opened.how", "opened.kept", "opened.limits"] as const).map((key) => <p class="soft">{t(key)}</p>)}</>;
}

/** Calls when half of the element, or half of the screen by it, was in sight for a moment. Returns how to stop. */
function lookedAt(line: Element, then: () => void): () => void {
  let due: ReturnType<typeof setTimeout> | undefined;
  const watch = new IntersectionObserver(([at]) => {
    const half = Math.min(at.boundingClientRect.height, at.rootBounds?.height ?? Infinity) / 2;
    clearTimeout(due);
    if (at.isIntersecting && at.intersectionRect.height >= half)
      due = setTimeout(() => !document.hidden && then(), LOOKED_AT);
  }, { threshold: [0, 0.25, 0.5] });
  watch.observe(line);
  return () => {
    clearTimeout(due);
    watch.disconnect();
  };
}
