"""The registries that the service is connected to, and what they add to the facts of a person."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from central.offices.circuit import CircuitBreaker, CircuitPolicy
from central.offices.http_exchange import HttpLimits
from central.offices.office_system import is_safe_address
from central.policy import RegistryPolicy
from central.registries.http_registry import (
    HttpCertificates,
    HttpHouseholds,
    HttpPortraits,
    HttpUsers,
    RegistryClient,
)
from central.registries.ports import (
    CertificateRegistry,
    ChildCertificate,
    HouseholdRecord,
    HouseholdRegistry,
    PortraitRegistry,
    RegistryPerson,
    RegistryTrouble,
    UserRegistry,
)
from kiosk.config.schema import ConfigError, Problem, line_of, load
from kiosk.operator_texts import text_of

Added = Mapping[str, Any]
"""Members of `SharedFacts`."""
NO_CHILD: Added = {"only_child_certificate_number": "", "child_name": "", "child_birth": ""}


@dataclass(frozen=True)
class Registries:
    """The registries that are asked; None for one to which this service is not connected."""

    households: HouseholdRegistry | None = None
    certificates: CertificateRegistry | None = None
    portraits: PortraitRegistry | None = None
    users: UserRegistry | None = None

    def added_facts(self, person: RegistryPerson) -> Added:
        """Return what the registries say of the person, all asked at the same time."""
        with ThreadPoolExecutor(2) as pool:
            asked = [pool.submit(one, person) for one in (self._household, self._certificate)]
            return {name: value for one in asked for name, value in one.result().items()}

    def _household(self, person: RegistryPerson) -> Added:
        if self.households is None:
            return {}
        match self.households.household_of(person):
            case HouseholdRecord(matches):
                return {"household_matches": matches, "household_checked": True}
            case RegistryTrouble():
                return {"household_matches": False, "household_checked": False}
            case _:
                return {"household_matches": False, "household_checked": True}

    def _certificate(self, person: RegistryPerson) -> Added:
        if self.certificates is None:
            return {}
        match self.certificates.child_certificate_of(person):
            case ChildCertificate(number, child_name, child_birth):
                return {
                    "only_child_certificate": True,
                    "only_child_certificate_number": number,
                    "child_name": child_name,
                    "child_birth": child_birth,
                }
            case RegistryTrouble():
                return {"only_child_certificate": None, **NO_CHILD}
            case _:
                return {"only_child_certificate": False, **NO_CHILD}


@dataclass(frozen=True)
class RegistryAddress:
    """Where a registry is asked; `token` is the file of its secret, beside the list."""

    url: str
    token: str


@dataclass(frozen=True)
class RegistryAddresses:
    """The file that `serve --registries` names: one table for each registry that is connected."""

    household: RegistryAddress | None = None
    certificate: RegistryAddress | None = None
    portrait: RegistryAddress | None = None
    user: RegistryAddress | None = None


def open_registries(
    path: Path, policy: RegistryPolicy, random: Callable[[int], bytes]
) -> Registries:
    """Return the registries that the file at `path` names; `random` makes references.

    Raises kiosk.config.schema.ConfigError for a wrong file, an address to which personal data may
    not be sent, or a secret that can't be read.
    """
    at = load(RegistryAddresses, path)
    circuit = CircuitPolicy(policy.failures, policy.open_seconds, policy.longest_open_seconds)

    def client(name: str, address: RegistryAddress) -> RegistryClient:
        if not is_safe_address(address.url):
            raise _fault(path, f"{name}.url", text_of("central.office_address"))
        secure = urlsplit(address.url).scheme == "https"
        return RegistryClient(
            name,
            address.url,
            _secret(path, name, address),
            HttpLimits(policy.timeout_seconds, policy.longest_bytes),
            CircuitBreaker(circuit, 2 * policy.timeout_seconds, time.monotonic),
            random,
            ssl.create_default_context() if secure else None,
        )

    return Registries(
        households=HttpHouseholds(client("household", at.household)) if at.household else None,
        certificates=(
            HttpCertificates(client("certificate", at.certificate)) if at.certificate else None
        ),
        portraits=HttpPortraits(client("portrait", at.portrait)) if at.portrait else None,
        users=HttpUsers(client("user", at.user)) if at.user else None,
    )


def _secret(path: Path, name: str, address: RegistryAddress) -> str:
    try:
        said = (path.parent / address.token).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        said = ""
    if not said.isprintable() or not said:
        raise _fault(path, f"{name}.token", text_of("central.registry_token_wrong"))
    return said


def _fault(path: Path, key: str, words: str) -> ConfigError:
    return ConfigError((Problem(str(path), line_of(path, key), key, words),))
