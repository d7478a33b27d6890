"""The blocking half of each effect, run on worker threads.

A task gets a `TaskWatch`: it asks it whether it is still wanted and sleeps on it, so that a
cancelled task ends at once.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from kiosk.application.scan import CapturedPaper
from kiosk.config.settings import FaceSettings
from kiosk.failures import Failure
from kiosk.people.identity import IdCard
from kiosk.people.qr_token import QrToken
from kiosk.ports import (
    Camera,
    Central,
    Clock,
    Coach,
    CodeScanner,
    FaceBand,
    FaceChecker,
    IdCardReader,
    PaperPicture,
    SsCardReader,
)
from kiosk.session.central_queries import begun_by_code, portrait_of
from kiosk.session.face_lockout import FaceLockout
from kiosk.session.services import Equipment
from kiosk.speech.announcer import HINT_HOLD
from kiosk.staff.desk import Desk
from kiosk.staff.roles import Session
from kiosk.staff.staff_login import LoginRejected, StaffLogin
from kiosk.storage.database import StoreError
from kiosk.visit.effects import CapturePaper, CheckFace, KeepPicture, LogIn
from kiosk.visit.events.cards import CardFailed, CardLifted, CardRead
from kiosk.visit.events.devices import CodeFailed
from kiosk.visit.events.event import Event
from kiosk.visit.events.papers import PaperCaptured, PaperFailed, PictureTaken
from kiosk.visit.events.staff import LoggedIn, LoginFailed
from kiosk.visit.events.started_elsewhere import DraftBegun
from kiosk.visit.steps.desk.events import DeskSeen
from kiosk.visit.steps.face_check.events import FaceFailed, FaceHint, FaceMatched
from kiosk.visit.steps.progress.events import CodeScanned
from kiosk.visit.steps.vouching.actions import PERSON
from kiosk.visit.steps.wiping.events import Wiped

NEXT_FRAME = 0.03  # seconds between looks for a newer frame; the camera gives 15 a second
CAMERA_WAIT = 4.0  # seconds without any picture before the camera counts as lost
READER_WAIT = 1.0  # seconds before a reader that failed is asked again
REMOVAL_WAIT = 60.0  # seconds before a reader with a card on it is asked whether it still answers

MOVEMENTS = frozenset(
    {
        Coach.TURN_LEFT,
        Coach.TURN_RIGHT,
        Coach.TURN_MORE,
        Coach.CLOSE_EYES,
        Coach.OPEN_MOUTH,
        Coach.NOD,
        Coach.FACE_FRONT,
    }
)

Tell = Callable[[Event], None]


@dataclass(frozen=True)
class TaskWatch:
    """The cancellation of tasks."""

    clock: Clock
    ended: threading.Event = field(default_factory=threading.Event)

    def cancelled(self) -> bool:
        """Return whether nobody waits for the answer any more."""
        return self.ended.is_set()

    def sleep(self, seconds: float) -> None:
        """Sleep for some seconds, or return at once when cancelled."""
        self.clock.wait(self.ended, seconds)


def read_card(reader: IdCardReader, watch: TaskWatch, tell: Tell) -> None:
    """Wait for a card; tell CardRead or CardFailed."""
    found = reader.read(watch.cancelled)
    if isinstance(found, IdCard):
        tell(CardRead(found))
    elif found is not None:
        watch.sleep(READER_WAIT)
        tell(CardFailed(found))


def scan_code(scanner: CodeScanner, watch: TaskWatch, tell: Tell) -> None:
    """Wait for a code; tell CodeScanned or CodeFailed."""
    found = scanner.scan(watch.cancelled)
    if isinstance(found, QrToken):
        tell(CodeScanned(found))
    elif found is not None:
        watch.sleep(READER_WAIT)
        tell(CodeFailed(found))


def watch_card(reader: IdCardReader, watch: TaskWatch, tell: Tell) -> None:
    """Tell CardLifted when the card that was read is taken away."""
    if reader.wait_removed(watch.cancelled):
        tell(CardLifted())


def log_in(staff_login: StaffLogin, wanted: LogIn, tell: Tell) -> None:
    """Check card and PIN, or the handover of a desk; tell LoggedIn or LoginFailed.

    `staff_login` checks them; `wanted` is the effect that asks for it.
    """
    if wanted.relieves:
        found = staff_login.relieve(wanted.relieves, wanted.number, wanted.pin)
    else:
        found = staff_login.enter(wanted.number, wanted.pin, by_card=wanted.by_card)
    tell(told_at_the_door(found))


def told_at_the_door(found: Session | LoginRejected) -> Event:
    """Return the event for a session or a rejected login."""
    if isinstance(found, Session):
        return LoggedIn(found)
    return LoginFailed(found.failure, math.ceil(found.wait))


def read_code(
    scanner: CodeScanner, central: Central, clock: Clock, watch: TaskWatch, tell: Tell
) -> None:
    """Wait for a code and ask what it leads to; tell DraftBegun or CodeFailed.

    A code that is too old is not sent any more; the code itself goes nowhere else.
    """
    found = scanner.scan(watch.cancelled)
    if isinstance(found, Failure):
        watch.sleep(READER_WAIT)
        tell(CodeFailed(found))
    elif found is not None:
        fresh = found.is_fresh(clock.monotonic())
        begun = begun_by_code(central, found) if fresh else Failure.CODE_EXPIRED
        tell(CodeFailed(begun) if isinstance(begun, Failure) else DraftBegun(begun))


def see_desk(look: Callable[[], Desk], tell: Tell) -> None:
    """Tell what is on the desk; without this terminal's part when the store can't be read."""
    try:
        tell(DeskSeen(look()))
    except StoreError as error:
        tell(DeskSeen(Desk(), error.failure))


def capture_paper(kit: Equipment, wanted: CapturePaper, watch: TaskWatch, tell: Tell) -> None:
    """Take a picture and hold it in memory; tell PictureTaken with its number, or PaperFailed.

    `kit` has the cameras; `wanted` is the effect that asks for it. Nothing is stored yet: that is
    `keep_picture`.
    """
    camera = kit.person_camera if wanted.code == PERSON else kit.paper_camera
    found = camera.capture(watch.cancelled)
    if isinstance(found, PaperPicture):
        tell(PictureTaken(wanted.code, kit.pictures.hold(found), found.doubt))
    elif found is not None:
        tell(PaperFailed(found))


def keep_picture(kit: Equipment, wanted: KeepPicture, tell: Tell) -> None:
    """Seal and store the held picture; tell PaperCaptured or PaperFailed.

    `kit` has the held pictures and the store; `wanted` is the effect that asks for it. Nothing is
    told when the picture was dropped or replaced meanwhile.
    """
    picture = kit.pictures.take(wanted.number)
    if picture is None:
        return
    kept = kit.keep_paper(wanted.application_id, picture.jpeg)
    if isinstance(kept, CapturedPaper):
        paper = replace(kept, doubt=wanted.doubt, kept_by=wanted.kept_by)
        tell(PaperCaptured(wanted.code, paper))
    else:
        tell(PaperFailed(kept))


def drop_pictures(kit: Equipment) -> None:
    """Forget the held picture, and shred the papers that no application names."""
    kit.pictures.drop()
    kit.drop_papers()


@dataclass
class FaceDuty:
    """One try of the face check: portrait, then frames until a decision or the time is over.

    `quiet_at` tells when the sentence ends that is being said: nothing is asked before.
    """

    central: Central
    camera: Camera
    checker: FaceChecker
    settings: FaceSettings
    clock: Clock
    quiet_at: Callable[[], float]
    cool_down: FaceLockout

    def check(self, wanted: CheckFace, watch: TaskWatch, tell: Tell) -> None:
        """Tell hints while it runs, and in the end FaceMatched or FaceFailed.

        `wanted` is the effect that asks for it.
        """
        outcome = self._prepare(wanted) or self._look(watch, tell)
        if isinstance(outcome, Failure):
            self.cool_down.record_failure(wanted.who.number, outcome, self.clock.monotonic())
            tell(FaceFailed(outcome))
        elif outcome is not None:
            self.cool_down.clear(wanted.who.number)
            tell(outcome)

    def _prepare(self, wanted: CheckFace) -> Failure | None:
        if self.cool_down.rests(wanted.who.number, self.clock.monotonic()):
            return Failure.FACE_RESTING
        self.camera.start()
        portrait = portrait_of(self.central, wanted.who)
        if isinstance(portrait, Failure):
            return portrait
        failure = self.checker.prepare(portrait)
        if failure is None:
            self.checker.begin(turn_only=wanted.turn_only, guarded=wanted.guarded)
        return failure

    def _look(self, watch: TaskWatch, tell: Tell) -> Failure | FaceMatched | None:
        coach = CoachVoice(self.clock, tell)
        last = seen_at = self.clock.monotonic()
        spent, sequence = 0.0, -1
        while not watch.cancelled():
            now = self.clock.monotonic()
            # The time in which a sentence is being said does not count against the try.
            spent += now - min(now, max(last, self.quiet_at()))
            last = now
            if spent > self.settings.seconds_per_try:
                return Failure.FACE_TIME_OVER
            frame = self.camera.latest()
            if frame is None or frame.sequence == sequence:
                if now - seen_at > CAMERA_WAIT:
                    return Failure.CAMERA_LOST
                watch.sleep(NEXT_FRAME)
                continue
            sequence, seen_at = frame.sequence, now
            look = self.checker.look(frame, may_ask=now >= self.quiet_at())
            if isinstance(look, Failure):
                return look
            if look.band is FaceBand.ACCEPT:
                return FaceMatched(look.score, look.threshold, look.engine, look.steps)
            if look.band is not None:
                return Failure.FACE_NOT_ALIKE
            coach.hear(look.hint)
        return None


@dataclass
class CoachVoice:
    """Hints to the person, one at a time and not too often; movements are asked at once."""

    clock: Clock
    tell: Tell
    said: Coach | None = None
    said_at: float = float("-inf")

    def hear(self, wanted: Coach | None) -> None:
        """Tell a changed hint when the last one has stood long enough."""
        now = self.clock.monotonic()
        due = wanted in MOVEMENTS or self.said in MOVEMENTS or now - self.said_at >= HINT_HOLD
        if wanted is not self.said and due:
            self.said, self.said_at = wanted, now
            self.tell(FaceHint(wanted))


def tell_when_taken(
    reader: SsCardReader | None, clock: Clock, watch: TaskWatch, tell: Tell
) -> None:
    """Wait until the last card is taken, None for no further one, then tell Wiped."""
    if reader is not None:
        wait_until_taken(reader, clock, watch)
    tell(Wiped())


def wait_until_taken(reader: IdCardReader | SsCardReader, clock: Clock, watch: TaskWatch) -> None:
    """Wait until the card is taken off the reader.

    Every REMOVAL_WAIT seconds the reader is checked, so that one that is gone ends the wait.
    """
    while not watch.cancelled():
        until = clock.monotonic() + REMOVAL_WAIT
        if reader.wait_removed(partial(_is_over, watch, clock, until)):
            break
        if reader.check() is not None:
            break


def _is_over(watch: TaskWatch, clock: Clock, until: float) -> bool:
    return watch.cancelled() or clock.monotonic() > until
