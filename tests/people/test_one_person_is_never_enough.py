"""Every way in which two people can be one, or one thing another: tried out, all of them."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from django.db import transaction

from steelyard.base.clock import now, set_clock
from steelyard.base.errors import SteelyardError
from steelyard.people.actions import approve, ask_approval, revoke_role, spend
from steelyard.people.permissions import Permission, Role
from tests.cast import member, present

pytestmark = pytest.mark.django_db
NEEDS, VERB = Permission.ORDERS_ORDER_DECIDE, "orders:order:granted"
WHAT, OTHER = {"scope": "one post"}, {"scope": "a channel"}
YES_NO = (True, False)


def done(first, second, *, own_key, own_sign_in, same_wording, same_act, in_time, still_in_role) -> bool:
    """One person asks, another approves, the first acts. Was it done?"""
    one, two = present(first), present(second)
    two = two if own_key else replace(two, credential=one.credential)
    two = two if own_sign_in else replace(two, sign_in=one.sign_in)
    try:
        asked = ask_approval(one, NEEDS, VERB, member("otto"), WHAT, because="x")
        if not still_in_role:
            revoke_role(present("adam"), two.member.ref, Role.LEGAL, because="leaves")
            two = replace(two, member=member(second))
        later = now() if in_time else now() + timedelta(days=1)
        with set_clock(later):
            fresh = {"passkey_at": later}
            approve(replace(two, **fresh), asked.ref, WHAT if same_wording else OTHER)
            spend(replace(one, **fresh), asked.ref, VERB, member("otto"), WHAT if same_act else OTHER)
    except SteelyardError:
        return False
    return True


AT_ONCE = 2
"""How many conditions fail together: with more, the same refusals come again, a minute long."""


def test_only_two_persons_with_two_keys_in_two_sign_ins_do_what_was_asked_and_only_that():
    wrong = []
    ways = product(("lena", "lev", "otto"), ("lena", "lev", "otto"), *([YES_NO] * 6))
    for first, second, *conditions in ways:
        if conditions.count(False) > AT_ONCE:
            continue
        own_key, own_sign_in, same_wording, same_act, in_time, still_in_role = conditions
        how = {
            "own_key": own_key,
            "own_sign_in": own_sign_in,
            "same_wording": same_wording,
            "same_act": same_act,
            "in_time": in_time,
            "still_in_role": still_in_role,
        }
        right = first != second and "otto" not in (first, second) and all(how.values())
        mark = transaction.savepoint()
        if done(first, second, **how) is not right:
            wrong.append((first, second, how))
        transaction.savepoint_rollback(mark)
    assert wrong == []
