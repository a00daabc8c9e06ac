/** What was done to my posts, channels and account, and why: the operator's letters, the newest first. */
import type { Connected } from "../matrix/connected.ts";
import { decisionIn, lettersTo } from "../matrix/letters.ts";
import { moment, t } from "../words.ts";
import { Said } from "./parts.tsx";
import { useEffect } from "preact/hooks";

export function Letters(props: { me: Connected }) {
  const { me } = props;
  const letters = lettersTo(me);
  useEffect(() => {
    for (const room of me.rooms) if (me.isNotices(room)) me.seen(room);
  }, [letters.length]);
  return (
    <div class="m-page">
      <h1>{t("letters")}</h1>
      <p class="soft">{t("letters.lead")}</p>
      {letters.length === 0 && <p class="panel">{t("letters.none")}</p>}
      {letters.map((letter) => {
        const link = decisionIn(letter.text);
        return (
          <article key={letter.id} class="panel">
            <p class="soft small"><time dateTime={new Date(letter.at).toISOString()}>{moment(letter.at)}</time></p>
            <p class="m-words" dir="auto"><Said text={letter.text} /></p>
            {link && <p><a class="button" href={link} target="_blank" rel="noopener">{t("contest")}</a></p>}
          </article>
        );
      })}
    </div>
  );
}
