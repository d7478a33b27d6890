"""API call of audit chains: a terminal proves that its chain only grew since a known head."""

from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from central.authenticated_request import Witness
from central.fleet.audit_proof import ChainProof, ProvenEntry
from central.terminals.caller import Caller, CurrentContext
from central.terminals.table import ApiCall, json_of
from kiosk.crypto.envelope import canonical

MOST_ENTRIES = 500
MOST_FIELDS = 16
# RFC 8785 knows no larger number than 2^53 - 1: fifteen digits stay below it, also the next one.
Head = Annotated[str, Field(pattern="^(0|[1-9][0-9]{0,14}):[0-9a-f]{64}$")]
Word = Annotated[str, Field(max_length=100)]


class SentEntry(BaseModel):
    """One entry of the chain, without number and digest."""

    model_config = ConfigDict(extra="forbid", strict=True)
    at: Word
    event: Word
    subject: Word
    detail: dict[Word, Word] = Field(max_length=MOST_FIELDS)


class SentProof(BaseModel):
    """The entries that lead from a head that the service knows to the terminal's newest."""

    model_config = ConfigDict(extra="forbid", strict=True)
    after: Head
    entries: list[SentEntry] = Field(max_length=MOST_ENTRIES)
    head: Head

    def proof(self) -> ChainProof:
        """Return the proof in the service's own type."""
        entries = (ProvenEntry(one.at, one.event, one.subject, one.detail) for one in self.entries)
        return ChainProof(_witness(self.after), tuple(entries), _witness(self.head))


def post_audit(sent: SentProof, asking: Caller, context: CurrentContext) -> Response:
    """Check the proof; answer with the newest head up to which the chain is proved.

    `sent` is the part of the chain that the terminal sent.
    """
    proved = context.store.audit_heads.prove(asking, sent.proof())
    return json_of(canonical({"version": 1, "head": proved.text}))


def _witness(said: str) -> Witness:
    sequence, _, head = said.partition(":")
    return Witness(int(sequence), head)


ROUTES = (ApiCall("POST", "/v1/audit", post_audit, (200, 413, 422)),)
