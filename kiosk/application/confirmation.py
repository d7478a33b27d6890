"""What somebody filed in a person's name, and the person's decision on it (本人确认).

The central service lists it for the person who was proved, and takes the decision: see
`/v1/people/confirmations` and `/v1/confirmations/{application_id}` in central/openapi.yaml.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Decision(StrEnum):
    """The person's decision."""

    CONFIRM = "confirm"
    REFUSE = "refuse"


class ConfirmationState(StrEnum):
    """How far the confirmation of an application has come."""

    NOT_NEEDED = "not_needed"  # the person filed it
    STARTED = "started"  # filed for the person and begun at once; the person may object
    AWAITING = "awaiting"
    CONFIRMED = "confirmed"
    REFUSED = "refused"  # by the person
    WITHDRAWN = "withdrawn"  # by who filed it
    EXPIRED = "expired"
    OTHER_CASE = "other_case"  # confirmed, but another case of the person is under way
    UNKNOWN = "unknown"  # there is no such application of this person


@dataclass(frozen=True)
class FiledForMe:
    """One application that somebody filed for the person who asks.

    `filer` is the masked name of a friend or relative, "" for the staff; `relation` a key of
    config/authority.toml; `until` is the last day to confirm, None when it has begun already.
    """

    application_id: str
    filed_on: date
    until: date | None
    filer: str = field(repr=False)
    relation: str
    point: str
    services: tuple[str, ...]
