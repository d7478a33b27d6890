"""Sample answers for the gallery that several steps need, and where samples come from.

A step says in its `samples.py` what devices and the central service can answer at its stages. Words
and invented people stand in config/samples. No terminal has these modules and files: they are for
the gallery and for tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TypeVar

from kiosk.application.ink import Ink
from kiosk.application.scan import CapturedPaper
from kiosk.config.schema import load
from kiosk.failures import Failure
from kiosk.operator_texts import FOLDER
from kiosk.people.facts import SharedFacts
from kiosk.people.identity import IdCard
from kiosk.staff.roles import ROLE_RIGHTS, Role, Session
from kiosk.visit.events.cards import CardFailed, CardLifted, CardRead
from kiosk.visit.events.event import Event
from kiosk.visit.events.papers import PictureTaken
from kiosk.visit.events.staff import LoggedIn, LoginFailed, Waited
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit

SAMPLES = FOLDER.parents[1] / "samples"
SAMPLE_NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SAMPLE_DUE = date(2026, 12, 14)
SIGNED: Ink = (
    ((26.0, 36.0, 0.0), (52.0, 34.0, 0.3)),
    ((27.0, 51.0, 0.6), (50.0, 49.0, 0.9)),
    ((38.0, 37.0, 1.2), (36.0, 66.0, 1.6)),
    ((14.0, 68.0, 1.9), (60.0, 66.0, 2.3), (63.0, 69.0, 2.4)),
)
LONGEST_WAIT = 7680  # seconds: of the last try but one before the account is locked
DOUBTS = (
    Failure.PAPER_NOT_SEEN,
    Failure.PAPER_CUT_OFF,
    Failure.PAPER_BLURRED,
    Failure.PAPER_DARK,
    Failure.PAPER_GLARE,
    Failure.PAPER_BLANK,
    Failure.PAPER_SEVERAL,
    Failure.PAPER_TORN,
    Failure.PAPER_OTHER,
    Failure.PAPER_OF_ANOTHER,
)
"""Why a picture of a paper may not do: by the camera, then by what was read of it."""
Samples = Iterator[Event]
T = TypeVar("T")


@dataclass(frozen=True)
class PersonSamples:
    """The file config/samples/person.toml."""

    case_number: str
    characters: tuple[str, ...]
    qr_code: str
    answer: str
    address_end: str


def read_samples(kind: type[T], name: str) -> T:
    """Return config/samples/NAME.toml as `kind`. Raises ConfigError when it is not sound."""
    return load(kind, SAMPLES / f"{name}.toml")


OF_THE_PERSON = read_samples(PersonSamples, "person")
SAMPLE_CASE = OF_THE_PERSON.case_number
SAMPLE_CODE = OF_THE_PERSON.qr_code


@dataclass(frozen=True)
class SampleSource:
    """Rules and words, and the card and the facts of an invented person of config/personas."""

    book: ReferenceData
    person: Callable[[str], tuple[IdCard, SharedFacts]]


def failures(*beginnings: str) -> tuple[Failure, ...]:
    """Return the failures whose values begin with one of these words."""
    return tuple(one for one in Failure if one.value.startswith(beginnings))


def session_of(role: Role, name: str = "W-0001") -> Session:
    """Return the session of a member of the staff with all rights of the role."""
    return Session(name, role, ROLE_RIGHTS[role])


def sample_paper(application_id: str) -> CapturedPaper:
    """Return a captured page."""
    return CapturedPaper("d" * 64, "b" * 64, 1, application_id)


def picture_samples(code: str) -> Samples:
    """Yield a picture of the paper `code` without a doubt, and one with each doubt."""
    yield PictureTaken(code, 1)
    yield from (PictureTaken(code, 1, doubt) for doubt in DOUBTS)


def login_samples(visit: Visit, source: SampleSource) -> Samples:
    """Yield answers to a card and a PIN of the staff."""
    if visit.staff.checking:
        yield LoggedIn(replace(session_of(Role.HELPER, "H-0003"), others_vouch=True))
        staff = [("H-0001", Role.HELPER), ("W-0001", Role.WINDOW), ("T-0001", Role.TECHNICIAN)]
        for name, role in staff:
            yield LoggedIn(session_of(role, name))
        yield from (LoginFailed(one) for one in failures("staff"))
        yield from (LoginFailed(Failure.STAFF_WAIT, wait) for wait in (LONGEST_WAIT, 15))
    elif visit.staff.card_number:
        yield from (CardLifted(), Waited())
    else:
        yield CardRead(source.person("helper")[0])
        yield from (CardFailed(one) for one in (Failure.CARD_MOVED, Failure.READER_LOST))
