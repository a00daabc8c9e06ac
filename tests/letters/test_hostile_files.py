"""Whatever somebody hands in as a receipt gets an answer."""

import pytest

from steelyard.letters.receipts import ReceiptCheck, check_receipt


@pytest.mark.parametrize(
    "file", [b"", b"null", b"\xff\x00", b"[" * 60_000, b'{"a":' * 10_000, b"9" * 60_000, b'{"body":1e999}']
)
def test_what_is_no_receipt_is_called_none(file: bytes) -> None:
    assert check_receipt(file) == ReceiptCheck(False, problem="not_a_receipt")
