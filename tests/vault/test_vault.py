import pytest

from steelyard.base.errors import Broken, NoSuchThing
from steelyard.vault.actions import destroy, new_key, seal, unseal
from steelyard.vault.models import DataKey

pytestmark = pytest.mark.django_db


def test_what_is_sealed_opens_again_in_its_place():
    key = new_key()
    assert unseal(key, seal(key, "имя".encode(), place="a.b"), place="a.b") == "имя".encode()


def test_a_sealed_record_moved_to_another_place_does_not_open():
    key = new_key()
    with pytest.raises(Broken):
        unseal(key, seal(key, b"x", place="a.b"), place="a.c")


def test_after_its_key_is_destroyed_nothing_opens():
    key = new_key()
    sealed = seal(key, b"x", place="a.b")
    destroy(key)
    with pytest.raises(NoSuchThing):
        unseal(DataKey.objects.get(pk=key.pk), sealed, place="a.b")
