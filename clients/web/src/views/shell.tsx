/** Everything for somebody who is signed in: the list of rooms, and the place that is open beside it. */
import { useEffect, useState } from "preact/hooks";
import { about } from "../about.ts";
import { Connected } from "../matrix/connected.ts";
import type { Session } from "../session.ts";
import { useChanges, usePlace } from "../state.ts";
import { number, t } from "../words.ts";
import { Channels } from "./channels.tsx";
import { Letters } from "./letters.tsx";
import { NewChat } from "./new_chat.tsx";
import { Colours, Icon, Languages, Wrong } from "./parts.tsx";
import { RoomView } from "./room.tsx";
import { Rooms } from "./rooms.tsx";
import { Settings } from "./settings.tsx";
import { Verification } from "./verification.tsx";

export function Shell(props: { session: Session }) {
  const [me] = useState(() => new Connected(props.session));
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    me.start().catch((fault) => {
      console.error(fault);
      setTrouble(t("start_failed"));
    });
    return () => me.client.stopClient();
  }, [me]);
  useChanges(me);
  const unread = me.ready ? me.rooms.reduce((sum, room) => sum + room.getUnreadNotificationCount(), 0) : 0;
  useEffect(() => {
    document.title = unread ? `(${number(unread)}) ${about.service}` : about.service;
  }, [unread]);
  const place = usePlace();
  return (
    <div class={place ? "m-app m-open" : "m-app"}>
      <a class="skip" href="#main" onClick={skip}>{t("skip")}</a>
      <Bar me={me} back={!!place && !isInRoom(me, place)} />
      <main id="main" class="m-both" tabIndex={-1}>
        <section class="m-side" aria-label={t("rooms")}>
          <h1 class="hidden m-narrow">{t("rooms")}</h1>
          <Rooms me={me} place={place} />
        </section>
        <div class="m-main">
          {trouble && <Wrong>{trouble}</Wrong>}
          {!me.online && <p class="note m-strip" role="status">{t("offline")}</p>}
          <Open me={me} place={place} />
        </div>
      </main>
      {me.request && <Verification me={me} request={me.request} done={() => { me.request = null; me.changed(); }} />}
    </div>
  );
}

/** The address after "#" is ours, so the skip link moves the focus by itself. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

/** A room that they are a member of is open. */
function isInRoom(me: Connected, place: string): boolean {
  const name = place.startsWith("/room/") ? decodeURIComponent(place.slice("/room/".length)) : "";
  return !!name && me.room(name)?.getMyMembership() === "join";
}

/** `back`: on a small screen, where the list is not beside it. A room has its own way back. */
function Bar(props: { me: Connected; back: boolean }) {
  return (
    <header class="m-bar">
      {props.back && <a class="tool m-back" href="#"><Icon name="back" /><span class="hidden">{t("back")}</span></a>}
      <a class="brand" href="#"><bdi>{about.service}</bdi></a>
      <div class="top-tools">
        <Colours />
        <a class="tool" href="#/settings"><Icon name="gear" /><span class="hidden">{t("settings")}</span></a>
        <span class="m-wide"><Languages /></span>
        <button type="button" class="tool m-wide" onClick={() => void props.me.signOut()}>{t("sign_out")}</button>
      </div>
    </header>
  );
}

function Open(props: { me: Connected; place: string }) {
  const { me, place } = props;
  const [, what, rest] = /^\/(\w+)\/?(.*)$/.exec(place) ?? [];
  if (what === "settings") return <Settings me={me} />;
  if (what === "new") return <NewChat me={me} channel={rest === "channel"} />;
  if (what !== "room" && what !== "letters") return <Channels me={me} />; // needs no news yet
  if (!me.ready) return <p class="m-empty" role="status">{t("loading")}</p>;
  if (what === "letters") return <Letters me={me} />;
  return <RoomView me={me} name={decodeURIComponent(rest)} />;
}
