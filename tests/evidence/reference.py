"""RFC 6962, section 2.1, written down as it stands there: slow, and sharing nothing with ours."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import sha256


class Reference:
    """The tree over some leaves."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.leaves = leaves
        self.mth = cache(self._mth)

    def _mth(self, start: int, end: int) -> bytes:
        if start == end:
            return sha256().digest()
        if end - start == 1:
            return sha256(b"\0" + self.leaves[start]).digest()
        k = split(end - start)
        left, right = self.mth(start, start + k), self.mth(start + k, end)
        return sha256(b"\1" + left + right).digest()

    def path(self, m: int, start: int, end: int) -> list[bytes]:
        """PATH(m, D[start:end])."""
        if end - start == 1:
            return []
        k = split(end - start)
        if m < k:
            return [*self.path(m, start, start + k), self.mth(start + k, end)]
        return [*self.path(m - k, start + k, end), self.mth(start, start + k)]

    def proof(self, m: int, n: int) -> list[bytes]:
        """PROOF(m, D[0:n])."""
        return self.subproof(m, 0, n, True)

    def subproof(self, m: int, start: int, end: int, b: bool) -> list[bytes]:
        """SUBPROOF(m, D[start:end], b)."""
        if m == end - start:
            return [] if b else [self.mth(start, end)]
        k = split(end - start)
        if m <= k:
            return [*self.subproof(m, start, start + k, b), self.mth(start + k, end)]
        return [*self.subproof(m - k, start + k, end, False), self.mth(start, start + k)]


def split(n: int) -> int:
    """The largest power of two below n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k
