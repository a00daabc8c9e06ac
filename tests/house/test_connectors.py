"""Every platform says how each effect is undone, before the person deciding needs to know."""

import importlib
import pkgutil

import pytest

from steelyard.enforcement import connectors as home_of_connectors
from steelyard.enforcement.connector import Manifest, Operation

MESSAGES = (Operation.NOTIFY_ACCOUNT, Operation.POST_ANNOUNCEMENT)
"""Said is said; everything else takes something away from somebody, or gives it back."""


def manifests() -> list[Manifest]:
    """The manifest of each connector's package, from the function in its `manifest` module."""
    found = []
    for package in pkgutil.iter_modules(home_of_connectors.__path__):
        module = importlib.import_module(f"{home_of_connectors.__name__}.{package.name}.manifest")
        found.append(getattr(module, f"{package.name}_manifest")(package.name))
    return found


def test_there_is_a_connector_to_look_at():
    assert [manifest.connector for manifest in manifests()] == ["http", "matrix", "telegram"]


@pytest.mark.parametrize("manifest", manifests(), ids=lambda manifest: manifest.connector)
def test_each_operation_is_undone_by_another_one_or_says_what_is_lost(manifest: Manifest):
    can = {ability.operation: ability for ability in manifest.abilities}
    for ability in manifest.abilities:
        if ability.inverse is None:
            assert ability.limits or ability.operation in MESSAGES, (
                f"{ability.operation} cannot be undone and does not say what that means"
            )
        else:
            assert can[ability.inverse].inverse in (ability.operation, None)


@pytest.mark.parametrize("manifest", manifests(), ids=lambda manifest: manifest.connector)
def test_what_is_contained_can_be_restored_or_no_rule_does_it_alone(manifest: Manifest):
    contain = manifest.ability(Operation.CONTAIN_ITEM)
    assert contain.inverse == Operation.RESTORE_ITEM or (contain.limits and not contain.alone)
