"""Records of filing: services, answers, papers, signature, outcome, progress."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from kiosk.application.confirmation import ConfirmationState, Decision, FiledForMe
from kiosk.application.ink import Ink
from kiosk.application.scan import CapturedPaper
from kiosk.application.service_result import ServiceResult
from kiosk.crypto.receipt import Receipt
from kiosk.failures import Failure
from kiosk.paper_text import ReadField
from kiosk.retirement.materials import Resolution


@dataclass(frozen=True)
class ShownPicture:
    """A picture that waits for a decision; `number` is its number in `HeldPicture`.

    `doubt` is why it may not be readable; `keeping` is true once somebody decided to keep it;
    `read` is what was read of it, to be checked by whoever looks at it.
    """

    number: int
    doubt: Failure | None = None
    keeping: bool = False
    read: tuple[ReadField, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class ServiceChoice:
    """Codes of services that the person left out, added by hand, or insists on."""

    unwanted: frozenset[str] = frozenset()
    ticked: frozenset[str] = frozenset()  # by hand, although it begins far ahead
    insisted: frozenset[str] = frozenset()  # against the shared data


@dataclass(frozen=True)
class TextEntry:
    """What is being typed or written on the page."""

    typed: str = field(default="", repr=False)
    written: str = field(default="", repr=False)
    by_letters: bool = False  # rather than with the finger
    strokes: Ink = field(default=(), repr=False)  # of the next character
    signs: tuple[str, ...] = field(default=(), repr=False)  # what they look like
    letters: str = field(default="", repr=False)  # only places that begin so


@dataclass(frozen=True)
class PaperChoices:
    """How each paper is settled, and what was captured, by the paper's code.

    `supplied`: pages that the employer handed in before the visit.
    """

    settled: Mapping[str, Resolution] = field(default_factory=dict)
    captured: Mapping[str, tuple[CapturedPaper, ...]] = field(default_factory=dict)  # its pages
    capturing: str = ""  # the paper of which a picture is being taken, or looked at
    picture: ShownPicture | None = None  # of it
    prefill: Mapping[str, str] = field(default_factory=dict, repr=False)  # read, by the question
    supplied: Mapping[str, tuple[CapturedPaper, ...]] = field(default_factory=dict)


class FormCopy(StrEnum):
    """What became of a form or certificate that is printed on A4."""

    NONE = ""
    PRINTING = "printing"
    PRINTED = "printed"  # the sheet lies in the printer


@dataclass(frozen=True)
class ShownForm:
    """A page of the form that is looked at; `number` is its number in `HeldPicture`."""

    number: int
    pages: int


@dataclass(frozen=True)
class SignatureState:
    """The strokes of the signature, the moment of confirmation, the form shown and printed."""

    ink: Ink = field(default=(), repr=False)
    confirmed_at: datetime | None = None
    form: ShownForm | None = None
    copy: FormCopy = FormCopy.NONE


@dataclass(frozen=True)
class FilingOutcome:
    """The result of submitting the application, and its rating (0: none, 5 is best)."""

    receipt: Receipt | None = None
    pending: bool = False
    filed_elsewhere: bool = False  # the central service said so of what was signed here
    grade: int = 0


@dataclass(frozen=True)
class CaseProgress:
    """The progress of a case, found by its slip or as the person's own.

    `states` and `due` are keyed by service code. `results`: what the offices gave to the person
    who is proved to be here, of all their cases.
    """

    states: Mapping[str, str] = field(default_factory=dict)
    due: Mapping[str, date] = field(default_factory=dict)  # of parts that need something more
    case_number: str = ""
    confirmation: ConfirmationState = ConfirmationState.NOT_NEEDED  # of the case that is shown
    confirm_until: date | None = None
    slip: str = ""  # the case that a slip names: how far it is, not whose it is
    own: str = ""  # the person's own case under way
    results: tuple[ServiceResult, ...] = field(default=(), repr=False)
    certificate: FormCopy = FormCopy.NONE  # the one that was asked for last


@dataclass(frozen=True)
class FilingsForMe:
    """What others filed in the person's name, and the person's decision on it."""

    filings: tuple[FiledForMe, ...] | None = None  # in this person's name; None: not asked yet
    decision: Decision | None = None  # on its way to the central service
    decided: ConfirmationState | None = None  # what became of the first of them
    wrong: frozenset[str] = frozenset()  # facts of the first of them that the person marked wrong
