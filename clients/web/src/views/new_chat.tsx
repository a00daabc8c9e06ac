/** Open a private chat or group, end-to-end encrypted, or a public channel. */
import { useState } from "preact/hooks";
import { openChannel, openChat } from "../matrix/acts.ts";
import type { Connected } from "../matrix/connected.ts";
import { go } from "../state.ts";
import { t } from "../words.ts";
import { Busy, Field } from "./parts.tsx";

const enter = (room: string) => go(`/room/${encodeURIComponent(room)}`);

export function NewChat(props: { me: Connected; channel: boolean }) {
  return <div class="m-page">{props.channel ? <Channel me={props.me} /> : <Chat me={props.me} />}</div>;
}

function Chat(props: { me: Connected }) {
  const [people, setPeople] = useState("");
  const [name, setName] = useState("");
  const names = people.split(/[\s,،;]+/).filter(Boolean);
  const open = async () => names.length && enter(await openChat(props.me, names, names.length > 1 ? name : ""));
  return (
    <>
      <h1>{t("new_chat")}</h1>
      <p class="soft">{t("new_chat.lead")}</p>
      <Field label={t("new_chat.people")} hint={t("new_chat.people.hint")} value={people} set={setPeople} dir="ltr" />
      {names.length > 1 && <Field label={t("new_chat.name")} value={name} set={setName} />}
      <Busy act={open} wrong={(fault) => (code(fault) === "M_NOT_FOUND" ? t("new_chat.nobody") : t("failed"))}>{t("new_chat.open")}</Busy>
    </>
  );
}

function Channel(props: { me: Connected }) {
  const [alias, setAlias] = useState("");
  const [name, setName] = useState("");
  const [topic, setTopic] = useState("");
  const [mine, setMine] = useState(false);
  const open = async () => enter(await openChannel(props.me, alias.trim().replace(/^#/, ""), name, topic, mine));
  return (
    <>
      <h1>{t("new_channel")}</h1>
      <p class="soft">{t("new_channel.lead")}</p>
      <Field label={t("new_channel.name")} value={name} set={setName} />
      <Field label={t("new_channel.alias")} hint={t("new_channel.alias.hint")} value={alias} set={setAlias} dir="ltr" />
      <Field label={t("new_channel.topic")} value={topic} set={setTopic} />
      <label class="m-check"><input type="checkbox" checked={mine} onChange={(event) => setMine(event.currentTarget.checked)} /> {t("new_channel.mine")}</label>
      <Busy act={open} wrong={(fault) => (code(fault) === "M_ROOM_IN_USE" ? t("new_channel.taken") : t("failed"))}>{t("new_channel.open")}</Busy>
    </>
  );
}

function code(fault: unknown): string {
  return (fault as { errcode?: string }).errcode ?? "";
}
