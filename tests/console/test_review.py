"""Reviewing in the console: what Ada, Ben, Lena and Lev see and do, on the real pages."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from steelyard.base.clock import now, set_clock
from steelyard.base.errors import Refused
from steelyard.cases.models import Case
from steelyard.console.templatetags.console import marked
from steelyard.console.views.members import link_for
from steelyard.decisions.models import Complaint, Decision
from steelyard.enforcement.connector import Mark
from steelyard.enforcement.models import Measure
from steelyard.flows.receive_complaint import receive_complaint
from steelyard.letters.models import Letter
from steelyard.people.actions import grant_role, link_from_operator
from steelyard.people.models import Approval, Member
from steelyard.people.permissions import Role
from steelyard.subjects.models import Subject
from steelyard.transparency.models import Annotation, DayReport
from tests.cast import present
from tests.console.browsers import browser, enrolled
from tests.flows.stories import SCAM, SCAM_RU, delivered, noticed, ordered, screened, token_in, verified
from tests.flows.test_complaints import WRONG
from tests.platform import CHANNEL

pytestmark = pytest.mark.django_db
SAID = {
    "outcome": "contain",
    "ground": "terms.scam",
    "words": "It promises money for nothing.",
    "do": "decide",
}


@pytest.fixture
def post(platform):
    """Uma's post, which Rhea gave notice of."""
    return platform.publish("$1", SCAM)


@pytest.fixture
def case(post):
    noticed("$1")
    return Case.objects.get()


@pytest.fixture
def ordered_case(post):
    ordered("$1")
    return Case.objects.get()


def take(person, case):
    return person.post(f"/console/cases/{case.ref}/claim")


def decide(person, case, **more):
    if more.get("ground", "").startswith("law."):
        verified(case)
    return person.post(f"/console/cases/{case.ref}/decide", {**SAID, **more})


def test_ada_finds_the_case_in_her_queue_and_reads_what_it_is_about(case):
    ada = enrolled("ada")
    assert case.ref in ada.get("/console/cases").text
    page = ada.get(f"/console/cases/{case.ref}").text
    assert "guaranteed profit" in page
    assert "They took my savings." in page
    assert "Take this case" in page


def test_a_decision_without_a_choice_and_words_says_what_to_add(case):
    ada = enrolled("ada")
    take(ada, case)
    page = decide(ada, case, outcome="", words="")
    assert page.status_code == 400
    assert "Choose what happens." in page.text
    assert "Say in a sentence what you saw." in page.text
    assert Decision.objects.count() == 0


def test_ada_takes_the_case_previews_and_decides_and_the_author_is_told_just_that(platform, case):
    ada = enrolled("ada")
    take(ada, case)
    preview = decide(ada, case, do="preview")
    assert "The author would be told" in preview.text
    assert "It promises money for nothing." in preview.text
    assert Decision.objects.count() == 0
    assert "Decided." in decide(ada, case).text
    delivered()
    assert platform.hidden == {"$1"}
    assert "It promises money for nothing." in platform.letters[0][1]


def test_a_case_that_somebody_else_works_on_can_be_read_and_not_decided(case):
    ada, ben = enrolled("ada"), enrolled("ben")
    take(ada, case)
    assert "ada" in ben.get(f"/console/cases/{case.ref}").text
    assert "Take this case" not in take(ben, case).text
    assert decide(ben, case).status_code == 409
    assert Decision.objects.count() == 0


def test_a_case_that_is_put_back_can_be_taken_by_another(case):
    ada, ben = enrolled("ada"), enrolled("ben")
    take(ada, case)
    ada.post(f"/console/cases/{case.ref}/release")
    take(ben, case)
    assert Case.objects.get().claimed_by == Member.objects.get(handle="ben").ref


def test_a_decision_without_facts_keeps_what_was_entered_and_names_the_field(case):
    ada = enrolled("ada")
    take(ada, case)
    page = decide(ada, case, words="  ", territory="FR")
    assert page.status_code == 400
    assert "#id_words" in page.text
    assert 'value="FR"' in page.text


def test_a_made_up_country_is_not_accepted(case):
    ada = enrolled("ada")
    take(ada, case)
    assert decide(ada, case, territory="Atlantis").status_code == 400


