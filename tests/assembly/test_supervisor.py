"""One house, started, hurt and started again. The steps share it, because a start takes seconds."""

import contextlib
import os
import signal
import smtplib
import socket
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tests.assembly.house import found, house
from tests.ports import free_port


@pytest.fixture(scope="module")
def running():
    with house() as made:
        made.serve()
        yield made


def front_page(house) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{house.web}/en/", timeout=60) as answer:
        return answer.status


def address(house) -> str:
    return (house.folder / "keys" / "database-url").read_text()


def remember(house) -> None:
    with psycopg.connect(address(house)) as line:
        line.execute("INSERT INTO vault_datakey (ref, created_at, ring) VALUES (%s, now(), '')", ["0" * 26])


def remembered(house) -> int:
    with psycopg.connect(address(house)) as line:
        return line.execute("SELECT count(*) FROM vault_datakey WHERE ref = %s", ["0" * 26]).fetchone()[0]


def test_one_command_brings_everything_up(running):
    assert list(running.state()["services"]) == ["signer", "worker", "intake", "web"]
    assert front_page(running) == 200


def test_the_doctor_finds_it_well_and_notices_a_silent_worker(running):
    status, lines = found(running)
    assert status == 0, lines
    warned = {what for what, grade in lines.items() if grade == "warn"}
    contacts = {what.split("”")[0].partition("“")[2] for what in warned if what.startswith("Contact point")}
    assert contacts == {
        "authorities", "users", "representative", "terrorist_content", "e_evidence", "data_protection",
        "emergency",
    }  # fmt: skip
    assert {what for what in warned if not what.startswith("Contact point")} == {
        "Nobody is named who hears about weaknesses of the service (RFC 9116).",
        f"There is no settings file {running.folder / 'steelyard.toml'}.",
        "Not stated: countries served, country of establishment, e-mail for authorities, "
        "emergency telephone, e-mail for users, who is on call, outgoing mail (smtp_url).",
        "Nobody can be rung.",
        "Listed parties: no list is loaded, so it is unknown whether an order touches one.",
    }
    with hurt(running.folder) as copied:
        status, lines = found(running)
    assert status == 1
    assert lines["The ledger stands still."] == "fail"
    assert lines["2 posts could not be screened by a fault of ours."] == "warn"
    assert lines[f"Others may read {copied}."] == "fail"


@contextlib.contextmanager
def hurt(folder: Path):
    """While a doctor looks: the worker is silent, posts were set aside, and a key lies about. Healed afterwards."""
    stopped, copied = folder / "run" / "worker.stopped", folder / "keys" / "kek-copy"
    aside = folder / "intake" / "matrix-set-aside"
    aside.parent.mkdir(exist_ok=True)
    (folder / "run" / "worker.beat").unlink()
    for file, said in ((stopped, "The ledger stands still."), (copied, "x"), (aside, "$one\n$two\n")):
        file.write_text(said)
    yield copied
    for file in (stopped, copied, aside):
        file.unlink()


UNFINISHED = (
    b"POST /en/notice HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 1000\r\n\r\nlinks="
)


def test_people_who_never_finish_their_form_keep_nobody_waiting(running):
    with contextlib.ExitStack() as slow:
        for _ in range(20):
            line = slow.enter_context(socket.create_connection(("127.0.0.1", running.web)))
            line.sendall(UNFINISHED)
        assert front_page(running) == 200


def test_what_is_larger_than_any_form_is_refused_with_a_sentence(running):
    form = urllib.request.Request(f"http://127.0.0.1:{running.web}/en/notice", data=b"a=" + b"a" * 3_000_000)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(form, timeout=60)  # noqa: S310 - our own
    assert (refused.value.code, refused.value.read().decode()) == (
        413, "This is larger than anything we take here. Send less, or in parts.\n",
    )  # fmt: skip


def test_addresses_cookies_and_languages_arrive_as_they_were_sent(running):
    ours = urllib.request.Request(
        f"http://127.0.0.1:{running.web}/fa/channel/%D8%A8%D8%A7%D8%B2%D8%A7%D8%B1?x=%2F",
        headers={"Cookie": "a=1; b=2", "Accept-Language": "fa"},
    )
    with urllib.request.urlopen(ours, timeout=60) as answer:  # noqa: S310 - our own
        page = answer.read().decode()
    assert (answer.status, 'lang="fa"' in page, "\u0628\u0627\u0632\u0627\u0631" in page) == (200, True, True)


def test_what_serves_may_neither_change_tables_nor_own_them(running):
    with psycopg.connect(address(running)) as line, pytest.raises(psycopg.errors.InsufficientPrivilege):
        line.execute("ALTER TABLE vault_datakey ADD COLUMN more text")


def test_secrets_are_readable_by_the_owner_only(running):
    modes = {file.stat().st_mode & 0o077 for file in (running.folder / "keys").rglob("*") if file.is_file()}
    assert modes == {0}


