"""The controller: takes events, steps the table, shows the page; on the main thread.

It owns the idle time and the look after the devices. What the table asks for is done by
`effect_handlers.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from kiosk.crypto.receipt import Receipt
from kiosk.fleet.remote_help import RemoteHelper
from kiosk.journal.recorder import Journal
from kiosk.pages.keypad_focus import DIRECT, Key, Keypad
from kiosk.pages.page import Page
from kiosk.pages.press import Press
from kiosk.ports import Clock, Timer
from kiosk.session.effect_handlers import EffectHandlers
from kiosk.session.face_lockout import FaceLockout
from kiosk.session.idle_timeout import idle_limit
from kiosk.session.page_times import PageTimes
from kiosk.session.page_wait_clock import PageWaitClock
from kiosk.session.remote_help_session import RemoteHelpSession
from kiosk.session.services import Equipment, Gateway
from kiosk.session.shorter_sentence import ShorterSentence
from kiosk.session.touch_rhythm import TouchRhythm
from kiosk.speech.announcer import Announcer
from kiosk.visit import effects as do
from kiosk.visit.events.event import Answered
from kiosk.visit.events.idling import IdleWarning, Timeout
from kiosk.visit.events.pressed import Pressed
from kiosk.visit.render import draw_page, pages_after
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.steps.idle.events import DeviceBack, DeviceLost
from kiosk.visit.steps.submission.events import Accepted, CaseUnderWay, Refused
from kiosk.visit.table import Table

HEALTH_SECONDS = 15.0


@dataclass
class Controller:
    """Runs visits one after another.

    `kit` returns the equipment and may block until it is there: the first page does not wait for
    it, only workers do. Methods are for the main thread unless they say "any thread".
    """

    table: Table
    kit: Callable[[], Equipment]
    gateway: Gateway
    journal: Journal
    clock: Clock
    new_id: Callable[[], str]
    announcer: Announcer
    secret: bytes = field(default=b"", repr=False)  # for what must not be told from memory
    keep_times: Callable[[str], None] = field(default=lambda _line: None, repr=False)  # of a trial
    keypad: Keypad = field(init=False)
    shorter: ShorterSentence = field(init=False)
    waiting: PageWaitClock = field(init=False)
    times: PageTimes = field(init=False)
    remote: RemoteHelpSession = field(init=False)
    performer: EffectHandlers = field(init=False)
    visit: Visit = field(init=False)
    rhythm: TouchRhythm = TouchRhythm()
    _calls: int = 0
    _idle: Timer | None = None
    _health: Timer | None = None

    def __post_init__(self) -> None:
        self.visit = self._new_visit()
        words = self.table.book.words
        self.keypad = Keypad(words["keys"], words["orientation"])
        self.waiting = PageWaitClock(self.clock, self.gateway.later, self._show)
        self.times = PageTimes(self.keep_times, self.clock.monotonic)
        self.remote = RemoteHelpSession(
            self.table.book,
            self._on_line,
            self.new_id,
            self.gateway.post,
            self.handle,
            self._show,
        )
        settings = self.table.book.settings
        self.shorter = ShorterSentence(words["shorter"], settings.visit.shorter_after_repeats)
        face = settings.face
        self.performer = EffectHandlers(
            self.kit,
            self.gateway,
            self.clock,
            self.announcer,
            settings,
            FaceLockout(face.tries, face.lockout_minutes, self.secret),
            lambda: self.visit,
            self.handle,
        )

    def start(self) -> None:
        """Show the first page and begin to check the devices."""
        self._show()
        self._check_health()

    def press(self, act: Press, value: str = "") -> None:
        """Handle a press from the screen."""
        self.handle(Answered(Pressed(act, value)))

    def touched(self) -> None:
        """Restart the idle time; the keypad's focus is dropped, since a finger took over."""
        self._keep_time()
        if self.keypad.leave():
            self._show()

    def key(self, key: Key) -> None:
        """Handle a key of the keypad."""
        self._keep_time()
        place = self.keypad.focused()
        if key in (Key.NEXT, Key.PREVIOUS):
            if self.keypad.move(key):
                self._show()
        elif key is Key.CHOOSE and place is not None:
            self.press(place.act, place.value)
        elif key is Key.CHOOSE:
            self.press(Press.REPEAT)
        elif key in DIRECT and self.keypad.offers(DIRECT[key]):
            self.press(DIRECT[key])

    def digit(self, digit: str) -> None:
        """Handle a digit of the keypad, where a number is typed."""
        self._keep_time()
        if self.keypad.takes_digits():
            self.press(Press.DIGIT, digit)

    def plug(self, plugged: bool) -> None:
        """Speak through the headphones, or aloud again."""
        if plugged is not self.announcer.private:
            self.announcer.plug(plugged)
            self._show()
            self.announcer.repeat()

    def handle(self, event: Answered) -> None:
        """Step the table by one event, show the page and perform the effects."""
        if isinstance(event.what, Pressed):
            self.times.press(self.visit.stage, event.what.act)
        if isinstance(event.what, Pressed) and event.what.act is Press.REPEAT:
            if self.shorter.repeat():
                self._show()
            self.announcer.repeat()
            self._restart_idle()
            return
        before = self.visit
        self.visit, effects = self.table.step(before, event, self.clock.now())
        self.journal.note(before, event, self.clock.monotonic())
        if before.stage is Stage.WIPING and self.visit.stage is not Stage.WIPING:
            self.visit = replace(
                base := self._new_visit(),
                stage=self.visit.stage,
                staff=replace(base.staff, session=self.visit.staff.session),
            )
            self.rhythm = TouchRhythm()
            self.times.end()
            # The bell was rung because a card still lay there; now it has been taken.
            if self._calls >= self.table.book.settings.visit.card_reminders_before_bell:
                self.performer.perform(do.StopBell())
            self._calls = 0
        if self.visit != before:
            self._show()
        for effect in effects:
            self.performer.perform(effect)
        if self.visit.stage is not before.stage:
            self._check_health()
        begins = bool(self.visit.staff.wait) is not bool(before.staff.wait)
        if begins or self.visit.stage is not before.stage or isinstance(event.what, Pressed):
            self._restart_idle()

    def next_pages(self) -> tuple[Page, ...]:
        """Return the pages to which one press leads now."""
        return pages_after(self.visit, self.table, self.clock.now())

    def is_free(self) -> bool:
        """Return whether nobody is here, so that the program may restart."""
        return self.visit.stage in (Stage.IDLE, Stage.OUT_OF_SERVICE)

    def device_changed(self) -> None:
        """Check the devices now, since one was lost or is back; any thread."""
        self.gateway.post(self._check_health)

    def sound_changed(self) -> None:
        """Draw the page again, since sound was lost or is back; any thread."""
        self.gateway.post(self._show)

    def receive(self, receipt: Receipt) -> None:
        """Take a receipt from the outbox; any thread."""
        self.gateway.post(lambda: self._accept(receipt))

    def refused(self, application_id: str, open_case: str = "") -> None:
        """Take a refusal from the outbox; any thread.

        `open_case` is the id of the person's other case when that is why.
        """
        self.gateway.post(lambda: self._refuse(application_id, open_case))

    def stop(self) -> None:
        """Cancel timers and end every worker."""
        self.performer.dismiss()
        for timer in (self._idle, self._health):
            if timer is not None:
                timer.cancel()
        self.waiting.stop()
        self.announcer.close()
        self.performer.stop()

    def _new_visit(self) -> Visit:
        return Visit(self.new_id(), self.new_id())

    def _show(self) -> None:
        mute = self.announcer.speaker.failure() is not None
        drawn = draw_page(self.visit, self.table, mute=mute)
        worded = self.waiting.take_page(self.shorter.take_page(drawn))
        keyed = self.keypad.take_page(worded, private=self.announcer.private)
        page = self.remote.take_page(keyed, self.visit)
        self.times.show(page.name)
        self.gateway.show(page)
        self.announcer.tell(page, self.visit.id)

    def _on_line(self, call: Callable[[RemoteHelper], None]) -> None:
        self.performer.run("bell", lambda: call(self.kit().remote_helper))

    def _accept(self, receipt: Receipt) -> None:
        if receipt.id == self.visit.application_id:
            self.handle(Answered(Accepted(receipt), self.visit.id))

    def _refuse(self, application_id: str, open_case: str) -> None:
        if application_id == self.visit.application_id:
            why = CaseUnderWay(open_case) if open_case else Refused()
            self.handle(Answered(why, self.visit.id))

    def _keep_time(self) -> None:
        """Learn the person's rhythm of touches, and restart the idle time."""
        self.rhythm = self.rhythm.touch(self.clock.monotonic(), self.announcer.quiet_at())
        self._restart_idle()

    def _restart_idle(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        settings = self.table.book.settings.visit
        seconds = idle_limit(self.visit, self.rhythm, self.table.book.settings)
        self._idle = None
        if self.visit.stage is Stage.WIPING:
            self._limit(settings.card_reminder_interval_seconds, self._call_out)
        elif self.table.steps[self.visit.stage].may_end:
            self._limit(seconds, self._warn_idle)
        elif self.visit.stage is Stage.IDLE and self.visit != self._plain():
            self._limit(seconds, self._time_out)

    def _limit(self, seconds: float, then: Callable[[], None]) -> None:
        """Call `then` after so many seconds in which nothing was said."""

        def due() -> None:
            left = self.announcer.quiet_at() + seconds - self.clock.monotonic()
            if left > 0:
                self._idle = self.gateway.later(left, due)
            else:
                then()

        self._idle = self.gateway.later(seconds, due)

    def _warn_idle(self) -> None:
        self.handle(Answered(IdleWarning()))
        self._limit(self.table.book.settings.visit.answer_seconds, self._time_out)

    def _call_out(self) -> None:
        """Repeat that a card still lies there; after some repetitions ring the helper's desk."""
        self.announcer.repeat()
        self._calls += 1
        if self._calls == self.table.book.settings.visit.card_reminders_before_bell:
            self.performer.perform(do.RingBell())
        self._restart_idle()

    def _time_out(self) -> None:
        self.handle(Answered(Timeout()))

    def _plain(self) -> Visit:
        """Return the idle visit as it is before anybody has touched it."""
        visit = self.visit
        return Visit(visit.id, visit.application_id, request=visit.request)

    def _check_health(self) -> None:
        """Check reader and disk while nobody is here, and schedule the next check."""
        if self._health is not None:
            self._health.cancel()
            self._health = None
        if self.visit.stage in (Stage.IDLE, Stage.OUT_OF_SERVICE):
            self.performer.run("reader", self._report_health)
            self._health = self.gateway.later(HEALTH_SECONDS, self._check_health)

    def _report_health(self) -> None:
        kit = self.kit()
        failure = kit.storage_failure() or kit.reader.check()
        what = DeviceLost(failure) if failure else DeviceBack()
        self.gateway.post(lambda: self.handle(Answered(what)))
