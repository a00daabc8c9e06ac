import pytest

from tools.contract import PLANTED, bites, contracts, lint


def test_the_house_keeps_its_import_contract():
    kept, said = lint()
    assert kept, said


@pytest.mark.parametrize("contract", sorted(PLANTED))
def test_a_planted_violation_breaks_the_contract_it_was_planted_for(contract):
    assert bites(contract)


def test_every_contract_has_a_planted_violation():
    assert set(contracts()) == set(PLANTED)
