"""All signals over one batch: which fired on which item, how often, and where."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np

from steelyard.screening.engine import evasion, links
from steelyard.screening.engine.explain import SCRIPTS, sight_of, sights, undone
from steelyard.screening.engine.folding import MAX_CHARS, Batch, Folded
from steelyard.screening.engine.images import scan as media
from steelyard.screening.engine.items import Span
from steelyard.screening.engine.learned import LearnedScan
from steelyard.screening.engine.packed import Texts
from steelyard.screening.engine.patterns import Checked, PatternScan
from steelyard.screening.engine.sieve import Sifted, portions, sift
from steelyard.screening.engine.signals import Signal, script_of_language
from steelyard.screening.engine.terms import Found, TermScan, read_terms
from steelyard.screening.engine.tongue import elsewhere

BUILT_IN = (
    *evasion.SIGNALS,
    *media.SIGNALS,
    "link",
    "link_imitation",
    "link_punycode",
    "mention",
    "money_emoji",
)
MAX_TEXTS, MAX_BATCH_CHARS = 4000, 2_000_000
"""Searched thoroughly at once."""
MAX_SPANS = 64
"""Per item. Hits beyond are counted, not shown."""


class Finding:
    """What was found in one item."""

    __slots__ = ("_seen", "counts", "hits", "notes", "scores", "spans")

    def __init__(self) -> None:
        self.hits: dict[str, int] = {}
        self.scores: dict[str, float] = {}
        self.spans: list[Span] = []
        self.notes: list[str] = []
        self.counts: dict[str, int] = {}
        self._seen: set[tuple[str, int, int]] = set()

    @property
    def fired(self) -> frozenset[str]:
        return frozenset(self.hits) | frozenset(self.scores)

    def add(self, signal: str, start: int, end: int, folding: tuple[str, ...]) -> None:
        """One hit; the same place counts once for a signal."""
        if (signal, start, end) in self._seen:
            return
        if len(self.spans) < MAX_SPANS:
            self._seen.add((signal, start, end))
            self.spans.append(Span(signal, start, end, folding))
        self.hits[signal] = self.hits.get(signal, 0) + 1


class _Entry(NamedTuple):
    signal: str
    scripts: int
    """Scripts its languages are written in, as `explain` sees them; 0: whatever the language."""
    script: int
    """The same where it is one script, else 0."""
    languages: frozenset[str]


@cache
def _entry(signal: str, languages: tuple[str, ...]) -> _Entry:
    scripts = {sight_of(script_of_language(language)) for language in languages}
    return _Entry(signal, sum(scripts), sum(scripts) if len(scripts) == 1 else 0, frozenset(languages))


class _Hit(NamedTuple):
    item: int
    first: int
    last: int
    """Code points of the original."""
    seen: int
    """What `explain` sees in them."""


def places(batch: Batch, folded: Folded, found: list[Found]) -> list[list[int]]:
    """For all matches at once."""
    matched = np.array(found, np.int64)
    items = folded.owners[matched[:, 1]]
    firsts, lasts = folded.places[matched[:, 2]], folded.places[matched[:, 3] - 1] + 1
    offsets = batch.starts[items]
    columns = (items, firsts - offsets, lasts - offsets, sights(batch.rows, firsts, lasts))
    placed: list[list[int]] = np.column_stack(columns).tolist()
    return placed


class _Eyes(NamedTuple):
    """How texts are read: all of a batch, and closely those that are worth it."""

    sift: Callable[[Texts], Sifted]
    look: Callable[[Sequence[str | bytes]], tuple[Batch, evasion.Counts]]
    places: Callable[[Batch, Folded, list[Found]], list[list[int]]]
    """Of matches in folded text: the item, where in its original they begin and end, and what `explain` sees there."""


def _eyes(*, fast: bool) -> _Eyes:
    """Compiled where that is wanted and possible."""
    if fast and find_spec("numba"):
        from steelyard.screening.engine import looking, sifting

        sifting.ready()
        looking.ready()
        return _Eyes(sifting.sift_fast, looking.look, looking.places)
    return _Eyes(sift, evasion.look, places)


class Finder:
    """The signals of a policy, compiled."""

    def __init__(
        self,
        signals: Sequence[Signal],
        kept: Path | None = None,
        *,
        fast: bool = False,
        checked: Checked | None = None,
    ) -> None:
        words = [(s.name, w.languages, term) for s in signals for w in s.words for term in w.terms]
        terms = read_terms(words)
        self._terms, self._term_entries = (
            TermScan(terms, kept),
            [_entry(t.signal, t.languages) for t in terms],
        )
        patterns = [(s.name, p) for s in signals for p in s.patterns]
        self._patterns = PatternScan([p.pattern for _, p in patterns], checked)
        self._pattern_entries = [_entry(name, p.languages) for name, p in patterns]
        self._links = links.LinkLists([(s.name, entry) for s in signals for entry in s.links])
        self._learned = LearnedScan([(s.name, s.model) for s in signals if s.model], fast=fast)
        self._eyes = _eyes(fast=fast)

    def find(self, texts: Texts) -> dict[int, Finding]:
        """Findings by item number; an item on which nothing fired is absent."""
        doubtful, found = self._sieved(texts), dict[int, Finding]()
        for part in _portions([len(texts[number]) for number in doubtful]):
            searched = self.search([texts[number] for number in doubtful[part]])
            found |= {doubtful[part.start + number]: finding for number, finding in searched.items()}
        return found

    def search(self, texts: Texts) -> dict[int, Finding]:
        """The thorough search of every text, without the sieve."""
        return _Search(self, texts).found() if texts else {}

    def _sieved(self, texts: Texts) -> list[int]:
        """The texts in which anything might be found."""
        doubtful: list[int] = []
        for first, portion in portions(texts):
            sifted = self._eyes.sift(portion)
            self._terms.sieve(sifted)
            self._patterns.sieve(sifted)
            if self._learned.used:
                self._learned.sieve(sifted)
            doubtful += (np.flatnonzero(sifted.doubtful) + first).tolist()
        return doubtful


def _portions(sizes: Sequence[int]) -> Iterator[slice]:
    """Parts small enough that a search of huge texts stays within memory; of a huge text only its beginning counts."""
    first, chars = 0, 0
    for number, size in enumerate(sizes):
        chars += min(size, MAX_CHARS)
        if number - first >= MAX_TEXTS or (chars > MAX_BATCH_CHARS and number > first):
            yield slice(first, number)
            first, chars = number, min(size, MAX_CHARS)
    if first < len(sizes):
        yield slice(first, len(sizes))


class _Search:
    """One batch on its way through all signals."""

    def __init__(self, finder: Finder, texts: Sequence[str | bytes]) -> None:
        self.finder, self.texts = finder, texts
        self.batch, self.counts = finder._eyes.look(texts)
        self.findings: dict[int, Finding] = {}

    def found(self) -> dict[int, Finding]:
        self._scan(self.batch.folded, None)
        if rewritten := evasion.second_pass(self.batch, self.counts):
            self._scan(rewritten.folded, rewritten.kinds)
        self._links()
        self._evasions()
        for item, signal, score in self.finder._learned.scan(self.batch.folded, self.findings):
            self._of(item).scores[signal] = score
        for item, finding in self.findings.items():
            self._finish(item, finding)
        return self.findings

    def _of(self, item: int) -> Finding:
        return self.findings.setdefault(item, Finding())

    def _scan(self, folded: Folded, kinds: list[tuple[str, ...]] | None) -> None:
        for scan, entries in (
            (self.finder._terms, self.finder._term_entries),
            (self.finder._patterns, self.finder._pattern_entries),
        ):
            found, capped = scan.scan(folded)
            if found:
                self._take_all(folded, found, entries, kinds)
            for text in capped:
                self._of(int(folded.owners[text])).notes.append("hits_capped")

    def _take_all(
        self, folded: Folded, found: list[Found], entries: list["_Entry"], kinds: list[tuple[str, ...]] | None
    ) -> None:
        """Where each match lies in the originals, for all of them at once."""
        for match, place in zip(found, self.finder._eyes.places(self.batch, folded, found), strict=True):
            self._take(_Hit(*place), entries[match.entry], kinds[match.text] if kinds else ())

    def _take(self, hit: "_Hit", entry: _Entry, kinds: tuple[str, ...]) -> None:
        item, first, last, seen = hit
        if entry.scripts and not self._in_script(item, seen, entry.scripts):
            return
        text = self.batch.texts[item]
        if entry.languages and elsewhere(text, first, last, entry.languages):
            return
        taken = undone(text[first:last], seen, entry.script) + kinds
        if kinds and self._already(item, entry.signal, first, last):
            return
        self._of(item).add(entry.signal, first, last, taken)
        for kind in kinds:
            name = {"digits": "digits_for_letters", "spaced": "spaced_letters"}[kind]
            self._of(item).add(name, first, last, (kind,))

    def _already(self, item: int, signal: str, start: int, end: int) -> bool:
        """Whether the first pass saw this signal here: then the second pass has undone nothing for it."""
        spans = self.findings[item].spans if item in self.findings else ()
        return any(s.signal == signal and s.start < end and start < s.end for s in spans)

    def _in_script(self, item: int, seen: int, scripts: int) -> bool:
        """Whether a span can be of these scripts: the same shapes are an innocent word elsewhere.

        A span wholly in look-alikes of another script counts only in a text that mixes scripts inside words.
        """
        found = seen & SCRIPTS
        return not found or bool(found & scripts) or self.counts.mixed[item] > 0

    def _links(self) -> None:
        for item in self.counts.linked:
            self._links_of(item, self.batch.folded.text(item))

    def _links_of(self, item: int, text: str) -> None:
        first, offset = int(self.batch.folded.starts[item]), int(self.batch.starts[item])
        places = self.batch.folded.places

        def span(start: int, end: int) -> tuple[int, int]:
            return int(places[first + start]) - offset, int(places[first + end - 1]) + 1 - offset

        for link in links.find_links(text):
            start, end = span(link.start, link.end)
            host = self.batch.texts[item][slice(*span(link.host_start, link.host_end))]
            self._link(item, link, start, end, host)
        for mention in links.find_mentions(text):
            self._of(item).add("mention", *span(*mention), ())

    def _link(self, item: int, link: links.Link, start: int, end: int, host: str) -> None:
        finding = self._of(item)
        finding.add("link", start, end, ())
        if links.imitates(host):
            finding.add("link_imitation", start, end, ("confusables",))
        if "xn--" in link.host:
            finding.add("link_punycode", start, end, ())
        for signal in self.finder._links.signals(link):
            finding.add(signal, start, end, ())

    def _evasions(self) -> None:
        counts = self.counts
        for name, amount in (
            ("mixed_script", counts.mixed),
            ("invisible_inside", counts.invisible),
            ("stacked_marks", counts.stacked),
            ("styled_letters", counts.styled),
            ("money_emoji", counts.money),
        ):
            for item in amount.nonzero()[0].tolist() if amount is not counts.none else ():
                self._of(item).hits[name] = int(amount[item])

    def _finish(self, item: int, finding: Finding) -> None:
        finding.counts = {
            "chars": len(self.texts[item]),
            "links": finding.hits.get("link", 0),
            "mentions": finding.hits.get("mention", 0),
            "emoji": int(self.counts.emoji[item]),
        }
        if item in self.batch.cut:
            finding.notes.append("cut")
