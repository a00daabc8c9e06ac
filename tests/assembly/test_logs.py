import logging
import sys

from steelyard.assembly.logs import Discreet


def written(name, words, *args, fault=False):
    info = sys.exc_info() if fault else None
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, words, args, info)
    return Discreet("%(message)s").format(record)


def test_a_fault_is_logged_with_its_kind_and_place_and_not_with_its_words():
    try:
        try:
            raise KeyError("rhea@example.org")
        except KeyError as first:
            raise ValueError("token-in-a-link") from first
    except ValueError:
        line = written("steelyard", "It failed.", fault=True)
    assert "ValueError <- KeyError" in line
    assert "test_logs.py" in line
    assert "rhea@example.org" not in line
    assert "token-in-a-link" not in line.replace('raise ValueError("token-in-a-link")', "")


def test_a_failed_page_is_logged_without_its_path():
    line = written("django.request", "Internal Server Error: %s", "/en/d/a-secret-token")
    assert line == "Internal Server Error"
