"""What the public pages check forms with, and how often one address may ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from central.seal.form_records import code_mark

if TYPE_CHECKING:
    from datetime import datetime

    from central.load import RateLimit
    from central.seal.form_records import FormRecord
    from central.seal.photo_reader import PhotoReader
    from central.store.cases.form_records import FormRecords
    from central.verification import FormVerification

_SUBSCRIBER = 64  # bits of an IPv6 address that one subscriber has


@dataclass(frozen=True)
class FormChecks:
    """Looks forms up; `key` is that of the hashes of check codes, b"" where none was given."""

    records: FormRecords
    verification: FormVerification
    photos: PhotoReader
    pace: RateLimit
    key: bytes = field(repr=False)

    def find(self, code: str) -> FormRecord | None:
        """Return the record of the form with this check code, None for none."""
        return self.records.find_marked(code_mark(self.key, code))

    def wait(self, source: str, now: datetime) -> int:
        """Count one check of an address; return the seconds to wait when it is one too many."""
        return self.pace.wait(subscriber_of(source), now)


def subscriber_of(source: str) -> str:
    """Return what stands for everybody behind an address: of IPv6 its network."""
    try:
        address = ip_address(source)
    except ValueError:
        return source
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _SUBSCRIBER), strict=False))
    return source
