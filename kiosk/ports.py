"""Protocols that devices and services implement for the kiosk, and their values.

Answers of devices are values: a reading or a `Failure`. Exceptions are bugs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from kiosk.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from threading import Event

    from kiosk.clips import Phrases
    from kiosk.failures import Failure
    from kiosk.people.identity import IdCard
    from kiosk.people.qr_token import QrToken
    from kiosk.people.ss_card import SsCard
    from kiosk.slip import Slip


class Clock(Protocol):
    """Wall time for people, and monotonic time for deadlines."""

    def now(self) -> datetime:
        """Return the time in Asia/Shanghai: `kiosk.civil_time.civil_now`."""

    def monotonic(self) -> float:
        """Return seconds of a clock that never goes back."""

    def wait(self, event: Event, seconds: float) -> None:
        """Wait for `event`, but no longer than `seconds`."""


@dataclass(frozen=True)
class Frame:
    """One camera picture: rows of BGR bytes, top row first (`height * width * 3` bytes)."""

    sequence: int
    taken_at: float
    width: int
    height: int
    pixels: bytes


class IdCardReader(Protocol):
    """A reader of identity cards."""

    def read(self, cancelled: Callable[[], bool]) -> IdCard | Failure | None:
        """Wait for a card and read it; None when `cancelled` became true first."""

    def wait_removed(self, cancelled: Callable[[], bool]) -> bool:
        """Wait until no card lies on the reader; False when cancelled first."""

    def check(self) -> Failure | None:
        """Return why the device can't be used; None when it answers."""

    def close(self) -> None:
        """Release the port."""


@dataclass(frozen=True)
class CardChallenge:
    """The challenge that a social security card wants answered before it shows its holder.

    `random` is the card's own challenge (8 bytes); a vendor's library gives `fields` instead, as
    text, in its own order.
    """

    card_identifier: str = field(default="", repr=False)
    spec_version: str = ""
    random: bytes = field(default=b"", repr=False)
    fields: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class CardCryptograms:
    """The central service's answer, 16 bytes each; `internal` only for a vendor's library."""

    external: bytes = field(repr=False)
    internal: bytes = field(default=bytes(16), repr=False)


class CardAuthenticator(Protocol):
    """The central service's key module, which cards of generation 3.00 ask for."""

    def answer(self, challenge: CardChallenge) -> CardCryptograms | Failure:
        """Return the cryptograms that answer a card's challenge."""


class SsCardReader(Protocol):
    """A reader of social security cards."""

    def read(self, cancelled: Callable[[], bool]) -> SsCard | Failure | None:
        """Wait for a card and read it; None when `cancelled` became true first."""

    def wait_removed(self, cancelled: Callable[[], bool]) -> bool:
        """Wait until the card that was read is gone; False when cancelled first."""

    def check(self) -> Failure | None:
        """Return why the device can't be used; None when it answers."""

    def close(self) -> None:
        """Release the reader."""


@dataclass(frozen=True)
class PinVerdict:
    """A card's answer to a PIN: no `failure` when it was right; `tries_left` None: not told."""

    failure: Failure | None
    tries_left: int | None = None


class PinVerifier(Protocol):
    """A reader whose card can be shown the PIN that its holder typed."""

    def verify_pin(self, pin: bytearray) -> PinVerdict:
        """Present six ASCII digits once to the card that was read; `pin` is overwritten."""


class CardPinReader(SsCardReader, PinVerifier, Protocol):
    """A reader of social security cards that also has their PIN verified."""

    def forget_card(self) -> None:
        """End the use of the card: one that stays in there is not read for the next person."""


class CodeScanner(Protocol):
    """A scanner of codes on paper and telephones."""

    def scan(self, cancelled: Callable[[], bool]) -> QrToken | Failure | None:
        """Wait for a code and return it; None when `cancelled` became true first."""

    def close(self) -> None:
        """Release the port."""


class DeviceKey(Protocol):
    """The secret of this terminal, which protects what only this machine may read again."""

    def derive(self, purpose: str) -> bytes:
        """Return the 32 bytes of a purpose: always the same ones, different for each purpose."""


class Camera(Protocol):
    """A camera that keeps only its newest picture."""

    def start(self) -> None:
        """Begin grabbing; idempotent."""

    def latest(self) -> Frame | None:
        """Return the newest frame, or None before the first and while the camera is lost."""

    def stop(self) -> None:
        """Stop grabbing and forget the last frame; idempotent."""


@dataclass(frozen=True)
class PaperPicture:
    """One picture of a page: a JPEG, its size in pixels, and the same small enough for a screen.

    `doubt` is why a clerk may not be able to read it, None when the camera's tests have passed.
    """

    jpeg: bytes = field(repr=False)
    width: int = 0
    height: int = 0
    preview: Frame | None = field(default=None, repr=False)
    doubt: Failure | None = None


class PaperCamera(Protocol):
    """A camera above the table."""

    def capture(self, cancelled: Callable[[], bool]) -> PaperPicture | Failure | None:
        """Take one picture of the paper that lies there; None when cancelled.

        A failure only when there is no picture; one that is doubted is returned with its doubt.
        """


class DocumentPreview(PaperCamera, Protocol):
    """A camera above the table that shows what it sees while a picture is being taken."""

    def latest(self) -> Frame | None:
        """Return the newest frame with the outline of the sheet; None while nothing is taken."""


