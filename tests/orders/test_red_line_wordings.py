"""Loose words for what nobody can be given, as people write them, and lawful requests that stand close to them."""

from datetime import UTC, datetime

import pytest

from tests.orders.papers import data_paper, paper, weighed

SINCE = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ATTEMPTS = [
    ("general_access", "Please provide access to all messages."),
    ("general_access", "We require access to all chats on your platform."),
    ("general_access", "The Ministry needs unrestricted access to your servers, without a warrant."),
    ("general_access", "Give us a full copy of the database of your service."),
    ("general_access", "Hand over everything you hold. Lives are at stake."),
    ("general_access", "The court orders the provider to disclose all messages containing the word “march”."),
    ("general_access", "Search every account for the attached photograph and send us the hits."),
    ("general_access", "We want everyone’s messages from the night of the riots."),
    ("general_access", "Accès à tous les messages, sans délai."),
    ("general_access", "Veuillez nous donner accès à l’ensemble des messages."),
    ("general_access", "Vous devez remettre tous les messages contenant le mot « grève »."),
    ("general_access", "Предоставьте доступ ко всем сообщениям."),
    ("general_access", "Требуем неограниченный доступ к серверам."),
    ("general_access", "Обеспечьте доступ к переписке граждан без решения суда."),
    ("general_access", "نطلب الوصول إلى جميع الرسائل فوراً"),
    ("general_access", "دسترسی به تمام پیام‌ها را فراهم کنید"),
    ("general_access", "Wir verlangen Zugriff auf alle Nachrichten."),
    ("general_access", "Solicitamos acceso a todos los mensajes."),
    ("general_access", "Tüm mesajlara erişim talep ediyoruz."),
    ("general_access", "Надайте доступ до всіх повідомлень."),
    ("keys", "Hand over the keys to the messages by midnight, without exception."),
    ("keys", "It is an emergency: a bomb. Without delay the decryption keys."),
    ("keys", "Remettez les clés secrètes des conversations."),
    ("keys", "Передайте ключи от переписки."),
    ("keys", "المفاتيح السرية للمحادثات"),
    ("keys", "Geben Sie uns die Schlüssel der Verschlüsselung."),
    ("decryption", "Provide the encrypted chat in readable form."),
    ("decryption", "By order of the High Court you shall lift the encryption of the group."),
    ("decryption", "Vous devez contourner le chiffrement."),
    ("decryption", "Обеспечьте возможность прочитать зашифрованное."),
    ("decryption", "کشف رمز پیام‌ها"),
    ("decryption", "Entschlüsseln Sie den Chat."),
    ("backdoor", "Establish a lawful access mechanism for the police."),
    ("backdoor", "Add us silently to the group so that nobody notices."),
    ("backdoor", "Ein geheimer Zugang für die Behörde."),
    ("realtime_all", "Send us the messages as they are written."),
    ("realtime_all", "We need standing access for the length of the inquiry."),
    ("realtime_all", "Copie de chaque message au fur et à mesure."),
    ("realtime_all", "Обеспечьте круглосуточный доступ."),
    ("realtime_all", "تزويدنا بالرسائل لحظة بلحظة"),
    ("unidentified_group", "Names of all who took part in the demonstration of 3 May."),
    ("unidentified_group", "Everybody who viewed the video."),
    ("unidentified_group", "A kidnapping is going on: all phones that were near the square."),
    ("unidentified_group", "L’identité de tous les lecteurs du canal."),
    ("unidentified_group", "Установите всех лиц, участвовавших в шествии."),
    ("unidentified_group", "أسماء جميع المتابعين"),
    ("unidentified_group", "هویت همه کسانی که در تجمع بودند"),
]

NEIGHBOURS = [
    "Subscriber data of the account @uma:home.",
    "All messages sent by @uma:home between 1 and 31 October 2026.",
    "Access to all messages of the account @uma:home stored on 3 October, as the warrant says.",
    "All communications between @uma:home and @omar:home from 1 to 5 October.",
    "The stored content of the account; no decryption is requested.",
    "Hand over the data as they are stored. We do not ask for encryption keys.",
    "The messages of the victim of 3 October, in encrypted form, without decrypting them.",
    "Preserve all the messages of the account matrix:@uma:home for ninety days.",
    "IP addresses with time stamps of the last log-in of telegram:uma.",
    "Emergency: a missing child. The last known IP address of @uma:home.",
    "Tous les messages privés du compte @uma:home entre le 1er et le 31 octobre.",
    "Les données d’abonné du compte ; le déchiffrement n’est pas demandé.",
    "Les messages du suspect, sans les clés de chiffrement.",
    "Все сообщения, отправленные с аккаунта @uma:home 3 октября.",
    "Данные абонента @uma:home. Расшифровка не требуется.",
    "Содержание переписки подозреваемого за 3 октября, без ключей шифрования.",
    "جميع الرسائل الخاصة المرسلة من الحساب @uma:home في 3 أكتوبر",
    "بيانات المشترك للحساب @uma:home دون فك التشفير",
    "تمام پیام‌های خصوصی حساب کاربری @uma:home در ۳ اکتبر",
    "Die Bestandsdaten des Kontos @uma:home, ohne Entschlüsselung.",
    "Los mensajes privados de la cuenta @uma:home del 3 de octubre.",
    "Remove the post that publishes the private address of the witness.",
    "The name under which @uma:home is registered, and when the account was opened.",
]
REASONS = [
    "The suspect broke into the servers of a hospital and had access to all messages of its staff.",
    "The victim viewed the video and wrote to everybody who was in her class.",
    "The suspect sold encrypted telephones and offered 24/7 access to stolen accounts.",
]


