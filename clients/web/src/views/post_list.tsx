/** The posts of a room. Only those in sight are in the page, so ten thousand scroll like ten. */
import type { MatrixEvent, Room } from "matrix-js-sdk";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import type { Connected } from "../matrix/connected.ts";
import type { Openings } from "../matrix/openings.ts";
import { hasOlder, postOf } from "../matrix/posts.ts";
import { t } from "../words.ts";
import { PostLine, type PostActs } from "./post.tsx";

const BATCH = 100;
const NEAR = 600; // pixels from the oldest loaded post at which older ones are fetched
const AHEAD = 900; // pixels drawn beyond the screen, so that a quick hand meets posts and not paper
const SETTLES = 100; // milliseconds after which the place of the list is kept again
const AT_END = 80; // pixels from the newest post within which the list follows new ones

interface Props {
  me: Connected;
  room: Room;
  events: MatrixEvent[];
  gone: ReadonlySet<string>;
  acts: PostActs;
  openings: Openings | null;
}

export function PostList(props: Props) {
  const { me, room, events, gone } = props;
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const atEnd = useRef(true);
  const loading = useRef(false);
  const first = useRef("");
  const [older, setOlder] = useState(hasOlder(room));
  const [rounds, setRounds] = useState(0);
  const shift = first.current !== "" && first.current !== events[0]?.getId();
  first.current = events[0]?.getId() ?? "";

  const newest = events.at(-1);
  const shown = useRef("");
  useLayoutEffect(() => {
    const id = newest?.getId() ?? "";
    const wrote = shown.current !== "" && shown.current !== id && newest?.getSender() === me.session.userId;
    shown.current = id;
    if ((atEnd.current || wrote) && events.length) list.current?.scrollToIndex(events.length - 1, { align: "end" });
  }, [events.length, newest?.getId()]);

  const load = async () => {
    if (loading.current || !hasOlder(room)) return setOlder(hasOlder(room));
    loading.current = true;
    await me.client.scrollback(room, BATCH).catch(console.warn);
    loading.current = false;
    setOlder(hasOlder(room));
    setRounds((done) => done + 1);
    me.changed();
  };
  useEffect(() => {
    // A screen that is not full yet cannot be scrolled.
    if (box.current && older && box.current.scrollHeight <= box.current.clientHeight) void load();
  }, [events.length, older, rounds]);
  useEffect(() => {
    // Somebody who waits at the top moves nothing, so nothing else would ask for more. The list settles first.
    const look = setTimeout(() => {
      if (rounds && older && (list.current?.scrollOffset ?? NEAR) < NEAR) void load();
    }, SETTLES);
    return () => clearTimeout(look);
  }, [rounds]);
  const moved = (offset: number) => {
    const found = list.current;
    if (!found) return;
    atEnd.current = offset + found.viewportSize >= found.scrollSize - AT_END;
    if (offset < NEAR) void load();
  };
  const opened = useRef(Date.now());
  const told = newest && newest.getSender() !== me.session.userId && newest.getTs() > opened.current;
  const post = told ? postOf(me, room, newest, gone) : null;
  return (
    <>
      <p class="hidden" role="status" dir="auto">{post && `${post.name}: ${post.text}`}</p>
      <div ref={box} class="m-posts" tabIndex={0} role="region" aria-label={t("posts")}>
        {!older && <p class="m-start soft small">{t("beginning")}</p>}
        {events.length === 0 && !older && <p class="m-start soft">{t("nothing_yet")}</p>}
        {events.length > 0 && (
          <Virtualizer ref={list as never} scrollRef={box} shift={shift} as="ol" item="li" data={events}
            bufferSize={AHEAD} onScroll={moved}>
            {(event: MatrixEvent) => (
              <PostLine key={event.getId()} me={me} room={room} post={postOf(me, room, event, gone)} acts={props.acts}
                openings={props.openings} />
            ) as never}
          </Virtualizer>
        )}
      </div>
    </>
  );
}
