"""What somebody filed in a person's name, and the person's decision on it (本人确认).

The central service lists it for the person who was proved, and takes the decision: see
`/v1/people/confirmations` and `/v1/confirmations/{application_id}` in central/openapi.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


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
    `facts` is what the offices will add to it, by the members of `SharedFacts`: the filer never saw
    it. `facts_mark` names exactly these facts to the central service.
    """

    application_id: str
    filed_on: date
    until: date | None
    filer: str = field(repr=False)
    relation: str
    point: str
    services: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict, repr=False)
    facts_mark: str = ""
