"""Client of the registries over HTTP (docs/central.md, "Registries").

The wire is this project's own reference: one question a request, and an answer that repeats its
reference and the person's number. A platform's own interface gets an adapter of the same ports.
"""

from __future__ import annotations

import base64
import json
import logging
import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from central.offices.adapter import OfficeTrouble
from central.offices.circuit import CircuitBreaker
from central.offices.http_exchange import HttpAnswer, HttpCall, HttpLimits, exchange
from central.registries.ports import (
    ChildCertificate,
    HouseholdRecord,
    Portrait,
    RegisteredUser,
    RegistryPerson,
    RegistryTrouble,
)
from kiosk.json_decoder import JsonLimits, decode_object

LOG = logging.getLogger("central.registries")
VERSION = 1
DEPTH = 4  # of the JSON
REFERENCE_BYTES = 16
JPEG_START = b"\xff\xd8\xff"
DAY = re.compile(r"\d{8}", re.ASCII)
CREDENTIALS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})

Record = Mapping[str, Any]


@dataclass(frozen=True)
class RegistryClient:
    """Asks one registry; while its circuit is open no visit waits for it.

    `name` is said in the log; `tls` says how the registry is verified, None for plain HTTP.
    `random` makes the references of questions.
    """

    name: str
    url: str
    token: str = field(repr=False)
    limits: HttpLimits
    circuit: CircuitBreaker
    random: Callable[[int], bytes]
    tls: ssl.SSLContext | None = None

    def ask(self, person: RegistryPerson) -> Record | RegistryTrouble | None:
        """Return the person's record, None where the registry has none, or what was wrong."""
        if self.circuit.admit():
            return RegistryTrouble.UNREACHABLE
        found = self._ask(person)
        if not isinstance(found, RegistryTrouble):
            self.circuit.record_success()
            return found
        LOG.warning("the registry %s did not answer: %s", self.name, found.value)
        self.circuit.record_failure()
        return found

    def _ask(self, person: RegistryPerson) -> Record | RegistryTrouble | None:
        reference = self.random(REFERENCE_BYTES).hex()
        asked = {"version": VERSION, "reference": reference, "number": person.number}
        body = json.dumps(asked | {"name": person.name}).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        answer = exchange(HttpCall("POST", self.url, headers, body), self.limits, self.tls)
        if isinstance(answer, OfficeTrouble):
            return RegistryTrouble.UNREACHABLE
        return _read(answer, self.limits.longest_bytes, reference, person)


def _read(
    answer: HttpAnswer, longest: int, reference: str, person: RegistryPerson
) -> Record | RegistryTrouble | None:
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return RegistryTrouble.UNREACHABLE
    if answer.status in CREDENTIALS:
        return RegistryTrouble.REFUSED
    said = decode_object(answer.body, JsonLimits(length=longest, depth=DEPTH)) or {}
    if said.get("version") != VERSION or not isinstance(said.get("record", ""), dict | None):
        return RegistryTrouble.STRANGE
    if (said.get("reference"), said.get("number")) != (reference, person.number):
        return RegistryTrouble.OTHER_PERSON
    record: Record | None = said["record"]
    return record


@dataclass(frozen=True)
class HttpHouseholds:
    """电子户口 over the reference wire."""

    client: RegistryClient

    def household_of(self, person: RegistryPerson) -> HouseholdRecord | RegistryTrouble | None:
        """Return what the register has of the person; None when it does not know them."""
        match self.client.ask(person):
            case {"matches": bool(matches), "cancelled": bool(cancelled)}:
                return HouseholdRecord(matches, cancelled)
            case {"matches": bool(matches)}:  # registers that don't tell it
                return HouseholdRecord(matches)
            case found:
                return _without_record(found)


@dataclass(frozen=True)
class HttpCertificates:
    """电子证照 over the reference wire."""

    client: RegistryClient

    def child_certificate_of(
        self, person: RegistryPerson
    ) -> ChildCertificate | RegistryTrouble | None:
        """Return the person's certificate of an only child; None when there is none."""
        match self.client.ask(person):
            case {
                "number": str(number),
                "child_name": str(name),
                "child_birth": str(birth),
            } if DAY.fullmatch(birth):
                return ChildCertificate(number, name, birth)
            case found:
                return _without_record(found)


@dataclass(frozen=True)
class HttpPortraits:
    """电子头像 over the reference wire."""

    client: RegistryClient

    def portrait_of(self, person: RegistryPerson) -> Portrait | RegistryTrouble | None:
        """Return the person's portrait; None when there is none."""
        match self.client.ask(person):
            case {"jpeg": str(encoded)}:
                return _portrait(encoded)
            case found:
                return _without_record(found)


@dataclass(frozen=True)
class HttpUsers:
    """统一用户 over the reference wire."""

    client: RegistryClient

    def user_of(self, person: RegistryPerson) -> RegisteredUser | RegistryTrouble | None:
        """Return the person's account; None when there is none."""
        match self.client.ask(person):
            case {"name": str(name), "mobile": str(mobile)}:
                return RegisteredUser(name, mobile)
            case found:
                return _without_record(found)


def _without_record(found: Record | RegistryTrouble | None) -> RegistryTrouble | None:
    """Return the trouble or absence; a record of another form is strange."""
    return found if found is None or isinstance(found, RegistryTrouble) else RegistryTrouble.STRANGE


def _portrait(encoded: str) -> Portrait | RegistryTrouble:
    try:
        jpeg = base64.b64decode(encoded, validate=True)
    except ValueError:
        return RegistryTrouble.STRANGE
    return Portrait(jpeg) if jpeg.startswith(JPEG_START) else RegistryTrouble.STRANGE
