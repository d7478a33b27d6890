"""Is this a whole, genuine application? What the service checks before it stores anything."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from central.papers import NamedPaper, named_papers
from central.problems import Problem, not_processable
from kiosk.filing.envelope import Envelope, OpeningKey, Refusal, open_sealed, parse_envelope

if TYPE_CHECKING:
    from collections.abc import Collection

MATTER = "retirement"

_TITLES = {
    Refusal.MALFORMED: "The envelope is not one.",
    Refusal.SUITE_UNAVAILABLE: "This suite of algorithms is not available here.",
    Refusal.NOT_OPENED: "The envelope does not open as this id and digest.",
    Refusal.DIGEST_WRONG: "The content does not have this digest.",
}


@dataclass(frozen=True)
class Intake:
    """What is stored of an application; `person` is a keyed hash of number and matter."""

    envelope: Envelope
    body: bytes
    person: str
    services: tuple[str, ...]
    papers: tuple[NamedPaper, ...] = ()


@dataclass(frozen=True)
class Examiner:
    """Opens applications and looks inside."""

    key: OpeningKey
    person_key: bytes
    known_services: Collection[str]

    def examine(self, body: bytes, application_id: str, terminal: str) -> Intake | Problem:
        """Return what to store, or a problem that sending again cannot cure."""
        envelope = parse_envelope(body)
        if isinstance(envelope, Refusal):
            return _refused(envelope)
        if problem := self._outside(envelope, application_id, terminal):
            return problem
        content = open_sealed(envelope.sealed, self.key, envelope.id, envelope.digest)
        if isinstance(content, Refusal):
            return _refused(content)
        return self._inside(content, envelope, body)

    def person(self, id_number: str) -> str:
        """Return the keyed hash that finds a person's open case without keeping the number."""
        words = f"{id_number}\n{MATTER}".encode()
        return hmac.new(self.person_key, words, hashlib.sha256).hexdigest()

    def _outside(self, envelope: Envelope, application_id: str, terminal: str) -> Problem | None:
        if envelope.id != application_id:
            return not_processable("malformed", "The envelope has another id than the address.")
        if envelope.terminal != terminal:
            return not_processable("other-terminal", "Another terminal sealed this envelope.")
        key = self.key.sealing
        if (envelope.key_id, envelope.suite) != (key.id, key.suite):
            return not_processable("other-key", "It was sealed for a key that is not in use here.")
        return None

    def _inside(self, content: bytes, envelope: Envelope, body: bytes) -> Intake | Problem:
        document = _document(content)
        match document:
            case {"id": envelope.id, "services": [*codes], "applicant": {"number": str(number)}}:
                services = tuple(dict.fromkeys(code for code in codes if isinstance(code, str)))
            case _:
                return not_processable("content-wrong", "The content is not an application.")
        if not codes or len(services) != len(codes):
            return not_processable("content-wrong", "The services are not a list of codes.")
        if not set(services) <= set(self.known_services):
            return not_processable("unknown-service", "A service is not known here.")
        papers = named_papers(document.get("papers"))
        if papers is None:
            return not_processable("content-wrong", "The papers are not named as they should be.")
        return Intake(envelope, body, self.person(number), services, papers)


def _document(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _refused(refusal: Refusal) -> Problem:
    return not_processable(refusal.value.replace("_", "-"), _TITLES[refusal])
