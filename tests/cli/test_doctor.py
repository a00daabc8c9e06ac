import json

from tests.assembly.house import house


def found(made) -> tuple[int, dict[str, str]]:
    asked = made.command("doctor", "--json")
    return asked.returncode, {line["what"]: line["grade"] for line in json.loads(asked.stdout)}


def test_a_house_that_never_started_is_told_what_to_do_first():
    with house() as made:
        status, lines = found(made)
        assert status == 1
        assert lines[f"Nothing serves {made.folder}."] == "fail"
        assert lines["The database does not answer: it was never started here"] == "fail"


def test_a_house_that_serves_is_well_and_a_silent_worker_is_noticed():
    with house() as made:
        made.serve()
        status, lines = found(made)
        assert status == 0, lines
        warned = {what for what, grade in lines.items() if grade == "warn"}
        contacts = {
            what.split("”")[0].partition("“")[2] for what in warned if what.startswith("Contact point")
        }
        assert contacts == {
            "authorities", "users", "representative", "terrorist_content", "e_evidence", "data_protection",
            "emergency",
        }  # fmt: skip
        assert {what for what in warned if not what.startswith("Contact point")} == {
            "Nobody is named who hears about weaknesses of the service (RFC 9116).",
            f"There is no settings file {made.folder / 'steelyard.toml'}.",
            "Not stated: countries served, country of establishment, e-mail for authorities, "
            "emergency telephone, e-mail for users, who is on call, outgoing mail (smtp_url).",
            "Nobody can be rung.",
            "Listed parties: no list is loaded, so it is unknown whether an order touches one.",
        }
        (made.folder / "run" / "worker.beat").unlink()
        (made.folder / "run" / "worker.stopped").write_text("The ledger stands still.")
        (made.folder / "keys" / "kek-copy").write_text("x")
        (made.folder / "intake").mkdir(exist_ok=True)
        (made.folder / "intake" / "matrix-set-aside").write_text("$one\n$two\n")
        status, lines = found(made)
        assert status == 1
        assert lines["The ledger stands still."] == "fail"
        assert lines["2 posts could not be screened by a fault of ours."] == "warn"
        assert lines[f"Others may read {made.folder / 'keys' / 'kek-copy'}."] == "fail"
