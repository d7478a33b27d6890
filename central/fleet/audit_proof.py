"""Proof that a terminal's audit chain only grew: the entries that lead from one head to the next.

Each digest of the chain covers the one before, so whoever holds a head and sees the entries after
it can compute every later head. A chain in which an earlier entry was changed or removed leads
elsewhere, however long it has become since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from central.authenticated_request import Witness
from kiosk.audit.audit import digest_entry


@dataclass(frozen=True)
class ProvenEntry:
    """One entry of an audit chain without number and digest, which follow from its place."""

    at: str
    event: str
    subject: str
    detail: Mapping[str, str]


@dataclass(frozen=True)
class ChainProof:
    """The entries after the head `after`; `head` is where they lead according to the terminal."""

    after: Witness
    entries: tuple[ProvenEntry, ...]
    head: Witness

    def compute_heads(self) -> dict[int, str]:
        """Return the digest of each entry by sequence number; the first is that of `after`."""
        found = {self.after.sequence: self.after.head}
        digest = self.after.head
        for number, one in enumerate(self.entries, start=self.after.sequence + 1):
            digest = digest_entry(number, one.at, one.event, one.subject, one.detail, digest)
            found[number] = digest
        return found

    def find_contradiction(self, kept: Iterable[Witness]) -> Witness | None:
        """Return the first of the heads that the entries do not lead to, None when all fit.

        `kept`: the heads that the terminal named before. One outside of the entries fits.
        """
        computed = self.compute_heads()
        if max(computed) != self.head.sequence:
            return self.head
        for one in (*sorted(kept, key=lambda one: one.sequence), self.head):
            if computed.get(one.sequence, one.head) != one.head:
                return one
        return None