def test_a_second_start_on_the_same_home_says_who_serves_it(running):
    refused = running.command("serve")
    assert refused.returncode == 1
    assert refused.stderr == (
        f"Steelyard is already running here. Process {running.state()['supervisor']} serves "
        f"{running.folder}. Stop it first, or give this start its own STEELYARD_HOME.\n"
    )


def test_a_process_that_dies_is_started_again(running):
    process, worker = running.started[-1], running.state()["services"]["worker"]["pid"]
    os.kill(worker, signal.SIGKILL)
    running.wait_for(lambda: running.state()["services"]["worker"]["pid"] not in (None, worker), process)
    assert running.state()["services"]["worker"]["restarts"] == 1


def test_after_the_supervisor_is_killed_the_next_start_carries_on_with_its_data(running):
    remember(running)
    killed = running.started[-1]
    children = [service["pid"] for service in running.state()["services"].values()]
    killed.kill()
    killed.wait()
    again = running.serve()
    assert remembered(running) == 1
    assert front_page(running) == 200
    assert not any(alive(pid) for pid in children)
    again.send_signal(signal.SIGTERM)
    assert again.wait(30) == 0
    assert not (running.folder / "run" / "state.json").exists()


# ---- mail, and what is killed under it ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def by_mail(running):
    """The house, started again after its operator has listed an address."""
    running.mail = free_port()
    (running.folder / "steelyard.toml").write_text(
        f'[mailroom]\nsmtp = "127.0.0.1:{running.mail}"\ndns = false\n'
        '[mailroom.addresses]\n"help@mail.example" = "users"\n'
    )
    running.started[-1].send_signal(signal.SIGTERM)
    running.started[-1].wait(30)
    running.serve()
    return running


def post(house, number: int) -> int:
    """A mail server hands one in; the reply, 0 where nobody answered. Either way it keeps what was not taken."""
    letter = f"From: jo{number}@post.example\r\nTo: help@mail.example\r\n\r\nHello"
    try:
        with smtplib.SMTP("127.0.0.1", house.mail, timeout=60) as server:
            server.sendmail(f"jo{number}@post.example", ["help@mail.example"], letter)
    except smtplib.SMTPResponseException as reply:
        return reply.smtp_code
    except (smtplib.SMTPServerDisconnected, OSError):
        return 0
    return 250


def answered(house) -> list[int]:
    """How many letters with a receipt each kept mail was answered with."""
    counted = (
        "SELECT (SELECT count(*) FROM letters_letter l WHERE l.about = a.ref AND l.kind = 'arrival_received') "
        "FROM arrivals_arrival a ORDER BY a.id"
    )
    with psycopg.connect(address(house)) as line:
        return [count for (count,) in line.execute(counted).fetchall()]


@contextlib.contextmanager
def held(house, table: str):
    """Whoever wants to write there waits, and `waits()` says that somebody does."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
    with psycopg.connect(address(house)) as line:
        line.execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield lambda: line.execute(waiting, [table]).fetchone()[0]


def test_a_mail_whose_reader_is_killed_over_it_is_read_again_and_answered_once(by_mail):
    process, worker = by_mail.started[-1], by_mail.state()["services"]["worker"]["pid"]
    with held(by_mail, "letters_receipt") as waits:
        assert post(by_mail, 1) == 250
        by_mail.wait_for(waits, process)
        os.kill(worker, signal.SIGKILL)
    assert answered(by_mail) == [0]
    by_mail.wait_for(lambda: answered(by_mail) == [1], process)


def test_a_database_that_stops_under_a_mail_has_it_sent_again_and_loses_none(by_mail):
    process, before = by_mail.started[-1], len(answered(by_mail))
    by_mail.wait_for(lambda: post(by_mail, 2) == 250, process)
    with (
        ThreadPoolExecutor(1) as sender,
        contextlib.suppress(psycopg.OperationalError),  # ours goes with it
        held(by_mail, "arrivals_arrival") as waits,
    ):
        sending = sender.submit(post, by_mail, 3)
        by_mail.wait_for(waits, process)
        os.kill(by_mail.state()["database"], signal.SIGINT)
        assert sending.result(60) == 451
    replies = []
    by_mail.wait_for(lambda: replies.append(post(by_mail, 3)) or replies[-1] == 250, process)
    assert {reply for reply in replies if reply >= 500} == set()
    by_mail.wait_for(lambda: answered(by_mail)[before:] == [1, 1], process)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_port_in_use_is_named_before_anything_starts():
    with house() as made, socket.create_server(("127.0.0.1", made.web)):
        refused = made.command("serve")
        assert refused.returncode == 1
        assert refused.stderr == (
            f"Port {made.web} is in use by {comm()} (process {os.getpid()}). Stop that program, "
            "or set web_port in steelyard.toml (or STEELYARD_WEB_PORT) to another port.\n"
        )
        assert not (made.folder / "keys").exists()


def comm() -> str:
    return Path("/proc/self/comm").read_text().strip()
