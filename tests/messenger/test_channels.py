"""The messenger in public channels: reading, writing, reporting, and what the operator did."""

import pytest

from steelyard.cases.models import Case
from steelyard.enforcement.connector import Operation, Target
from steelyard.flows.receive_report import receive_report
from steelyard.flows.tasks import acknowledge_report
from steelyard.notices.models import Notice
from tests.browser import accessible, fits, one_at_a_time
from tests.flows.stories import decided, delivered

pytestmark = pytest.mark.django_db


def test_a_newcomer_joins_writes_answers_reacts_and_edits(attached, person):
    olga, room = attached.person("olga"), attached.channel(alias="market")
    attached.say(olga, room, "The market opens on Saturday at eight.")
    nadia = person("nadia").come_in().enters("Market").sees("Saturday at eight")
    nadia.does("Saturday at eight", "👍").write("Thank you!").sees("Thank you!")
    nadia.does("Saturday at eight", "Reply").write("See you there").sees("Olga: The market opens")
    nadia.does("Thank you!", "Edit").write("Thank you very much!").sees("edited")
    accessible(nadia.page)
    assert not [line for line in nadia.said if "Content Security Policy" in line or line.startswith("ERROR")]
    said = {post["content"]["body"]: post["content"] for post in attached.messages(olga, room)}
    assert said["See you there"]["m.relates_to"].keys() == {"m.in_reply_to"}
    assert said["* Thank you very much!"]["m.new_content"]["body"] == "Thank you very much!"


def test_what_is_begun_in_a_channel_stays_when_the_answer_to_joining_it_comes_late(attached, person):
    room = attached.channel(alias="harbour")
    page = person("paul").come_in().page
    held = []
    page.route("**/client/v3/join/**", lambda asked: held.append((asked, asked.fetch())))
    page.fill("[type=search]", "Harbour")
    page.get_by_role("button", name="Have a look Harbour").click()
    page.get_by_role("button", name="Join").click()
    page.fill("#write", "Is there still a boat to")
    ((asked, answer),) = held
    asked.fulfill(response=answer)
    page.wait_for_function("room => location.hash.endsWith(encodeURIComponent(room))", arg=room)
    assert page.input_value("#write") == "Is there still a boat to"


def test_a_report_from_the_messenger_is_a_case_and_the_author_reads_why_and_may_contest(attached, person):
    room = attached.channel(alias="fair")
    uma = person("uma").come_in().enters("Fair").sends("Guaranteed profit, write to me")
    rhea = person("rhea").come_in().enters("Fair").sees("Guaranteed profit")
    rhea.does("Guaranteed profit", "Report the post").reports("Scams and fraud", "It promises money.")
    with one_at_a_time:
        for report in attached.connector.reports_after("")[0]:
            if report.post and report.post.channel == room:
                receive_report(report)
        notice = Notice.objects.get()
        assert (notice.harm, notice.door) == ("scam", "platform")
        acknowledge_report(notice=notice.ref)
        decided("ada", Case.objects.get())
        delivered()
    uma.sees("This post of yours was hidden by the operator")
    uma.open("/letters").page.wait_for_selector("article:has-text('We have hidden your post')")
    link = uma.page.get_by_role("link", name="Read the decision and contest it")
    assert "/d/" in link.get_attribute("href")
    accessible(uma.page)
    rhea.open("/letters").page.get_by_text("Your report has reached us; you have a signed receipt").wait_for()
    rhea.open(f"/room/{room}").page.reload()
    rhea.page.wait_for_selector("text=This is the beginning.")
    assert not rhea.page.is_visible("text=Guaranteed profit")


def test_what_is_hidden_last_of_all_goes_from_windows_that_are_open(attached, person):
    olga, room = attached.person("olga"), attached.channel(alias="quay")
    posts = [attached.say(olga, room, f"Easy money, offer {number}") for number in range(3)]
    reader = person("rita-quay").come_in().enters("Quay").sees("offer 2")
    said = [attached.say(olga, room, f"Easy money, offer {number}") for number in range(3, 6)]
    reader.sees("offer 5")
    attached.connector.act_on_many(
        Operation.CONTAIN_ITEM, [Target(one, room) for one in (*said, posts[2])], key="h"
    )
    reader.page.evaluate(
        "document.dispatchEvent(new Event('visibilitychange'))"
    )  # else it looks each half minute
    reader.page.wait_for_function("() => document.querySelectorAll('.m-post').length === 2")
    assert reader.page.locator(".m-words").all_inner_texts() == ["Easy money, offer 0", "Easy money, offer 1"]


