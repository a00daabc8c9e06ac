"""How many different members a key has had in a sliding window: posts of an author, authors of a text.

Members and keys are fingerprints of 64 bits that look random. Up to MOST members a count is exact; beyond, only the
smallest fingerprints are kept and the count is estimated from how dense they lie (k minimum values), within about an
eighth. Counting the same member twice changes nothing, so whatever is delivered twice is counted once. When there are
more keys than fit, the ones seen longest ago are forgotten: a count can then be too low, never too high.
"""

from collections import OrderedDict

MOST = 64
_RANGE = 1 << 64


class Window:
    """`longest`: seconds after which a member is forgotten. `keys`: how many keys fit."""

    def __init__(self, longest: int, keys: int = 50_000) -> None:
        self.longest, self._keys = longest, keys
        self._members: OrderedDict[int, dict[int, int]] = OrderedDict()

    def add(self, key: int, member: int, at: int) -> None:
        """Count `member` (a fingerprint) for `key` at the second `at`."""
        members = self._members.get(key)
        if members is None:
            members = self._members[key] = {}
            if len(self._members) > self._keys:
                self._members.popitem(last=False)
        else:
            self._members.move_to_end(key)
        if member in members or len(members) < MOST:
            members[member] = max(at, members.get(member, 0))
            return
        self._forget(members, at)
        members[member] = at
        if len(members) > MOST:
            del members[max(members)]

    def count(self, key: int, at: int, seconds: int = 0) -> int:
        """How many different members in the last `seconds` (the whole window when left out)."""
        since = at - (seconds or self.longest)
        members = self._members.get(key, {})
        recent = [member for member, seen in members.items() if since < seen <= at]
        if len(recent) < MOST:
            return len(recent)
        return max(MOST, (MOST - 1) * _RANGE // max(*recent, 1))

    def _forget(self, members: dict[int, int], at: int) -> None:
        for old in [member for member, seen in members.items() if seen <= at - self.longest]:
            del members[old]

    def dump(self, at: int) -> list[tuple[int, dict[int, int]]]:
        """What a restart needs: everything that still counts."""
        kept = []
        for key, members in self._members.items():
            recent = {member: seen for member, seen in members.items() if seen > at - self.longest}
            if recent:
                kept.append((key, recent))
        return kept

    def load(self, dumped: list[tuple[int, dict[int, int]]]) -> None:
        self._members = OrderedDict(dumped[-self._keys :])
