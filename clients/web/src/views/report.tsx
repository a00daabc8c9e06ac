/** Report a post, a channel or an account to the operator. */
import { useState } from "preact/hooks";
import { about } from "../about.ts";
import { report, type About } from "../matrix/acts.ts";
import { disclose } from "../matrix/disclosure.ts";
import type { Connected } from "../matrix/connected.ts";
import { language, t } from "../words.ts";
import { Busy, Dialog, Field } from "./parts.tsx";

export function Report(props: { me: Connected; what: About; close: () => void }) {
  const { me, what } = props;
  const [harm, setHarm] = useState("");
  const [reason, setReason] = useState("");
  const [wrong, setWrong] = useState("");
  const [done, setDone] = useState(false);
  const kind = "account" in what ? "account" : "post" in what ? "post" : "channel";
  const sealed = "post" in what && me.isPrivate(what.room);
  const [shows, setShows] = useState(false);
  const tell = async () => {
    setWrong(harm && reason.trim() ? "" : t("report.missing"));
    if (!harm || !reason.trim()) return;
    const more = "post" in what && shows ? await disclose(me, what.post.event) : {};
    await report(me, what, harm, reason.trim(), more);
    setDone(true);
  };
  if (done)
    return (
      <Dialog title={t("report.done")} close={props.close}>
        <p role="status">{t("report.done.words")}</p>
        <button type="button" class="button" onClick={props.close}>{t("close")}</button>
      </Dialog>
    );
  return (
    <Dialog title={t(`report.${kind}`)} close={props.close}>
      {"post" in what && !sealed && <blockquote dir="auto" class="m-quote">{what.post.text.slice(0, 300)}</blockquote>}
      {"account" in what && <p><bdi>{what.account}</bdi></p>}
      {sealed && <p class="note note-needs">{t("report.sealed")}</p>}
      <fieldset class="m-harms">
        <legend>{t("report.harm")}</legend>
        {about.harms.map((one) => (
          <label key={one.id}>
            <input type="radio" name="harm" value={one.id} checked={harm === one.id} onChange={() => setHarm(one.id)} />
            {" "}{one.names[language] ?? one.names.en}
          </label>
        ))}
      </fieldset>
      <Field label={t("report.reason")} value={reason} set={setReason} rows={3} />
      {sealed && about.verified_reports && (
        <>
          <label class="m-check"><input type="checkbox" checked={shows} onChange={(event) => setShows(event.currentTarget.checked)} /> {t("report.disclose")}</label>
          <p class="soft small">{t("report.disclose.words")}</p>
        </>
      )}
      {wrong && <p class="m-wrong" role="alert">{wrong}</p>}
      <p class="soft small">{t("report.promise")}</p>
      <Busy act={tell}>{t("report.send")}</Busy>
      <p class="small">{t("report.danger")}</p>
    </Dialog>
  );
}
