"""Attachments that want to do harm: each is opened in the sandbox or not at all, and a person is told why."""

import io
import shutil
import stat
import zipfile

import pytest

from steelyard.arrivals.sandbox import run
from steelyard.arrivals.sandbox.run import LATE, NOT_OPENED, open_attachments
from tests.mailroom.files import WORD, pdf, word, zipped

needs_bwrap = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")
SAID = "Le tribunal ordonne\nСуд постановил\nالمحكمة قررت"


def opened(name, kind, content):
    (found,), _ = open_attachments([(name, kind, content)])
    return found


@needs_bwrap
@pytest.mark.parametrize(
    ("name", "kind", "content"),
    [
        ("a.pdf", "application/pdf", pdf(SAID)),
        ("a.docx", WORD, word(SAID)),
        ("a.zip", "application/zip", zipped(**{"a.txt": SAID})),
        ("a.txt", "text/plain", SAID.encode()),
        ("a.txt", "text/plain", SAID.encode("utf-16")),
        ("a.xml", "application/xml", f"<a><b>{SAID}</b></a>".encode()),
        ("a.html", "text/html", f"<html><script>alert(1)</script><p>{SAID}</p></html>".encode()),
        ("a.eml", "message/rfc822", f"From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n{SAID}".encode()),
        ("in.zip", "application/zip", zipped(**{"a.pdf": pdf(SAID)})),
    ],
    ids=["pdf", "word", "zip", "utf-8", "utf-16", "xml", "html", "mail", "pdf in zip"],
)  # fmt: skip
def test_the_text_of_each_kind_comes_out(name, kind, content):
    found = opened(name, kind, content)
    for words in SAID.split("\n"):
        assert words in found["text"], found
    assert "alert" not in found["text"]


def nested(depth):
    content = b"inside"
    for _ in range(depth):
        content = zipped(**{"a.zip": content})
    return content


def with_link():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("passwd.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


BILLION = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><l>&a;</l>"""


@needs_bwrap
@pytest.mark.parametrize(
    ("name", "kind", "content", "why"),
    [
        ("b.zip", "application/zip", zipped(**{"b.txt": b"0" * 200_000_000}), "more than is kept"),
        ("n.zip", "application/zip", nested(6), "an archive in an archive"),
        ("many.zip", "application/zip", zipped(**{f"{n}.txt": "x" for n in range(400)}), "400 files"),
        ("l.zip", "application/zip", with_link(), "nothing in it can be read"),
        ("e.xml", "application/xml", BILLION, "cannot be read"),
        ("e.xml", "application/xml", OUTSIDE, "cannot be read"),
        ("a.exe", "application/pdf", b"MZ\x90\x00", "a program or a script"),
        ("order.pdf.js", "application/pdf", b"WScript.Shell", "a program or a script"),
        ("run.sh", "text/plain", b"#!/bin/sh\nrm -rf /", "a program or a script"),
        ("s.zip", "application/zip", zipped(**{"order.vbs": "MsgBox 1"}), "a program or a script"),
        ("old.doc", "application/msword", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "macros"),
        ("a.tar.gz", "application/gzip", b"\x1f\x8b\x08", "not unpacked here"),
        ("a.pdf", "application/pdf", b"%PDF-1.7\n" + b"<<" * 300_000, "cannot be read"),
        ("a.png", "image/png", b"\x89PNG", "a picture"),
        ("a.bin", "application/octet-stream", bytes(range(256)) * 40, "not known"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else None,
)
def test_what_wants_to_do_harm_stays_shut_and_says_why(name, kind, content, why):
    found = opened(name, kind, content)
    assert found["text"] == ""
    assert why in found["unopened"] or "the sandbox stopped it" in found["unopened"]


@needs_bwrap
def test_macros_are_named_and_not_run():
    found = opened("m.docm", WORD, word("An order", **{"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}))
    assert "An order" in found["text"]
    assert "macros" in found["text"]


@needs_bwrap
def test_a_member_that_climbs_out_is_read_and_written_nowhere(tmp_path):
    found = opened("p.zip", "application/zip", zipped(**{"../../../../../../tmp/climbed.txt": "climbed"}))
    assert "climbed" in found["text"]
    assert not list(tmp_path.parent.rglob("climbed.txt"))
    assert not (tmp_path.parents[2] / "climbed.txt").exists()


@needs_bwrap
def test_one_bomb_takes_no_other_attachment_along():
    spins = b"%PDF-1.7\n" + b"[" * 4_000_000
    found, _ = open_attachments(
        [("bomb.pdf", "application/pdf", spins), ("a.txt", "text/plain", b"An order")]
    )
    assert found[1]["text"] == "An order"
    assert found[0]["text"] == ""


INSIDE = """
import os, socket, json
def tried(act):
    try:
        act()
    except Exception as fault:
        return type(fault).__name__
    return "done"
print(json.dumps({"files": [{"text": json.dumps({
    "network": tried(lambda: socket.create_connection(("127.0.0.1", 22), 1)),
    "write": tried(lambda: open("/usr/x", "w")), "in": tried(lambda: open("/in/x", "w")),
    "home": os.path.exists("/var/lib/steelyard") or os.path.exists("/etc/passwd"), "environment": sorted(os.environ),
    "others": os.path.exists("/proc/1"),
})}], "signatures": []}))
"""


@needs_bwrap
def test_inside_there_is_no_network_nothing_to_write_and_nobody_else(tmp_path, monkeypatch):
    import json

    (tmp_path / "extract.py").write_text(INSIDE)
    monkeypatch.setattr(run, "HERE", tmp_path)
    seen = json.loads(opened("a", "text/plain", b"x")["text"])
    assert seen["network"] != "done"
    assert (seen["write"], seen["in"], seen["home"], seen["others"]) == ("OSError", "OSError", False, False)
    assert set(seen["environment"]) <= {"PYTHONDONTWRITEBYTECODE", "PWD", "LC_CTYPE"}


def test_without_bubblewrap_nothing_is_opened_and_that_is_said(monkeypatch):
    monkeypatch.setattr(run, "available", lambda: False)
    found = opened("a.txt", "text/plain", b"An order")
    assert (found["text"], found["unopened"]) == ("", NOT_OPENED)


@needs_bwrap
def test_many_bombs_in_one_message_do_not_hold_up_everybody_elses_mail(monkeypatch):
    monkeypatch.setattr(run, "SECONDS_EACH_FOR_ITSELF", 0.0)
    spins = b"%PDF-1.7\n" + b"[" * 4_000_000
    found, _ = open_attachments([(f"{n}.pdf", "application/pdf", spins) for n in range(50)])
    assert {one["unopened"] for one in found} == {LATE}
