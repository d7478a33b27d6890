"""Opening of results: for the person who stands at a terminal, and for the office that decided."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from central.intake.examiner import Examiner
from central.intake.visitor import NO_VISIT, Visitor, VisitorCheck
from central.problems import HttpProblem, unknown
from central.results.sealing import (
    OpenedResult,
    ResultSealer,
    ResultSubject,
    SealedResult,
    read_sealed,
)
from central.staff import PointStaff
from central.vault.opening_keys import FileKeyStore
from central.vault_port import OfficeAsk, SealedRequest, VaultRefusal
from kiosk.application.service_result import ResultContent
from kiosk.crypto.envelope import Envelope, EnvelopeKind, object_of, parse_envelope
from kiosk.people.id_number import normalise

RESULTS_ITEM = "results"
"""The end of the address at which a terminal asks: its request about anything else opens none."""
CERTIFICATE_ITEM = "certificate"
"""The same, for the file of a certificate."""
LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class ResultOpener:
    """Opens what `central.results.sealing.ResultSealer` sealed; `staff` works at each point.

    It seals, too, what an office's people decide: `keys` has the public keys, `random` is
    os.urandom.
    """

    examiner: Examiner
    staff: Mapping[str, PointStaff]
    keys: FileKeyStore
    random: Callable[[int], bytes]

    def of_visitor(
        self, said: SealedRequest, at: datetime, kept: Iterable[SealedResult]
    ) -> tuple[OpenedResult, ...] | HttpProblem:
        """Return the results of the person whom a terminal's request, `said`, proves to be there.

        `kept`: the sealed results of that person. What is another's, or does not open, is left out.
        """
        person = self._visitor(said, RESULTS_ITEM, at)
        if not person:
            return NO_VISIT
        opened = tuple(self._opened(kept))
        mine = tuple(one for one in opened if one.subject.person == person)
        if len(mine) < len(opened):
            LOG.warning("a result of another person was asked for, and is not shown")
        return mine

    def certificate_of_visitor(
        self, said: SealedRequest, at: datetime, kept: SealedResult
    ) -> bytes | HttpProblem:
        """Return the file of the certificate that a terminal's request, `said`, asks for.

        `kept`: that result, sealed, with its file. It has to be of the person whom the request
        proves to be there, and of the case and service that it names.
        """
        person = self._visitor(said, CERTIFICATE_ITEM, at)
        if not person:
            return NO_VISIT
        body = object_of(said.body) or {}
        case, service = str(body.get("application_id", "")).lower(), str(body.get("service", ""))
        found = self.of_office(case, service, kept)
        if isinstance(found, VaultRefusal) or found.subject.person != person:
            LOG.warning("a certificate of another case or person, or a damaged one, is not shown")
            return unknown(CERTIFICATE_ITEM)
        return found.content.file or unknown(CERTIFICATE_ITEM)

    def _visitor(self, said: SealedRequest, item: str, at: datetime) -> str:
        """Return the keyed hash of the person whom a request proves to be there, "" for nobody.

        `item`: what the request has to be about.
        """
        visitor = _visitor_of(object_of(said.body) or {})
        staff = self.staff.get(said.point, PointStaff())
        own = self.examiner
        # Without a database the vault can't look a token up; the service did, before it asked.
        check = VisitorCheck(
            own.visits,
            own.vouching,
            own.proofs,
            said.terminal,
            staff,
            at,
            lambda _token, _who: True,
        )
        if said.item_id != item or visitor is None or not check.is_proved(visitor):
            return ""
        return self.examiner.person(visitor.number)

    def of_office(
        self, application_id: str, service: str, sealed: SealedResult
    ) -> OpenedResult | VaultRefusal:
        """Return the result of a case's service, with the certificate's file where it is given."""
        found = next(self._opened((sealed,)), None)
        if found is None:
            return VaultRefusal.UNREADABLE
        if (found.subject.application_id, found.subject.service) != (application_id, service):
            return VaultRefusal.NOT_THEIRS
        if not found.file_digest or not sealed.file:
            return found
        file = self.examiner.opener.open_blob(sealed.file, application_id, found.file_digest)
        if file is None:
            return VaultRefusal.UNREADABLE
        return replace(found, content=replace(found.content, file=file))

    def seal(self, asked: OfficeAsk, said: ResultContent, at: datetime) -> SealedResult:
        """Return what was `said` with the end of a service at a time, sealed as its case is.

        `asked`: the question of an account that may. Raises what reading a case raises that another
        terminal's software wrote.
        """
        document = self.examiner.opener.document(asked.envelope)
        envelope = parse_envelope(asked.envelope)
        assert isinstance(envelope, Envelope)
        key = self.keys.sealing_key(envelope.key_id)
        assert key is not None  # it opened the case
        person = self.examiner.person(normalise(document["applicant"]["number"]))
        decided_at = at.isoformat(timespec="seconds")
        subject = ResultSubject(asked.application_id, asked.service, person, decided_at)
        return ResultSealer(lambda: key, self.random).seal(subject, said)

    def _opened(self, kept: Iterable[SealedResult]) -> Iterator[OpenedResult]:
        for one in kept:
            document = self.examiner.opener.find_document(one.envelope, EnvelopeKind.RESULT)
            found = read_sealed(document) if document is not None else None
            if found is None:
                LOG.warning("a result does not open: its key is gone, or it is damaged")
            else:
                yield found


def _visitor_of(said: dict[str, Any]) -> Visitor | None:
    """Return the evidence of the visit in a body, None for none."""
    match said:
        case {
            "id_number": str(number),
            "visit": {"name": str(name), "card_at": str(card_at), "proof": dict(proof)},
        }:
            return Visitor(normalise(number), name, card_at, proof)
    return None
