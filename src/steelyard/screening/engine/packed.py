"""Texts packed end to end in one buffer as UTF-8, which is how Arrow keeps a column of them.

    >>> screen.noticed(arrow_column(table["text"].chunk(0)))   # pyarrow, nanoarrow, DuckDB: string or binary

A column comes by Arrow's C data interface (`__arrow_c_array__`), so none of those libraries is needed here.
https://arrow.apache.org/docs/format/CDataInterface.html
"""

import ctypes
from collections.abc import Iterator, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from steelyard.base.errors import BadInput

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]


class Packed(Sequence[bytes]):
    """Text n is `buffer[starts[n]:ends[n]]`. Where it is no UTF-8 it is read as bytes are: with U+FFFD."""

    def __init__(self, buffer: Bytes, starts: Places, ends: Places, owner: object = None) -> None:
        self.buffer, self.starts, self.ends = buffer, starts, ends
        self._owner = owner
        """Whoever lent the buffer gets it back when this is gone."""

    def __len__(self) -> int:
        return len(self.starts)

    @overload
    def __getitem__(self, place: int) -> bytes: ...
    @overload
    def __getitem__(self, place: slice) -> "Packed": ...
    def __getitem__(self, place: int | slice) -> "bytes | Packed":
        if isinstance(place, slice):
            return Packed(self.buffer, self.starts[place], self.ends[place], self._owner)
        return self.buffer[self.starts[place] : self.ends[place]].tobytes()

    def __iter__(self) -> Iterator[bytes]:
        first = int(self.starts.min()) if len(self) else 0
        content = self.buffer[first : int(self.ends.max(initial=first))].tobytes()
        places = zip((self.starts - first).tolist(), (self.ends - first).tolist(), strict=True)
        return (content[start:end] for start, end in places)

    def padded(self, more: int) -> "Packed":
        """The same with so many bytes behind its last text, copied only where the buffer ends before."""
        if not len(self) or int(self.ends[-1]) + more <= len(self.buffer):
            return self
        first = int(self.starts[0])
        buffer = np.concatenate([self.buffer[first : self.ends[-1]], np.zeros(more, np.uint8)])
        return Packed(buffer, self.starts - first, self.ends - first)


Texts = Sequence[str] | Sequence[bytes] | Sequence[str | bytes]


def sizes(texts: Texts) -> Places:
    """Characters of each string, bytes of each that is bytes."""
    if isinstance(texts, Packed):
        return texts.ends - texts.starts
    return np.fromiter(map(len, texts), np.int64, len(texts))


def size(texts: Texts) -> int:
    """All together."""
    return int(sizes(texts).sum()) if isinstance(texts, Packed) else sum(map(len, texts))


def packed(texts: Texts) -> Packed:
    """Copied into one buffer; half a surrogate pair in a string becomes bytes that are no UTF-8."""
    if isinstance(texts, Packed):
        return texts
    try:
        content, lengths = b"".join(texts), sizes(texts)  # type: ignore[arg-type]
    except TypeError:
        return packed(
            [text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text for text in texts]
        )
    ends = np.cumsum(lengths)
    return Packed(np.frombuffer(content, np.uint8), ends - lengths, ends)


class _Schema(ctypes.Structure):
    _fields_ = (("format", ctypes.c_char_p),)  # more follows, which is not read here


class _Array(ctypes.Structure):
    _fields_ = (
        ("length", ctypes.c_int64),
        ("null_count", ctypes.c_int64),
        ("offset", ctypes.c_int64),
        ("n_buffers", ctypes.c_int64),
        ("n_children", ctypes.c_int64),
        ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    )  # more follows, which is not read here


_OFFSETS: dict[bytes, type[np.int32 | np.int64]] = {
    b"u": np.int32,
    b"z": np.int32,
    b"U": np.int64,
    b"Z": np.int64,
}


def arrow_column(column: Any) -> Packed:
    """A column of Arrow strings or binary without a copy of its texts; a null is an empty text. Raises BadInput."""
    if not hasattr(column, "__arrow_c_array__"):
        raise BadInput(
            "These texts are no column of Arrow.", f"{type(column).__name__} has no __arrow_c_array__.",
            "Send one chunk of a column of strings or binary, or a list of texts.",
        )  # fmt: skip
    lent = column.__arrow_c_array__()
    schema, array = (_read(one, kind) for one, kind in zip(lent, (_Schema, _Array), strict=True))
    if (width := _OFFSETS.get(schema.format)) is None:
        raise BadInput(
            "This column of Arrow holds no texts.", f"Its format is “{schema.format.decode('ascii', 'replace')}”.",
            "Cast it to string or binary.",
        )  # fmt: skip
    count, first = array.length, array.offset
    if not count:
        return packed([])
    offsets = _lent(array.buffers[1], first + count + 1, width)[first:].astype(np.int64)
    starts, ends = offsets[:-1], offsets[1:]
    if array.null_count and array.buffers[0]:
        known = np.unpackbits(_lent(array.buffers[0], (first + count + 7) // 8, np.uint8), bitorder="little")
        ends = np.where(known[first : first + count], ends, starts)
    return Packed(_lent(array.buffers[2], int(offsets[-1]), np.uint8), starts, ends, lent)


def _read(capsule: object, kind: type[Any]) -> Any:
    name = b"arrow_schema" if kind is _Schema else b"arrow_array"
    point = ctypes.pythonapi.PyCapsule_GetPointer
    point.restype, point.argtypes = ctypes.c_void_p, (ctypes.py_object, ctypes.c_char_p)
    return kind.from_address(point(capsule, name))


def _lent(address: int | None, count: int, kind: Any) -> NDArray[Any]:
    if not address or not count:
        return np.zeros(count, kind)
    size = count * np.dtype(kind).itemsize
    return np.frombuffer((ctypes.c_char * size).from_address(address), kind)
