/** One room: who writes here, the posts, and the place to write. */
import type { Room } from "matrix-js-sdk";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { accountOf, markDirect } from "../matrix/acts.ts";
import { lettersTo } from "../matrix/letters.ts";
import { about } from "../about.ts";
import { Openings } from "../matrix/openings.ts";
import { eventsOf, goneFrom, previewOf, type Post } from "../matrix/posts.ts";
import type { Connected } from "../matrix/connected.ts";
import { go, useChanges } from "../state.ts";
import { number, t } from "../words.ts";
import { Composer, type Doing } from "./composer.tsx";
import { Busy, Dialog, Field, Icon, Wrong } from "./parts.tsx";
import { How } from "./opened.tsx";
import { PostList } from "./post_list.tsx";
import { Report } from "./report.tsx";
import type { About } from "../matrix/acts.ts";

const LOOK_AGAIN = 30_000;

export function RoomView(props: { me: Connected; name: string }) {
  const { me, name } = props;
  useChanges(me);
  const room = me.room(name);
  // By the room and not by the address: a room just joined has two, and whoever has begun to write in it goes on.
  if (!room || room.getMyMembership() === "leave") return <Outside key={name} me={me} name={name} />;
  if (room.getMyMembership() === "invite") return <Invited key={room.roomId} me={me} room={room} />;
  return <Inside key={room.roomId} me={me} room={room} />;
}

/** Not a member yet: what it is, and the way in. */
function Outside(props: { me: Connected; name: string }) {
  const join = async () => {
    const here = location.hash;
    const room = await props.me.client.joinRoom(props.name);
    if (location.hash === here) go(`/room/${encodeURIComponent(room.roomId)}`); // or they have gone elsewhere since
  };
  const preview = previewOf(props.name);
  return (
    <div class="m-page">
      <h1><bdi>{props.name}</bdi></h1>
      <p>{t("join.lead")}</p>
      <div class="actions"><Busy act={join}>{t("join")}</Busy></div>
      {preview && <p><a href={preview} target="_blank" rel="noopener">{t("preview")}</a></p>}
    </div>
  );
}

function Invited(props: { me: Connected; room: Room }) {
  const { me, room } = props;
  const from = room.getMember(me.session.userId)?.events.member?.getSender() ?? "";
  const direct = !!room.getMember(me.session.userId)?.events.member?.getContent().is_direct;
  const accept = async () => {
    await me.client.joinRoom(room.roomId);
    if (direct) await markDirect(me, from, room.roomId);
  };
  const decline = async () => {
    await me.client.leave(room.roomId);
    go("");
  };
  const [reporting, setReporting] = useState(false);
  return (
    <div class="m-page">
      <h1><bdi>{room.name}</bdi></h1>
      <p>{t("invited")} <bdi>{from}</bdi></p>
      <div class="actions">
        <Busy act={accept}>{t("accept")}</Busy>
        <Busy act={decline} plain>{t("decline")}</Busy>
        <button type="button" class="button button-plain" onClick={() => setReporting(true)}>{t("report.account")}</button>
      </div>
      {reporting && <Report me={me} what={{ account: from }} close={() => setReporting(false)} />}
    </div>
  );
}

function Inside(props: { me: Connected; room: Room }) {
  const { me, room } = props;
  const gone = useGone(me, room);
  const [doing, setDoing] = useState<Doing>({});
  const [reporting, setReporting] = useState<About | null>(null);
  const events = eventsOf(me, room, gone);
  const openings = useMemo(() => (about.opened && me.isPublic(room) ? new Openings(room.roomId) : null), [room]);
  useEffect(() => me.seen(room), [events.length]);
  const acts = {
    reply: (post: Post) => setDoing({ reply: post }),
    edit: (post: Post) => setDoing({ edit: post }),
    report: (post: Post) => setReporting({ post, room }),
    reportAccount: (post: Post) => setReporting({ account: post.sender }),
  };
  return (
    <section class="m-room" aria-labelledby="room-name">
      <Head me={me} room={room} report={() => setReporting({ room })} />
      <PostList me={me} room={room} events={events} gone={gone} acts={acts} openings={openings} />
      {me.mayWrite(room) ? (
        <Composer me={me} room={room} doing={doing} done={() => setDoing({})} />
      ) : (
        <p class="m-strip soft">{t("read_only")}</p>
      )}
      {reporting && <Report me={me} what={reporting} close={() => setReporting(null)} />}
    </section>
  );
}

