import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction

from steelyard.base.clock import set_clock
from steelyard.orders.models import Order
from steelyard.orders.verification import actions as ladder
from tests.flows.stories import ordered
from tests.impersonation.mail import open_mail_door
from tests.impersonation.play import TUESDAY
from tests.impersonation.world import EverythingIsHeld, build
from tests.ledger.parts import running_signer
from tests.platform import attached


@pytest.fixture(scope="session")
def _signer():
    with running_signer():
        yield


@pytest.fixture(scope="module")
def standing_world(_signer, django_db_setup, django_db_blocker):
    """The directory, looked up once for all cases; each case is rolled back to it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with django_db_blocker.unblock(), transaction.atomic():
        with attached(EverythingIsHeld()) as platform, open_mail_door():
            for post in ("$1", "$2"):
                platform.publish(post, "Does anyone know when the market opens?")
            with set_clock(TUESDAY):
                world = build(platform)
                world.canary = _canary(world)
            yield world
        transaction.set_rollback(True)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def world(standing_world, db):
    return standing_world


def _canary(world):
    """Somebody else's genuine order, called back and standing: no forged one may lower it."""
    from tests.cast import present

    ordered("$2", reference="genuine/1", contact="greffe@tj-paris.justice.example")
    order = Order.objects.latest("pk")
    ladder.call_back(
        present("lena"),
        order.ref,
        world.places["paris"].numbers[0].ref,
        spoke_with="Greffe",
        because="Yes.",
        answers_for="The directory of the ministry, p. 4.",
    )
    return order
