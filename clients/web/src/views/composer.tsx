/** Where a person writes. A post that is not accepted stays in the box, with the operator's reason beside it. */
import type { Room } from "matrix-js-sdk";
import { useEffect, useRef, useState } from "preact/hooks";
import { NotAccepted, showPicture, write } from "../matrix/acts.ts";
import type { Connected } from "../matrix/connected.ts";
import type { Post } from "../matrix/posts.ts";
import { t } from "../words.ts";
import { Busy, Dialog, Field, Icon, Wrong } from "./parts.tsx";

export interface Doing {
  reply?: Post;
  edit?: Post;
}
interface Props {
  me: Connected;
  room: Room;
  doing: Doing;
  done: () => void;
}

export function Composer(props: Props) {
  const { me, room, doing, done } = props;
  const [text, setText] = useState("");
  const [fault, setFault] = useState<Error | null>(null);
  const [picture, setPicture] = useState<Blob | null>(null);
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (doing.edit) setText(doing.edit.text);
    if (doing.edit || doing.reply) box.current?.focus();
  }, [doing]);
  const send = async (event?: Event) => {
    event?.preventDefault();
    const said = text.trim();
    if (!said) return;
    setText("");
    setFault(null);
    done();
    try {
      await write(me, room, said, doing);
    } catch (found) {
      console.warn(found);
      setText((now) => now || said);
      setFault(found as Error);
    }
  };
  const key = (event: KeyboardEvent) => {
    // Enter sends where there is a keyboard; a phone's makes a new line and has the button. Never inside an input method.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
    void send(event);
  };
  return (
    <form class="m-composer" onSubmit={(event) => void send(event)}>
      {fault && <NotSent fault={fault} />}
      <Doing doing={doing} cancel={() => { done(); if (doing.edit) setText(""); }} />
      <div class="m-write">
        <PickPicture set={setPicture} />
        <label class="hidden" for="write">{me.isPrivate(room) ? t("write.sealed") : t("write.public")}</label>
        <textarea id="write" ref={box} rows={Math.min(6, text.split("\n").length)} dir="auto" value={text} maxLength={20000}
          placeholder={me.isPrivate(room) ? t("write.sealed") : t("write.public")}
          onInput={(event) => setText(event.currentTarget.value)} onKeyDown={key} />
        <button class="button m-send"><Icon name="send" /><span class="hidden">{t("send")}</span></button>
      </div>
      {picture && <PictureDialog me={me} room={room} picture={picture} fault={setFault} close={() => setPicture(null)} />}
    </form>
  );
}

function NotSent(props: { fault: Error }) {
  if (!(props.fault instanceof NotAccepted)) return <Wrong>{t("not_sent")}</Wrong>;
  const { reason, appeal } = props.fault;
  return (
    <Wrong>
      <p><strong>{t("refused")}</strong></p>
      {reason && <p dir="auto">{reason}</p>}
      {appeal && <p><a href={appeal} target="_blank" rel="noopener">{t("contest")}</a></p>}
    </Wrong>
  );
}

function Doing(props: { doing: Doing; cancel: () => void }) {
  const post = props.doing.reply ?? props.doing.edit;
  if (!post) return null;
  return (
    <p class="m-doing small">
      <span>{props.doing.reply ? t("reply") : t("edit")}: <bdi>{post.name}</bdi> <span dir="auto" class="soft">{post.text.slice(0, 80)}</span></span>
      <button type="button" class="tool" onClick={props.cancel}><Icon name="close" /><span class="hidden">{t("cancel")}</span></button>
    </p>
  );
}

function PickPicture(props: { set: (file: Blob) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const picked = () => {
    const file = input.current?.files?.[0];
    if (file) props.set(file);
    if (input.current) input.current.value = "";
  };
  return (
    <>
      <input ref={input} id="picture" class="hidden" type="file" accept="image/*" tabIndex={-1} aria-label={t("picture")} onChange={picked} />
      <button type="button" class="tool" onClick={() => input.current?.click()}><Icon name="picture" /><span class="hidden">{t("picture")}</span></button>
    </>
  );
}

function PictureDialog(props: { me: Connected; room: Room; picture: Blob; fault: (fault: Error | null) => void; close: () => void }) {
  const [description, setDescription] = useState("");
  const [source] = useState(() => URL.createObjectURL(props.picture));
  useEffect(() => () => URL.revokeObjectURL(source), [source]);
  const send = async () => {
    try {
      await showPicture(props.me, props.room, props.picture, description.trim());
      props.fault(null);
    } catch (fault) {
      console.warn(fault);
      props.fault(fault as Error);
    }
    props.close();
  };
  return (
    <Dialog title={t("picture")} close={props.close}>
      <img class="m-picked" src={source} alt="" />
      <Field label={t("picture.words")} hint={t("picture.hint")} value={description} set={setDescription} />
      <Busy act={send}>{t("send")}</Busy>
    </Dialog>
  );
}