/** Posts that were taken down after this browser loaded them: asked now and then while somebody looks. */
function useGone(me: Connected, room: Room): ReadonlySet<string> {
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const letters = lettersTo(me).length; // a new one may say that something here was hidden
  useEffect(() => {
    if (me.isPrivate(room)) return;
    const look = () => {
      if (!document.hidden) void goneFrom(me, room).then(setGone, () => undefined);
    };
    const again = setInterval(look, LOOK_AGAIN);
    document.addEventListener("visibilitychange", look);
    look();
    return () => {
      clearInterval(again);
      document.removeEventListener("visibilitychange", look);
    };
  }, [me, room, letters]);
  return gone;
}

function Head(props: { me: Connected; room: Room; report: () => void }) {
  const { me, room } = props;
  const sealed = me.isPrivate(room);
  const topic = String(room.currentState.getStateEvents("m.room.topic", "")?.getContent().topic ?? "");
  const [open, setOpen] = useState(false);
  const back = useRef<HTMLAnchorElement>(null);
  return (
    <header class="m-room-head">
      <a ref={back} class="tool m-back" href="#"><Icon name="back" /><span class="hidden">{t("back")}</span></a>
      <div class="m-room-name">
        <h1 id="room-name"><bdi>{room.name}</bdi></h1>
        <p class="soft small">
          {sealed ? <><Icon name="lock" /> {t("encrypted.long")}</> : t("members", { count: number(room.getJoinedMemberCount()) })}
        </p>
      </div>
      <button type="button" class="tool" onClick={() => setOpen(true)}><Icon name="more" /><span class="hidden">{t("about_room")}</span></button>
      {open && <AboutRoom me={me} room={room} topic={topic} report={props.report} close={() => setOpen(false)} />}
    </header>
  );
}

function AboutRoom(props: { me: Connected; room: Room; topic: string; report: () => void; close: () => void }) {
  const { me, room } = props;
  const [wrong, setWrong] = useState("");
  const sealed = me.isPrivate(room);
  const others = sealed ? room.getJoinedMembers().filter((one) => one.userId !== me.session.userId) : [];
  const preview = sealed ? "" : previewOf(room.getCanonicalAlias() ?? "");
  const leave = async () => {
    await me.client.leave(room.roomId);
    go("");
  };
  const verify = async (account: string) => {
    try {
      me.request = await me.crypto.requestVerificationDM(account, room.roomId);
      props.close();
      me.changed();
    } catch {
      setWrong(t("verify.not_ready"));
    }
  };
  return (
    <Dialog title={room.name} close={props.close}>
      {props.topic && <p dir="auto">{props.topic}</p>}
      {room.getCanonicalAlias() && <p><bdi><code>{room.getCanonicalAlias()}</code></bdi></p>}
      {preview && <p><a href={preview} target="_blank" rel="noopener">{t("preview")}</a></p>}
      {me.isPublic(room) && (about.opened ? <details class="small"><summary>{t("opened.title")}</summary><How /></details>
        : <p class="soft small">{t("no_views")}</p>)}
      {wrong && <Wrong>{wrong}</Wrong>}
      {others.length > 0 && <h3>{t("people")}</h3>}
      <ul class="m-devices">
        {others.map((one) => <Person key={one.userId} me={me} account={one.userId} name={one.rawDisplayName} verify={verify} />)}
      </ul>
      {sealed && room.canInvite(me.session.userId) && <Invite me={me} room={room} />}
      <div class="actions">
        {!sealed && <button type="button" class="button button-plain" onClick={() => { props.close(); props.report(); }}>{t("report.channel")}</button>}
        <Busy act={leave} plain>{t("leave")}</Busy>
      </div>
    </Dialog>
  );
}

function Invite(props: { me: Connected; room: Room }) {
  const [name, setName] = useState("");
  const invite = async () => {
    if (!name.trim()) return;
    const account = accountOf(name);
    await props.me.client.getProfileInfo(account);
    await props.me.client.invite(props.room.roomId, account);
    setName("");
  };
  return (
    <>
      <Field label={t("invite")} hint={t("invite.hint")} value={name} set={setName} dir="ltr" />
      <Busy act={invite} plain wrong={() => t("new_chat.nobody")}>{t("invite")}</Busy>
    </>
  );
}

function Person(props: { me: Connected; account: string; name: string; verify: (account: string) => void }) {
  const [verified, setVerified] = useState(false);
  useEffect(() => {
    void props.me.crypto.getUserVerificationStatus(props.account)
      .then((status) => setVerified(status.isCrossSigningVerified()));
  }, [props.account]);
  return (
    <li>
      <bdi>{props.name}</bdi> <span class="soft small"><bdi>{props.account}</bdi></span>
      {verified ? <span class="m-verified"><Icon name="shield" /> {t("verified")}</span> : (
        <button type="button" class="button button-plain" onClick={() => props.verify(props.account)}>
          {t("verify.ask")}<span class="hidden"> {props.name}</span>
        </button>
      )}
    </li>
  );
}