def test_an_order_takes_two_people_and_nothing_happens_before_the_second_signs(platform, ordered_case):
    lena, lev = enrolled("lena"), enrolled("lev")
    take(lena, ordered_case)
    assert "second person" in decide(lena, ordered_case, ground="law.dsa_9", territory="FR").text
    delivered()
    assert platform.hidden == set()
    decision = Decision.objects.get()
    signed = lev.post(f"/console/cases/{ordered_case.ref}/countersign/{decision.ref}", {"answer": "sign"})
    assert signed.status_code == 200
    delivered()
    assert platform.hidden == {"$1"}
    assert [a.state for a in Approval.objects.all()] == ["spent"]


def test_the_checks_of_an_order_stand_beside_it(platform, post):
    ordered("$1", legal_basis="", demand="Hand over the encryption keys.")
    page = enrolled("lena").get(f"/console/cases/{Case.objects.get().ref}").text
    assert "Proposal: refuse" in page
    assert "Missing: legal basis (Art. 9(2)(a)(i))." in page
    assert "An address that is only claimed" in page
    assert "Podchasov v. Russia" in page
    assert "Every measure on an order takes two people." in page


def test_whoever_proposed_cannot_sign_as_the_second(platform, ordered_case):
    lena = enrolled("lena")
    take(lena, ordered_case)
    decide(lena, ordered_case, ground="law.dsa_9")
    decision = Decision.objects.get()
    page = lena.post(f"/console/cases/{ordered_case.ref}/countersign/{decision.ref}", {"answer": "sign"})
    assert "somebody else has to approve it" in page.text
    delivered()
    assert platform.hidden == set()


def test_a_second_person_declines_and_the_case_goes_back_with_the_reason(ordered_case):
    lena, lev = enrolled("lena"), enrolled("lev")
    take(lena, ordered_case)
    decide(lena, ordered_case, ground="law.dsa_9")
    decision = Decision.objects.get()
    lev.post(
        f"/console/cases/{ordered_case.ref}/countersign/{decision.ref}",
        {"answer": "decline", "because": "Too broad."},
    )
    decision.refresh_from_db()
    assert (decision.state, Case.objects.get().state) == ("declined", "in_review")
    assert "Too broad." in lena.get(f"/console/cases/{ordered_case.ref}").text


def test_a_stolen_session_without_a_fresh_passkey_cannot_countersign(platform, ordered_case):
    lena, lev = enrolled("lena"), enrolled("lev")
    take(lena, ordered_case)
    decide(lena, ordered_case, ground="law.dsa_9")
    decision = Decision.objects.get()
    thief = lev
    thief.passkey.keys.clear()
    with set_clock(now() + timedelta(minutes=16)):
        with pytest.raises(LookupError):  # the page asks for the passkey, and the thief has none
            thief.post(f"/console/cases/{ordered_case.ref}/countersign/{decision.ref}", {"answer": "sign"})
        assert Decision.objects.get().state == "proposed"


def test_after_a_quarter_of_an_hour_the_passkey_is_asked_for_and_nothing_entered_is_lost(ordered_case):
    lena = enrolled("lena")
    take(lena, ordered_case)
    verified(ordered_case)
    with set_clock(now() + timedelta(minutes=16)):
        asked = lena._send(
            f"/console/cases/{ordered_case.ref}/decide",
            {**SAID, "ground": "law.dsa_9", "words": "Ordered by the court."},
        )
        assert asked.status_code == 403
        assert "Ordered by the court." in asked.text
        assert Decision.objects.count() == 0
        decide(lena, ordered_case, ground="law.dsa_9", words="Ordered by the court.")
        assert Decision.objects.get().state == "proposed"


def test_a_moderator_cannot_tell_that_an_order_exists(ordered_case):
    ada = enrolled("ada")
    forbidden = ada.get(f"/console/cases/{ordered_case.ref}")
    absent = ada.get(f"/console/cases/{'0' * 26}")
    assert (forbidden.status_code, forbidden.content) == (404, absent.content)
    assert ordered_case.ref not in ada.get("/console/cases").text


@pytest.fixture
def complained(platform, case):
    """Ada hid Uma's post, and Uma contests it."""
    ada = enrolled("ada")
    take(ada, case)
    decide(ada, case)
    delivered()
    receive_complaint(token_in(platform.letters[0][1]), WRONG)
    return Complaint.objects.get()


