/** The posts of a room. Only those in sight are in the page, so ten thousand scroll like ten. */
import type { Room } from "matrix-js-sdk";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import type { Connected } from "../matrix/connected.ts";
import { hasOlder, type Post } from "../matrix/posts.ts";
import { t } from "../words.ts";
import { PostLine, type PostActs } from "./post.tsx";

const BATCH = 100;
const NEAR = 600; // pixels from the oldest loaded post at which older ones are fetched
const AT_END = 80; // pixels from the newest post within which the list follows new ones

export function PostList(props: { me: Connected; room: Room; posts: Post[]; acts: PostActs }) {
  const { me, room, posts } = props;
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const atEnd = useRef(true);
  const loading = useRef(false);
  const first = useRef("");
  const [older, setOlder] = useState(hasOlder(room));
  const [rounds, setRounds] = useState(0);
  const shift = first.current !== "" && first.current !== posts[0]?.id;
  first.current = posts[0]?.id ?? "";

  useLayoutEffect(() => {
    if (atEnd.current && posts.length) list.current?.scrollToIndex(posts.length - 1, { align: "end" });
  }, [posts.length, posts.at(-1)?.id]);

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
  }, [posts.length, older, rounds]);
  const moved = (offset: number) => {
    const found = list.current;
    if (!found) return;
    atEnd.current = offset + found.viewportSize >= found.scrollSize - AT_END;
    if (offset < NEAR) void load();
  };
  return (
    <div ref={box} class="m-posts" tabIndex={0} role="region" aria-label={t("posts")}>
      {!older && <p class="m-start soft small">{t("beginning")}</p>}
      {posts.length === 0 && !older && <p class="m-start soft">{t("nothing_yet")}</p>}
      {posts.length > 0 && (
        <Virtualizer ref={list as never} scrollRef={box} shift={shift} as="ol" item="li" data={posts}
          startMargin={0} onScroll={moved}>
          {(post: Post) => (<PostLine key={post.id} me={me} room={room} post={post} acts={props.acts} />) as never}
        </Virtualizer>
      )}
    </div>
  );
}
