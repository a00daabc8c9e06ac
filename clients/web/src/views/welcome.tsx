/** The first page of somebody who is not signed in. */
import { useEffect, useState } from "preact/hooks";
import { about } from "../about.ts";
import { Refusal, signIn, signUp } from "../matrix/door.ts";
import { keep } from "../session.ts";
import { usePlace } from "../state.ts";
import { language, t } from "../words.ts";
import { Colours, Field, Languages, Wrong } from "./parts.tsx";

export function Welcome() {
  const place = usePlace();
  const [fresh, setFresh] = useState(place === "new");
  useEffect(() => setFresh(place === "new"), [place]);
  return (
    <>
      <a class="skip" href="#main">{t("skip")}</a>
      <header class="top"><div class="top-row">
        <a class="brand" href={about.home}><bdi>{about.service}</bdi></a>
        <div class="top-tools"><Colours /><Languages /></div>
      </div></header>
      <main id="main" class="prose" tabIndex={-1}>
        <h1>{t("welcome")}</h1>
        <p class="lead">{t("welcome.lead")}</p>
        <div class="m-tabs" role="group" aria-label={t("welcome.how")}>
          <button type="button" class="m-tab" aria-pressed={!fresh} onClick={() => setFresh(false)}>{t("sign_in")}</button>
          <button type="button" class="m-tab" aria-pressed={fresh} onClick={() => setFresh(true)}>{t("sign_up")}</button>
        </div>
        <Form key={String(fresh)} fresh={fresh} />
        <p><a href={about.preview.replace("/ALIAS", "")}>{t("welcome.look")}</a></p>
        <p class="soft small">{t("welcome.any_client")} <code>{about.homeserver}</code></p>
      </main>
    </>
  );
}

function Form(props: { fresh: boolean }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [wrong, setWrong] = useState("");
  const [appeal, setAppeal] = useState("");
  const [busy, setBusy] = useState(false);
  const enter = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    if (props.fresh && password.length < 8) return setWrong(t("sign_up.short"));
    setBusy(true);
    try {
      const ask = props.fresh ? signUp(name, password, language) : signIn(name, password);
      keep(await ask);
      if (location.hash === "#new") history.replaceState(null, "", location.pathname + location.search);
      location.reload();
    } catch (fault) {
      setWrong(said(fault));
      setAppeal(fault instanceof Refusal ? fault.appeal : "");
      setBusy(false);
    }
  };
  return (
    <form class="panel" onSubmit={(event) => void enter(event)} noValidate>
      {wrong && <Wrong>
        <p dir="auto">{wrong}</p>
        {appeal && <p><a href={appeal} target="_blank" rel="noopener">{t("contest")}</a></p>}
      </Wrong>}
      <Field label={t("name")} hint={props.fresh ? t("name.hint") : undefined} value={name} set={setName} dir="ltr" autocomplete="username" required />
      <Field label={t("password")} hint={props.fresh ? t("password.hint") : undefined} value={password} set={setPassword} dir="ltr" type="password"
        autocomplete={props.fresh ? "new-password" : "current-password"} required />
      {props.fresh && <p class="soft small">{t("sign_up.terms")} <a href={about.terms}>{t("terms")}</a></p>}
      <button class="button" aria-disabled={busy}>{props.fresh ? t("sign_up") : t("sign_in")}</button>
    </form>
  );
}

function said(fault: unknown): string {
  if (!(fault instanceof Refusal)) return t("failed");
  if (fault.code === "offline") return t("offline");
  if (fault.code === "M_FORBIDDEN") return t("sign_in.wrong");
  if (fault.code === "M_LIMIT_EXCEEDED") return t("too_many");
  return [fault.what, fault.todo].filter(Boolean).join(" ") || t("failed");
}
