"""Nobody gets anything in the name of an authority that did not ask; and whoever really asked is not turned away."""

import pytest

from steelyard.disclosure.models import Package, Suspicion
from steelyard.enforcement.models import Measure
from steelyard.ledger.models import Entry
from steelyard.letters.models import OrderAnswer
from steelyard.orders.access import missing_for
from steelyard.orders.models import Order
from steelyard.orders.queries import level_of
from steelyard.orders.states import DONE
from steelyard.people.models import Agency, Member, Officer
from tests.impersonation.play import Play, disclosable, kind_of, proposal, reached, turned_away_for
from tests.impersonation.shapes import cases

pytestmark = pytest.mark.django_db


def _played(*, genuine: bool) -> list[object]:
    return [pytest.param(one, id=one.id) for one in cases() if one.genuine is genuine]


GONE = ("disclosure:package:released", "disclosure:package:linked", "disclosure:package:downloaded")


def counted(platform):
    """Everything that an impostor could want to bring into being. What is collected is sealed here and has not gone."""
    return {
        "on the platform": platform.standing(),
        "measures": Measure.objects.count(),
        "packages": Package.objects.exclude(encrypted=None).count(),
        "suspicions": Suspicion.objects.count(),
        "orders carried out": Order.objects.filter(state__in=DONE).count(),
        "answers": OrderAnswer.objects.count(),
        "told": Entry.objects.filter(verb__in=GONE).count(),
        "agencies": list(Agency.objects.exclude(state="suspended").order_by("pk").values_list("pk", "state")),
        "staff": Member.objects.filter(state="active").count(),
        "active officers": set(Officer.objects.filter(state="active").values_list("pk", flat=True)),
    }


@pytest.mark.parametrize("case", _played(genuine=False))
def test_an_impostor_gets_nothing(case, world):
    before, standing = counted(world.platform), level_of(world.canary).level
    play = Play(case, world).run()
    after = counted(world.platform)
    # Whoever shuts somebody out does so inside some cases; none may come to be.
    assert after.pop("active officers") <= before.pop("active officers"), play.log
    assert set(after.pop("agencies")) <= set(before.pop("agencies")), play.log
    assert after == before | {"staff": after["staff"]}, play.log
    shut_out = case.sits in ("suspended_agency",)
    assert level_of(world.canary).level == (0 if shut_out else standing), play.log
    for order in play.orders:
        if case.says == "confirms":
            assert proposal(order) not in ("comply", "comply_in_part"), play.log
        else:
            assert not disclosable(order), play.log
            assert missing_for(order, kind=kind_of(order)), play.log


@pytest.mark.parametrize("case", _played(genuine=True))
def test_a_genuine_request_is_not_turned_away(case, world):
    play = Play(case, world).run()
    assert play.orders, play.log
    order = play.orders[-1]
    assert turned_away_for(order) == ({case.refused_for} if case.refused_for else set()), play.log
    if case.reaches == "disclosure":
        assert Package.objects.filter(order=order).exclude(encrypted=None).count() == 1, play.log
    assert reached(order, case.reaches), (play.log, level_of(order), missing_for(order, kind=kind_of(order)))
