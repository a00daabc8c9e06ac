/** The person's rooms: letters of the operator first, then invitations, private chats and channels. */
import type { Room } from "matrix-js-sdk";
import { about } from "../about.ts";
import type { Connected } from "../matrix/connected.ts";
import { number, t } from "../words.ts";
import { Face, Icon } from "./parts.tsx";

export function Rooms(props: { me: Connected; place: string }) {
  const { me } = props;
  const rooms = me.rooms.filter((room) => !me.isNotices(room));
  const invited = rooms.filter((room) => room.getMyMembership() === "invite");
  const joined = rooms.filter((room) => room.getMyMembership() === "join");
  const letters = me.rooms.filter((room) => me.isNotices(room));
  const unread = letters.reduce((sum, room) => sum + room.getUnreadNotificationCount(), 0);
  return (
    <>
      <nav aria-label={t("places")}>
        <ul class="m-places">
          <Place href="#/channels" icon="search" name={t("channels")} here={props.place === "/channels"} />
          <Place href="#/letters" icon="letter" name={t("letters")} here={props.place === "/letters"} count={unread} />
          {about.announcements && (
            <Place href={`#/room/${encodeURIComponent(about.announcements)}`} icon="channel" name={t("announcements")}
              here={props.place === `/room/${encodeURIComponent(about.announcements)}`} />
          )}
          <Place href="#/new" icon="plus" name={t("new_chat")} here={props.place === "/new"} />
        </ul>
      </nav>
      <Group title={t("invitations")} rooms={invited} {...props} />
      <Group title={t("chats")} rooms={joined.filter((room) => me.isPrivate(room))} {...props} />
      <Group title={t("joined_channels")} rooms={joined.filter((room) => !me.isPrivate(room))} {...props} />
    </>
  );
}

function Place(props: { href: string; icon: string; name: string; here: boolean; count?: number }) {
  return (
    <li>
      <a href={props.href} aria-current={props.here ? "page" : undefined}>
        <Icon name={props.icon} /> <span>{props.name}</span>
        {!!props.count && <Count of={props.count} />}
      </a>
    </li>
  );
}

function Count(props: { of: number }) {
  return <span class="m-count">{number(props.of)}<span class="hidden"> {t("unread")}</span></span>;
}

function Group(props: { title: string; rooms: Room[]; me: Connected; place: string }) {
  if (!props.rooms.length) return null;
  return (
    <section>
      <h2 class="m-group">{props.title}</h2>
      <ul class="m-rooms">
        {props.rooms.map((room) => <Line key={room.roomId} room={room} me={props.me} place={props.place} />)}
      </ul>
    </section>
  );
}

function Line(props: { room: Room; me: Connected; place: string }) {
  const { room, me } = props;
  const address = `/room/${encodeURIComponent(room.roomId)}`;
  const sealed = me.isPrivate(room);
  return (
    <li>
      <a href={`#${address}`} aria-current={props.place === address ? "page" : undefined}>
        <Face name={room.name} kind={sealed ? "lock" : "channel"} />
        <span class="m-line-name"><bdi>{room.name}</bdi></span>
        {sealed && <><Icon name="lock" /><span class="hidden">{t("encrypted")}</span></>}
        {room.getUnreadNotificationCount() > 0 && <Count of={room.getUnreadNotificationCount()} />}
      </a>
    </li>
  );
}