def test_ben_upholds_a_complaint_and_the_post_comes_back(platform, complained):
    ben = enrolled("ben")
    take(ben, complained.case)
    page = ben.get(f"/console/cases/{complained.case.ref}").text
    assert "I was warning others about this scam." in page
    assert "It promises money for nothing." in page  # the decision complained of
    ben.post(
        f"/console/cases/{complained.case.ref}/complaint/{complained.ref}",
        {
            "becomes": "uphold",
            "quote": "I was warning others",
            "answer": "You were. We were wrong.",
            "on_context": "We had read the post without the thread above it.",
        },
    )
    delivered()
    assert platform.hidden == set()
    assert Complaint.objects.get().state == "upheld"


def test_an_answer_to_a_complaint_without_a_choice_is_not_lost(complained):
    ben = enrolled("ben")
    take(ben, complained.case)
    page = ben.post(
        f"/console/cases/{complained.case.ref}/complaint/{complained.ref}",
        {"answer": "You were warning others. We were wrong."},
    )
    assert page.status_code == 400
    assert "Choisissez la suite à donner à la réclamation." in page.text  # Ben reads French
    assert "You were warning others. We were wrong.</textarea>" in page.text
    assert Complaint.objects.get().state == "received"


def test_an_answer_that_passes_over_a_point_is_refused_beside_that_point_and_nothing_written_is_lost(
    complained,
):
    ben = enrolled("ben")
    take(ben, complained.case)
    address = f"/console/cases/{complained.case.ref}/complaint/{complained.ref}"
    given = {"becomes": "reject", "answer": "It asks for money itself.", "quote": "I was warning others"}
    page = ben.post(address, given)
    assert page.status_code == 400
    assert "Répondez à chaque point." in page.text
    page = ben.post(address, {**given, "quote": "I never said this", "on_context": "We read the thread."})
    assert page.status_code == 409
    assert "We read the thread.</textarea>" in page.text
    assert Complaint.objects.get().state == "received"


def test_whoever_decided_is_not_offered_the_complaint_and_cannot_decide_it(complained):
    row = Member.objects.get(handle="ada")
    grant_role(present("adam"), row.ref, Role.SENIOR_MODERATOR, because="promoted")
    ada = enrolled_again("ada")
    take(ada, complained.case)
    page = ada.get(f"/console/cases/{complained.case.ref}").text
    assert "You had a part in the decision" in page
    refused = ada.post(
        f"/console/cases/{complained.case.ref}/complaint/{complained.ref}",
        {"becomes": "reject", "answer": "No.", "quote": "I was warning others", "on_context": "No."},
    )
    assert "somebody else" in refused.text
    assert Complaint.objects.get().state == "received"


def enrolled_again(handle):
    """In through a new link, as after a lost passkey."""
    person = browser()
    person.enrol(link_for(link_from_operator(handle)[1]))
    return person


def test_a_hiding_by_a_rule_alone_is_found_in_the_list_and_undone(platform):
    screened(platform, "$2", SCAM_RU)
    delivered()
    ben, decision = enrolled("ben"), Decision.objects.get()
    assert decision.ref in ben.get("/console/decisions?by=rule").text
    page = ben.post(f"/console/decisions/{decision.ref}/undo", {"because": "A warning, not an offer."})
    assert page.status_code == 200
    delivered()
    assert platform.hidden == set()
    assert Subject.objects.get(kind="post").state == "visible"


def test_what_the_rules_found_is_marked_and_everything_else_stays_text():
    assert (
        marked("<b>win $500 now</b>", ((3, 7), (5, 11), (90, 99)))
        == "&lt;b&gt;<mark>win $500</mark> now&lt;/b&gt;"
    )


def test_the_queue_is_read_with_as_many_queries_for_three_cases_as_for_one(platform, case):
    ada, counts = enrolled("ada"), []
    for more in (("$2", "$3"), ()):
        with CaptureQueriesContext(connection) as seen:
            assert ada.get("/console/cases").status_code == 200
        counts.append(len(seen))
        for id_ in more:
            platform.publish(id_, f"{SCAM} {id_}")
            noticed(id_)
    assert counts[0] == counts[1]


def test_ines_publishes_the_day_from_the_console(platform):
    ines = enrolled("ines")
    page = ines.post("/console/days", {"day": now().date().isoformat()})
    assert (page.status_code, page.url.path) == (200, "/console/days")
    assert DayReport.objects.get().day == now().date()
    assert ines.post("/console/days", {"day": "2999-01-01"}).status_code == 400


