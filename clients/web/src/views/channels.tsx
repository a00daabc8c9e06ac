/** The directory of public channels, with a search. */
import type { IPublicRoomsChunkRoom } from "matrix-js-sdk";
import { useEffect, useState } from "preact/hooks";
import type { Connected } from "../matrix/connected.ts";
import { go } from "../state.ts";
import { number, t } from "../words.ts";
import { Face, Icon, Wrong } from "./parts.tsx";

const PAGE = 30;

export function Channels(props: { me: Connected }) {
  const { me } = props;
  const [asked, setAsked] = useState("");
  const [found, setFound] = useState<IPublicRoomsChunkRoom[] | null>(null);
  const [next, setNext] = useState<string>();
  const [wrong, setWrong] = useState(false);
  const look = async (since?: string) => {
    try {
      const filter = asked ? { generic_search_term: asked } : undefined;
      const said = await me.client.publicRooms({ limit: PAGE, since, filter });
      setFound((before) => (since ? [...(before ?? []), ...said.chunk] : said.chunk));
      setNext(said.next_batch);
      setWrong(false);
    } catch {
      setWrong(true);
    }
  };
  useEffect(() => {
    const wait = setTimeout(() => void look(), asked ? 250 : 0);
    return () => clearTimeout(wait);
  }, [asked]);
  return (
    <div class="m-page">
      <div class="m-head-row">
        <h1>{t("channels")}</h1>
        <a class="button button-plain" href="#/new/channel">{t("new_channel")}</a>
      </div>
      <p class="soft">{t("channels.lead")}</p>
      <form role="search" class="m-search" onSubmit={(event) => event.preventDefault()}>
        <Icon name="search" />
        <label class="hidden" for="channel-search">{t("search")}</label>
        <input id="channel-search" type="search" dir="auto" value={asked} placeholder={t("search")}
          onInput={(event) => setAsked(event.currentTarget.value)} />
      </form>
      {wrong && <Wrong>{t("failed")}</Wrong>}
      <p class="hidden" role="status">{found && t("channels.found", { count: number(found.length) })}</p>
      {found?.length === 0 && <p class="soft">{t("channels.none")}</p>}
      <ul class="m-cards">
        {found?.map((one) => <Card key={one.room_id} me={me} one={one} />)}
      </ul>
      {next && <button type="button" class="button button-plain" onClick={() => void look(next)}>{t("more")}</button>}
    </div>
  );
}

function Card(props: { me: Connected; one: IPublicRoomsChunkRoom }) {
  const { one, me } = props;
  const joined = me.room(one.room_id)?.getMyMembership() === "join";
  const name = one.name ?? one.canonical_alias ?? one.room_id;
  const open = () => go(`/room/${encodeURIComponent(joined ? one.room_id : (one.canonical_alias ?? one.room_id))}`);
  return (
    <li class="panel m-card">
      <Face name={name} kind="channel" />
      <div class="m-card-words">
        <h2><bdi>{name}</bdi></h2>
        {one.topic && <p dir="auto">{one.topic}</p>}
        <p class="soft small">
          {one.canonical_alias && <><bdi>{one.canonical_alias}</bdi> · </>}
          {t("members", { count: number(one.num_joined_members) })}
        </p>
      </div>
      <button type="button" class="button button-plain" onClick={open}>
        {joined ? t("open") : t("look")}<span class="hidden"> {name}</span>
      </button>
    </li>
  );
}