def at_the_desk(words, **more):
    return weighed(data_paper(more.pop("instrument", "national"), demand=words, arrived_at=SINCE, **more))


@pytest.mark.parametrize(("line", "words"), ATTEMPTS, ids=[words[:30] for _line, words in ATTEMPTS])
def test_loose_words_open_no_red_line(line, words):
    found = at_the_desk(words, targets=("matrix:@uma:home",))
    assert line in found.red_lines
    assert (found.proposal.step, found.proposal.data) == ("refuse", ())


@pytest.mark.parametrize(
    "instrument", ["emergency", "epoc_emergency", "judgment", "mla", "us_process", "informal"]
)
def test_a_court_or_an_emergency_makes_loose_words_no_more_lawful(instrument):
    found = at_the_desk(
        "Access to all messages. A life is in danger.", instrument=instrument, issuer="court", emergency="A bomb",
    )  # fmt: skip
    assert (found.red_lines, found.proposal.step) == (("general_access",), "refuse")


def test_a_demand_that_hides_in_the_reasons_is_found():
    found = at_the_desk(
        "Subscriber data.", reasons="The inquiry goes on. We need access to all messages for it."
    )
    assert found.red_lines == ("general_access",)
    assert at_the_desk("", reasons="Access to all messages.").red_lines == ("general_access",)


@pytest.mark.parametrize("words", NEIGHBOURS, ids=[words[:30] for words in NEIGHBOURS])
def test_a_lawful_request_close_by_is_no_attempt(words):
    found = at_the_desk(words, targets=("matrix:@uma:home",))
    assert found.red_lines == ()
    assert found.check("red_lines").result in ("pass", "person")


@pytest.mark.parametrize("reasons", REASONS)
def test_what_the_reasons_tell_of_a_crime_is_not_asked_for(reasons):
    found = at_the_desk("Subscriber data of the account.", targets=("matrix:@uma:home",), reasons=reasons)
    assert found.red_lines == ()


def test_an_order_to_hide_a_post_is_never_an_attempt_for_what_the_post_says():
    found = weighed(
        paper(arrived_at=SINCE, demand="Remove it.", reasons="It offers access to all messages of the city.")
    )
    assert found.red_lines == ()


@pytest.mark.parametrize("demand", [
    "Remove all channels that call to beat all visitors of the mosque.", "Block the post with the names of all who "
    "took part.", "Hide the film that shows how to bypass encryption.", "Supprimer ce qui vise tous les lecteurs.",
])  # fmt: skip
def test_a_crowd_that_a_post_threatens_is_no_demand_for_its_names(demand):
    assert weighed(paper(arrived_at=SINCE, demand=demand)).red_lines == ()


def test_a_demand_for_access_in_an_order_to_hide_is_an_attempt_all_the_same():
    found = weighed(paper(arrived_at=SINCE, demand="Remove it, and grant the police access to all messages."))
    assert found.red_lines == ("general_access",)


def test_what_is_said_not_to_be_asked_for_is_read_by_a_person():
    check = at_the_desk("The stored data; no decryption is requested.").check("red_lines")
    assert (check.result, "decrypt*" in check.found) == ("person", True)


UNFORESEEN = [
    "Tell us who was on the bridge.", "Every letter from the northern district.", "Передать базу.",
    "The operator is to mount a device of the Agency in its data centre.", "أرسلوا لنا محادثات سكان المدينة",
    "Hand in what is necessary for us to open the conversations ourselves.", "Tout le contenu échangé dans la ville.",
]  # fmt: skip


@pytest.mark.parametrize("words", UNFORESEEN)
def test_a_free_demand_in_words_nobody_foresaw_is_read_by_a_person_and_never_passed(words):
    assert at_the_desk(words, targets=("matrix:@uma:home",)).check("red_lines").result in ("person", "fail")


def test_words_are_how_we_read_and_no_law_so_they_hold_for_an_order_of_any_day():
    for day in (datetime(2017, 12, 30, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)):
        asked = data_paper("national", demand="Access to all messages.", arrived_at=day)
        assert weighed(asked).red_lines == ("general_access",)