def test_ines_writes_an_event_beside_the_public_charts_and_takes_it_back(platform):
    ines, today = enrolled("ines"), now().date().isoformat()
    page = ines.post("/console/days/event", {"on": today, "kind": "rule", "text": "Bulk offers are spam."})
    assert "Nouvelle règle: <bdi>Bulk offers are spam.</bdi>" in page.content.decode()
    assert (
        ines.post("/console/days/event", {"on": "2999-01-01", "kind": "rule", "text": "x"}).status_code == 400
    )
    page = ines.post("/console/days/event", {"take_back": Annotation.objects.get().ref})
    assert "Bulk offers" not in page.content.decode()


def test_a_case_about_a_channel_names_it_and_offers_only_what_the_platform_can_do(platform):
    noticed(CHANNEL)
    case = Case.objects.get()
    ada, ben = enrolled("ada"), enrolled("ben")
    take(ada, case)
    page = ada.get(f"/console/cases/{case.ref}").text
    assert "Market" in page
    assert CHANNEL in page
    for way in ("Close a channel to new posts", "Take a channel out of the directory", "Close a channel"):
        assert f"{way}</label>" in page
    assert "Remove for good" not in page
    assert "Nobody is known to own this channel" not in page
    assert decide(ada, case, outcome="remove").status_code == 400
    previewed = decide(ada, case, measure="unlist_channel", do="preview").text
    assert "We have taken your channel out of the directory." in previewed
    assert "second person" in decide(ada, case, measure="unlist_channel").text
    decision = Decision.objects.get()
    assert "Retirer un canal de l’annuaire" in ben.get(f"/console/cases/{case.ref}").text
    ben.post(f"/console/cases/{case.ref}/countersign/{decision.ref}", {"answer": "sign"})
    delivered()
    assert (list(platform.marks[CHANNEL]), platform.refused) == ([Mark.UNLISTED], {})


def test_what_a_rule_alone_hid_is_brought_back_by_whoever_finds_nothing_wrong(platform):
    screened(platform, "$1", SCAM_RU)
    noticed("$1")
    case, ada = Case.objects.get(), enrolled("ada")
    take(ada, case)
    page = ada.get(f"/console/cases/{case.ref}").text
    assert 'value="restore"' in page
    assert 'value="none"' not in page
    assert "Nothing: nothing is restricted." in decide(ada, case, outcome="restore", do="preview").text
    assert "Decided." in decide(ada, case, outcome="restore", words="A job in a bakery.").text
    delivered()
    assert platform.hidden == set()


def test_whoever_decides_a_complaint_reads_what_else_hides_the_post(platform):
    screened(platform, "$1", SCAM_RU)
    noticed("$1")
    case, ada, ben = Case.objects.get(), enrolled("ada"), enrolled("ben")
    take(ada, case)
    decide(ada, case, ground="terms.violence")
    delivered()
    receive_complaint(token_in(platform.letters[0][1]), WRONG)
    complaint = Complaint.objects.get()
    take(ben, complaint.case)
    page = ben.get(f"/console/cases/{complaint.case.ref}").text
    assert "Ce qui le restreint aussi" in page  # Ben reads French
    assert "<bdi>Appels à la violence</bdi>" in page


def test_adam_sees_what_the_platform_refused_and_has_it_tried_again(platform, monkeypatch):
    def refuse(*_):
        raise Refused("The messenger refused this.", "It is in maintenance.")

    with monkeypatch.context() as patched:
        patched.setattr(platform, "_do", refuse)
        screened(platform, "$1", SCAM_RU)
        delivered()
    adam, ada, measure = enrolled("adam"), enrolled("ada"), Measure.objects.get()
    page = adam.get("/console/measures").text
    assert "The messenger refused this. It is in maintenance." in page
    assert Decision.objects.get().ref not in page
    assert Decision.objects.get().ref in ada.get("/console/measures").text
    assert ada.post(f"/console/measures/{measure.ref}/retry").status_code == 404
    assert "It is tried again now." in adam.post(f"/console/measures/{measure.ref}/retry").text
    delivered()
    assert platform.hidden == {"$1"}
    assert "Everything has been carried out." in adam.get("/console/measures").text


def test_ben_has_a_letter_sent_again_that_was_refused(platform, monkeypatch):
    screened(platform, "$1", SCAM_RU)
    with monkeypatch.context() as patched:
        patched.setattr(platform, "act", lambda *_, **__: (_ for _ in ()).throw(Refused("No such account.")))
        delivered()
    ben, letter = enrolled("ben"), Letter.objects.get()
    assert "No such account." in ben.get("/console/measures").text
    ben.post(f"/console/letters/{letter.ref}/retry")
    delivered()
    assert len(platform.letters) == 1
