import pytest

from steelyard.portal.forms.order import OrderForm
from steelyard.rulebook.queries import instruments

SENT = {
    "authority": "Tribunal", "country": "FR", "contact": "greffe@example.org", "language": "fr", "harm": "scam",
    "targets": "https://matrix.to/#/$1",
}  # fmt: skip


@pytest.mark.parametrize("instrument", instruments())
def test_every_instrument_can_be_chosen_and_names_each_missing_element(instrument):
    form = OrderForm({**SENT, "instrument": instrument})
    assert form.is_valid(), form.errors
    given = {"authority", "targets"}
    named = {"territory": "scope", "data": "categories"}
    wanted = [one for one in instruments()[instrument].elements if one.id not in given]
    assert [(one.field, one.article) for one in form.missing()] == [
        (named.get(one.id, one.id), one.article) for one in wanted
    ]
    assert all(one.label and form[one.field] for one in form.missing())


def test_an_order_for_data_says_which_and_for_which_days():
    asked = {"instrument": "epoc", "reference": "1", "issuer": "court", "offence": "Fraud"}
    form = OrderForm(
        {
            **SENT,
            **asked,
            "categories": ["subscriber"],
            "period_from": "2026-10-01",
            "period_to": "2026-10-31",
        }
    )
    assert form.is_valid(), form.errors
    assert form.missing() == []
    assert form.cleaned_data["categories"] == ["subscriber"]
