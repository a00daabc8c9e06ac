"""The numbers, recounted by hand from invented leaves: no database, as an outsider would do it."""

import pytest

from steelyard.transparency.counting import HarmDay, Numbers, OrderLine, count

HARMS = ("spam", "scam")
NOTHING = {kind: {"rule": 0, "notice": 0, "order": 0} for kind in ("post", "channel", "account")}
NONE_REVERSED = {"post": 0, "channel": 0, "account": 0}
EMPTY = HarmDay(restricted=NOTHING, reversed=NONE_REVERSED, nothing_done=0, notices=0)


def leaf(type_, **more):
    plain = {"harm": "", "verb": "", "source": "", "by": "nobody", "reversal": False, "instrument": "",
             "authority_country": ""}  # fmt: skip
    return {**plain, "type": type_, **more}


def made(verb, source="rule", by="machine", harm="scam", reversal=False):
    return leaf("decisions:decision:made", verb=verb, source=source, by=by, harm=harm, reversal=reversal)


def test_a_day_without_entries_is_zeros_and_not_a_gap():
    assert count([], HARMS) == Numbers(
        harms={"spam": EMPTY, "scam": EMPTY}, orders=(),
        complaints={"received": 0, "upheld": 0, "partly": 0, "rejected": 0},
        decided_by={"machine": 0, "person": 0, "two": 0},
        statements=0, receipts=0, findings=0, entries=0,
    )  # fmt: skip


def test_a_day_by_hand():
    leaves = [
        made("contain_post"), made("contain_post"),
        made("contain_post", "notice", "person"),
        made("remove_post", "order", "two"),
        made("contain_channel", "notice", "two", harm="spam"),
        made("none", "notice", "person", harm="spam"),
        made("none_post", "notice", "person"),
        made("lift_post", "complaint", "person", reversal=True),
        leaf("notices:notice:received", harm="scam"), leaf("notices:notice:received", harm="spam"),
        leaf("orders:order:received", instrument="dsa_9", authority_country="FR"),
        leaf("orders:order:executed", instrument="dsa_9", authority_country="FR"),
        leaf("orders:redline:attempted", instrument="dsa_9", authority_country="FR", verb="keys"),
        leaf("orders:order:received", instrument="tco_removal", authority_country="DE"),
        leaf("decisions:complaint:received"), leaf("decisions:complaint:upheld"),
        leaf("decisions:complaint:partly"),
        leaf("decisions:statement:issued"), leaf("letters:receipt:issued"), leaf("screening:finding:made"),
        leaf("cases:notice:opened"),
    ]  # fmt: skip
    assert count(leaves, HARMS) == Numbers(
        harms={
            "spam": HarmDay(
                restricted={**NOTHING, "channel": {"rule": 0, "notice": 1, "order": 0}},
                reversed=NONE_REVERSED, nothing_done=1, notices=1,
            ),
            "scam": HarmDay(
                restricted={**NOTHING, "post": {"rule": 2, "notice": 1, "order": 1}},
                reversed={**NONE_REVERSED, "post": 1}, nothing_done=1, notices=1,
            ),
        },
        orders=(
            OrderLine(country="DE", instrument="tco_removal", received=1, executed=0, refused=0),
            OrderLine(country="FR", instrument="dsa_9", received=1, executed=1, refused=0, red_lines=1),
        ),
        complaints={"received": 1, "upheld": 1, "partly": 1, "rejected": 0},
        decided_by={"machine": 2, "person": 4, "two": 2},
        statements=1, receipts=1, findings=1, entries=21,
    )  # fmt: skip


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_the_entries_changes_nothing(order):
    leaves = [made("contain_post"), made("lift_post", "complaint", reversal=True), made("contain_post")]
    numbers = count(leaves[::order], HARMS)
    assert (numbers.total("post"), numbers.reversals) == (2, 1)
