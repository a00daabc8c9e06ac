"""How fast the first page is there, and how a channel of ten thousand posts scrolls. Prints what it measured (-s)."""

import json
import os
from statistics import median
from urllib.parse import parse_qs, urlsplit

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.soak]
POSTS, BATCH = 10_000, 100
PAINTED = """() => new Promise(done => {
  let largest = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) largest = one.startTime; })
    .observe({ type: "largest-contentful-paint", buffered: true });
  setTimeout(() => done([performance.getEntriesByName("first-contentful-paint")[0].startTime, largest]), 1000);
})"""
SCROLL = """([seconds, far]) => new Promise(done => {
  const box = document.querySelector(".m-posts"), frames = [], long = [];
  new PerformanceObserver(list => { for (const one of list.getEntries()) long.push(one.duration); })
    .observe({ type: "longtask" });
  const begun = performance.now(), whole = box.scrollHeight - box.clientHeight, way = Math.min(far, whole);
  let before = begun, most = 0;
  const step = (at) => {
    frames.push(at - before);
    before = at;
    box.scrollTop = way * Math.min(1, (at - begun) / (seconds * 1000));
    most = Math.max(most, document.querySelectorAll(".m-post").length);
    if (at - begun < seconds * 1000) requestAnimationFrame(step);
    else done({ frames: frames.slice(1), long, most, whole });
  };
  requestAnimationFrame(step);
})"""


def load():
    return f"load {os.getloadavg()[0]:.1f}"


def test_the_first_page_is_there_at_once(attached, new_page):
    found = []
    for _ in range(7):
        page = new_page()
        page.goto("/chat/?in=en")
        found.append(page.evaluate(PAINTED))
        page.context.close()
    first, largest = (sorted(round(one[n]) for one in found) for n in (0, 1))
    print(f"\nfirst paint {median(first)} ms {first}, largest {median(largest)} ms {largest}; {load()}")  # noqa: T201
    assert median(largest) < 1000


def answering(room, author):
    """The homeserver's answers about the past of a channel, made up here: the browser is what is measured."""

    def answer(route):
        asked = parse_qs(urlsplit(route.request.url).query)
        start = int(asked["from"][0][1:]) if asked.get("from", [""])[0].startswith("n") else 0
        if "from" not in asked:
            return route.continue_()
        last = min(start + int(asked.get("limit", [BATCH])[0]), POSTS)
        chunk = [
            {
                "type": "m.room.message", "event_id": f"$made{number}", "room_id": room, "sender": author,
                "origin_server_ts": 1_790_000_000_000 - number * 60_000, "unsigned": {},
                "content": {"msgtype": "m.text", "body": f"Post {number}. " + "Words of a post. " * (number % 17)},
            }
            for number in range(start, last)
        ]  # fmt: skip
        end = {"end": f"n{last}"} if last < POSTS else {}
        body = {"chunk": chunk, "start": f"n{start}", "state": [], **end}
        return route.fulfill(
            status=200, content_type="application/json", body=json.dumps(body),
            headers={"Access-Control-Allow-Origin": "*"},
        )  # fmt: skip

    return answer


def test_ten_thousand_posts_scroll(attached, person):
    uma = attached.person("uma-speed")
    room = attached.channel(uma, alias="long-channel")
    attached.say(uma, room, "The newest post")
    reader = person("rita-speed").come_in()
    reader.page.route("**/messages?*", answering(room, uma.account))  # before the past is asked for at all
    reader.open("/channels").enters("Long-Channel")
    reader.sees("The newest post")
    reader.page.evaluate(
        """() => { window.more = setInterval(() => { document.querySelector(".m-posts").scrollTop = 0; }, 50); }"""
    )
    reader.page.locator(".m-start", has_text="beginning").wait_for(timeout=400_000)
    reader.page.evaluate("() => clearInterval(window.more)")
    for what, seconds, far in (("as a hand does", 8, 24_000), ("from one end to the other", 15, 10**9)):
        said = reader.page.evaluate(SCROLL, [seconds, far])
        slow = [frame for frame in said["frames"] if frame > 50]
        print(  # noqa: T201 - what was measured
            f"\n{POSTS} posts, {what}, {min(far, said['whole'])} px in {seconds} s: {len(said['frames'])} frames,"
            f" median {median(said['frames']):.1f} ms, over 50 ms: {len(slow)} (most {max(said['frames']):.0f} ms);"
            f" long tasks {len(said['long'])}; at most {said['most']} posts in the page; {load()}"
        )
        assert said["most"] < 200, "only what is in sight is in the page"
    assert said["whole"] > 100 * 1000