def test_everybody_reads_a_channel_without_an_account_or_javascript_and_nothing_that_is_hidden(
    attached, new_page
):
    olga, room = attached.person("olga"), attached.channel(alias="news")
    attached.say(olga, room, "Bread is sold out.")
    gone = attached.say(olga, room, "Buy my coins!")
    attached.connector.act(Operation.CONTAIN_ITEM, Target(gone, room), key="k")
    page = new_page(javascript=False, width=320)
    page.goto("/en/channels?search=new")
    page.click("text=News")
    assert page.locator(".post-body").all_inner_texts() == ["Bread is sold out."]
    fits(page)
    page.goto("/ar/channels/news")
    fits(page)
    answer = page.request.get("/en/channels/news")
    assert answer.headers["x-robots-tag"] == "noindex, noarchive"
    assert page.request.get("/en/channels/nowhere").status == 404


def test_older_posts_are_offered_where_there_are_some_and_hidden_ones_do_not_end_a_channel(attached):
    olga, room = attached.person("olga"), attached.channel(alias="long-reads")
    said = [attached.say(olga, room, f"Chapter {number}") for number in range(7)]

    def read(before: str = "") -> tuple[list[str], str]:
        found = attached.connector.read_public("#long-reads:localhost", before=before, limit=2)
        return [post.text for post in found.posts], found.older

    hidden = [Target(one, room) for one in said[1:5]]
    attached.connector.act_on_many(Operation.CONTAIN_ITEM, hidden, key="h")
    newest, older = read()
    assert (newest, read(older)) == (["Chapter 6", "Chapter 5"], (["Chapter 0"], ""))
    attached.connector.act(Operation.CONTAIN_ITEM, Target(said[0], room), key="g")
    assert read() == (["Chapter 6", "Chapter 5"], ""), "what is older is hidden"


def test_who_signs_in_to_a_banned_account_reads_why_and_where_to_contest_it(person, attached):
    """The homeserver's answer as its module gives it (tests/intake): no gate runs beside this one."""
    name = attached.person("benno").account[1:].partition(":")[0]
    told = {"reason": "Your account is banned. The ground: scams.", "appeal": "http://localhost/en/d/x"}
    answer = {"errcode": "M_FORBIDDEN", "error": "Login was blocked by the server", "steelyard": told}
    benno = person(name, width=320)
    benno.page.route("**/client/v3/login", lambda asked: asked.fulfill(status=403, json=answer))
    benno.page.goto("/chat/?in=en")
    fields = benno.page.locator("form.panel input")
    for at, text in enumerate((name, "a password of the tests")):
        fields.nth(at).fill(text)
    benno.page.click("form.panel button")
    benno.page.get_by_text(told["reason"]).wait_for()
    assert (
        benno.page.get_by_role("link", name="Read the decision and contest it").get_attribute("href")
        == told["appeal"]
    )
    accessible(benno.page)
    fits(benno.page)


@pytest.mark.parametrize("language", ["en", "fa"])
def test_the_messenger_fits_a_small_phone_in_both_directions_and_colours(attached, person, language):
    attached.channel(alias="small")
    who = person(f"phone-{language}", width=320, dark=language == "fa")
    who.page.goto(f"/chat/?in={language}")
    who.page.wait_for_selector("h1")  # drawn when the words of its language are there
    accessible(who.page)
    fits(who.page)
    who.come_in(language=language)
    assert who.page.evaluate("getComputedStyle(document.body).direction") == (
        "rtl" if language == "fa" else "ltr"
    )
    for place in ("", "/channels", "/letters", "/settings", "/new", "/room/%23small%3Alocalhost"):
        who.open(place).page.wait_for_timeout(100)
        fits(who.page)
        accessible(who.page)
        if place:
            assert who.page.locator(".m-back:visible").count() == 1, "the list is one touch away"


def test_scripts_come_from_us_alone_and_the_encryption_runs_on_this_page_only(attached, client):
    policy = client.get("/chat/").headers["Content-Security-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert f"connect-src 'self' {attached.address};" in policy
    assert "unsafe-eval" not in client.get("/en/channels").headers["Content-Security-Policy"]


def test_an_account_cannot_be_opened_from_another_site_or_with_a_taken_name(attached, client):
    asked = {"name": "vera", "password": "long enough", "language": "fr"}
    elsewhere = {"HTTP_SEC_FETCH_SITE": "cross-site"}
    assert client.post("/chat/sign-up", asked, "application/json", **elsewhere).status_code == 403
    assert client.post("/chat/sign-up", asked, "application/json").json()["user_id"] == "@vera:localhost"
    again = client.post("/chat/sign-up", asked, "application/json")
    assert (again.status_code, again.json()["error"]) == (
        400,
        "Ce nom est déjà pris. Choisissez-en un autre.",
    )
