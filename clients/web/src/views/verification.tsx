/** Two devices compare seven pictures: equal on both means nobody sits between them. */
import {
  VerificationPhase,
  VerificationRequestEvent,
  VerifierEvent,
  type ShowSasCallbacks,
  type VerificationRequest,
} from "matrix-js-sdk/lib/crypto-api/index.js";
import { useEffect, useState } from "preact/hooks";
import type { Connected } from "../matrix/connected.ts";
import { emojiName, learnEmoji } from "../emoji.ts";
import { t } from "../words.ts";
import { Dialog } from "./parts.tsx";

const SAS = "m.sas.v1";

export function Verification(props: { me: Connected; request: VerificationRequest; done: () => void }) {
  const { me, request } = props;
  const [, again] = useState(0);
  const [sas, setSas] = useState<ShowSasCallbacks | null>(null);
  const [said, setSaid] = useState(false);
  useEffect(() => void learnEmoji().then(() => again((n) => n + 1)), []);
  useEffect(() => {
    const changed = () => {
      again((n) => n + 1);
      follow();
    };
    const show = (found: ShowSasCallbacks) => setSas(found);
    let followed: unknown = null;
    const follow = () => {
      const verifier = request.verifier;
      if (verifier && verifier !== followed) {
        followed = verifier;
        verifier.on(VerifierEvent.ShowSas, show);
        const there = verifier.getShowSasCallbacks();
        if (there) show(there);
        verifier.verify().catch(() => again((n) => n + 1));
      }
      // Whoever asked also begins, once the other one has agreed: two beginnings would cross.
      if (request.phase === VerificationPhase.Ready && request.initiatedByMe && !request.verifier)
        void request.startVerification(SAS).catch(console.warn);
    };
    request.on(VerificationRequestEvent.Change, changed);
    follow();
    return () => void request.off(VerificationRequestEvent.Change, changed);
  }, [request]);
  const leave = () => {
    if (request.pending) void request.cancel().catch(() => undefined);
    me.changed();
    props.done();
  };
  const name = request.isSelfVerification ? t("verify.own_device") : me.nameOf(request.otherUserId);
  return (
    <Dialog title={t("verify")} close={leave}>
      <p><bdi>{name}</bdi> <span class="soft small"><bdi>{request.isSelfVerification ? request.otherDeviceId : request.otherUserId}</bdi></span></p>
      <Step request={request} sas={sas} said={said} confirm={() => { setSaid(true); void sas?.confirm(); }} leave={leave} />
    </Dialog>
  );
}

function Step(props: { request: VerificationRequest; sas: ShowSasCallbacks | null; said: boolean; confirm: () => void; leave: () => void }) {
  const { request, sas } = props;
  if (request.phase === VerificationPhase.Done)
    return <><p class="note note-done" role="status">{t("verify.done")}</p><button type="button" class="button" onClick={props.leave}>{t("close")}</button></>;
  if (request.phase === VerificationPhase.Cancelled)
    return <><p class="note note-needs" role="alert">{t("verify.cancelled")}</p><button type="button" class="button" onClick={props.leave}>{t("close")}</button></>;
  if (request.phase === VerificationPhase.Requested && !request.initiatedByMe)
    return (
      <>
        <p>{t("verify.asked")}</p>
        <div class="actions">
          <button type="button" class="button" onClick={() => void request.accept()}>{t("accept")}</button>
          <button type="button" class="button button-plain" onClick={props.leave}>{t("decline")}</button>
        </div>
      </>
    );
  if (!sas || props.said) return <p role="status">{t("verify.waiting")}</p>;
  return (
    <>
      <p>{t("verify.compare")}</p>
      <ol class="m-sas">
        {sas.sas.emoji?.map(([sign, name]) => (
          <li><span aria-hidden="true">{sign}</span><span class="small">{emojiName(name)}</span></li>
        ))}
      </ol>
      <div class="actions">
        <button type="button" class="button" onClick={props.confirm}>{t("verify.same")}</button>
        <button type="button" class="button button-plain" onClick={() => sas.mismatch()}>{t("verify.different")}</button>
      </div>
    </>
  );
}
