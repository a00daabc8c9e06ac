import json
from pathlib import Path

from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from steelyard.assembly.main import app

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "order.schema.json"
ORDER = {
    "instrument": "dsa_9", "country": "FR", "arrived_at": "2026-11-16T09:30:00+01:00", "authority": "Tribunal",
    "issuer": "court", "targets": ["matrix:$1"], "verified": 2, "language": "fr", "territory": ["FR"],
}  # fmt: skip


def run(*words, text=""):
    return CliRunner().invoke(app, ["orders", *words], input=text)


def test_an_order_from_a_file_is_assessed_and_nothing_is_stored(tmp_path):
    file = tmp_path / "order.json"
    file.write_text(json.dumps(ORDER))
    found = json.loads(run("assess", str(file)).stdout)
    assert found["proposal"]["step"] == "ask"
    form = next(one for one in found["checks"] if one["check"] == "form")
    assert form["found"] == [
        "legal_basis (Art. 9(2)(a)(i))", "reasons (Art. 9(2)(a)(ii))", "redress (Art. 9(2)(a)(v))",
    ]  # fmt: skip


def test_the_schema_accepts_what_is_assessed_and_refuses_what_is_not():
    schema = json.loads(run("schema").stdout)
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid(ORDER)
    assert not Draft202012Validator(schema).is_valid(ORDER | {"weight": 1})


def test_the_published_schema_is_the_one_in_use():
    assert json.loads(SCHEMA.read_text()) == json.loads(run("schema").stdout)


def test_a_time_without_its_zone_is_not_guessed():
    done = run("assess", "-", text=json.dumps(ORDER | {"arrived_at": "2026-11-16T09:30:00"}))
    assert done.exit_code == 1
    assert "arrived_at" in str(done.exception)


def test_the_words_come_in_the_reader_s_language():
    found = json.loads(run("assess", "-", "--language", "fr", text=json.dumps(ORDER)).stdout)
    assert "Il manque" in found["proposal"]["ground"]
