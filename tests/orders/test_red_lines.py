import re

import pytest

from steelyard.enforcement.connector import Operation
from steelyard.orders.assessment import assess
from steelyard.orders.assessment.clocks import seat_of
from steelyard.people.permissions import ROLES, Permission, Role
from steelyard.rulebook.law import law_on
from tests.orders.papers import MONDAY, data_paper, paper, weighed

DEMANDS = {
    "keys": ["Hand over the encryption keys.", "Передайте ключи шифрования от сообщений.", "Remettez les clés de "
             "chiffrement du service.", "تسليم مفاتيح التشفير", "کلیدهای رمزنگاری را تحویل دهید"],
    "decryption": ["Decrypt the messages of the account.", "Расшифруйте переписку.", "Déchiffrez les messages."],
    "backdoor": ["Install a back door for our service.", "Создать скрытый доступ для службы.", "Une porte dérobée."],
    "general_access": ["Direct access to all messages.", "Дайте прямой доступ к серверам.", "Accès direct au système."],
    "realtime_all": ["A live feed of the channel.", "Доступ в режиме реального времени.", "Un accès permanent."],
    "unidentified_group": ["Names of all participants of the march.", "Данные всех подписчиков канала.",
                           "La liste des abonnés du canal.", "Everyone who posted in the channel."],
}  # fmt: skip
EACH = [(line, words) for line, all_ in DEMANDS.items() for words in all_]


@pytest.mark.parametrize(("line", "words"), EACH)
def test_nobody_is_given_what_nobody_can_be_given(line, words):
    for country in ("FR", "RU", "IR", "US", "GB", "CN"):
        for issuer in ("court", "police", "ministry", "central"):
            found = weighed(data_paper("national", country, issuer=issuer, demand=words))
            assert found.proposal.step == "refuse"
            assert line in found.red_lines
            check = found.check("red_lines")
            assert (check.result, check.leads_to) == ("fail", "refuse")
            assert check.rests_on
            assert check.cure
            assert (found.proposal.data, found.proposal.territory) == ((), ())


@pytest.mark.parametrize(
    "instrument", ["epoc_emergency", "emergency", "judgment", "mla", "dsa_10", "informal"]
)
def test_no_emergency_and_no_instrument_opens_a_red_line(instrument):
    found = weighed(
        data_paper(instrument, demand="Give us the encryption keys, lives depend on it", emergency="A bomb")
    )
    assert found.proposal.step == "refuse"
    assert found.red_lines == ("keys",)


def test_an_unverified_demand_for_keys_is_refused_all_the_same():
    assert weighed(data_paper(demand="master key", verified=0)).proposal.step == "refuse"


def test_an_order_to_hide_stolen_keys_is_not_mistaken_for_a_demand_for_them():
    found = weighed(paper(reasons="The channel sells stolen decryption keys."))
    assert found.check("red_lines").result == "person"
    assert found.red_lines == ()


def test_an_ordinary_order_crosses_no_red_line():
    for asked in (paper(), data_paper(), data_paper("us_process", "US")):
        assert weighed(asked).check("red_lines").result == "pass"


def test_the_words_that_were_seen_are_shown():
    assert weighed(data_paper(demand="the private keys of the user")).check("red_lines").found == (
        "private key*",
    )


def test_the_seat_changes_nothing():
    asked = data_paper(demand="Decrypt it.", arrived_at=MONDAY)
    assert assess(asked, seat=seat_of("DE")).proposal == assess(asked, seat=seat_of("PT")).proposal


@pytest.mark.parametrize("line", law_on(MONDAY.date()).red_lines)
def test_no_permission_and_no_operation_of_a_platform_could_grant_one(line):
    words = {word for name in (*Permission, *Operation) for word in re.split("[:_]", str(name.value))}
    assert not words & {line, *line.split("_"), "decrypt", "key", "disclose", "export", "bulk"}


def test_whoever_decides_an_order_is_legal():
    assert [role for role, held in ROLES.items() if Permission.ORDERS_ORDER_DECIDE in held] == [Role.LEGAL]