class Coach(StrEnum):
    """The hint to a person before the camera, one at a time; words stand in config/texts/."""

    NO_FACE = "no_face"
    TWO_FACES = "two_faces"
    COME_CLOSER = "come_closer"
    MOVE_BACK = "move_back"
    CENTRE = "centre"
    LOOK_STRAIGHT = "look_straight"
    MORE_LIGHT = "more_light"
    LESS_LIGHT = "less_light"
    HOLD_STILL = "hold_still"
    TAKE_OFF_MASK = "take_off_mask"
    TURN_LEFT = "turn_left"  # the person's own left, which is the mirror's
    TURN_RIGHT = "turn_right"
    TURN_MORE = "turn_more"  # to the side that was asked before
    CLOSE_EYES = "close_eyes"
    OPEN_MOUTH = "open_mouth"
    NOD = "nod"
    FACE_FRONT = "face_front"  # what was asked is done


class FaceBand(StrEnum):
    """The three bands of a distance (never "not you"): accept, try again, another proof."""

    ACCEPT = "accept"
    RETRY = "retry"
    OTHER_PROOF = "other_proof"


class ReferenceKind(StrEnum):
    """The source of the picture with which a face is compared."""

    PORTRAIT = "portrait"  # the central service's
    CHIP = "chip"  # of the card; it supports another proof and never proves alone


@dataclass(frozen=True)
class FaceLook:
    """The face engine's result for one frame: a hint, or in the end a band with its score.

    `score` is a distance: smaller is more alike. ACCEPT says both: the faces are alike, and the
    person did every one of `steps`. Such a check of life is challenge-based, not certified.
    """

    sequence: int
    hint: Coach | None = None
    band: FaceBand | None = None
    score: float = 0.0
    threshold: float = 0.0
    engine: str = ""
    steps: tuple[str, ...] = ()


class FaceChecker(Protocol):
    """Comparison of one live face with one portrait, 1:1; there is no search."""

    def prepare(
        self, portrait: bytes, kind: ReferenceKind = ReferenceKind.PORTRAIT
    ) -> Failure | None:
        """Embed the reference (JPEG bytes) once a visit; it replaces and wipes the one before."""

    def begin(self, *, turn_only: bool = False, guarded: bool = False) -> None:
        """Begin a try with a new order of movements.

        `turn_only` asks for turns of the head alone, for people who can't close the eyes on demand;
        `guarded` lets these stay short, where a depth sensor or somebody beside sees the head.
        """

    def look(self, frame: Frame, *, may_ask: bool = True) -> FaceLook | Failure:
        """Judge one frame; nothing new is asked of the person while `may_ask` is false."""

    def forget(self) -> None:
        """Overwrite portrait, frames and templates of the visit."""

    def close(self) -> None:
        """End the engine's process."""


class SlipPrinter(Protocol):
    """A receipt printer."""

    def print_slip(self, slip: Slip) -> Failure | None:
        """Print and cut; None when the printer took everything."""

    def check(self) -> Failure | None:
        """Return what is wrong with paper, cover or printer; None for nothing."""


class DocumentPrinter(Protocol):
    """A printer of A4 sheets."""

    def print_pdf(self, document: bytes) -> Failure | None:
        """Print one copy; None when the printer took it and has nothing to complain about."""

    def check(self) -> Failure | None:
        """Return what is wrong with paper, cover or printer; None for nothing."""


class Bell(StrEnum):
    """The state of ringing the helper's desk."""

    RINGING = "ringing"
    COMING = "coming"
    UNHEARD = "unheard"  # nobody could be reached; it is tried again


class HelperBell(Protocol):
    """The bell at the helper's desk. Every call returns at once."""

    def ring(self, tell: Callable[[Bell], None]) -> None:
        """Ring until somebody answers or `stop`; `tell` gets each change, on any thread."""

    def stop(self) -> None:
        """Stop ringing; idempotent."""


@dataclass(frozen=True)
class Manner:
    """How something is said: `volume` is 0, 1 or 2; at `pace` 1.4 it takes 1.4 times as long.

    `private` is said through the headphones only, never aloud.
    """

    volume: int
    pace: float = 1.0
    private: bool = False


class Speaker(Protocol):
    """A player of recorded clips; every call but `close` returns at once."""

    def say(self, phrases: Phrases, manner: Manner) -> None:
        """Say the phrases instead of what is being said; an empty tuple means silence."""

    def failure(self) -> Failure | None:
        """Return why the last sentence was not heard, or None."""

    def close(self) -> None:
        """Stop for good."""


class Trouble(StrEnum):
    """Why no HTTP answer came."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TLS = "tls"
    CERTIFICATE_TIME = "certificate time"  # not valid now: the certificate, or this clock


@dataclass(frozen=True)
class CentralAnswer:
    """The answer of the central service over HTTP, or the trouble instead of one.

    `date` is the aware time of its clock, when it told one.
    """

    status: int = 0
    media_type: str = ""
    retry_after: float | None = None
    body: bytes = b""
    trouble: Trouble | None = None
    date: datetime | None = None


class Central(Protocol):
    """The calls of central/openapi.yaml, unjudged: what an answer means is decided in kiosk/."""

    def call(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> CentralAnswer:
        """Send one request under one deadline and return the answer, whatever it is.

        `method` is that of HTTP, `path` is below the service's address, `body` has the type that
        `headers` say; `headers` are added to those of the client. Redirects are never followed.
        """


JSON = "application/json"


PROBLEM = "application/problem+json"


class Timer(Protocol):
    """A scheduled call."""

    def cancel(self) -> None:
        """Cancel the call."""
