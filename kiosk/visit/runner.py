"""Who performs a visit's effects, and when is it over? One object on the main thread.

`handle` runs on the main thread only. Blocking work goes to one thread per device; its answers
come back through `post`, with the id and request of the visit that asked.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import singledispatchmethod

from kiosk.failures import Failure
from kiosk.filing.application import Application
from kiosk.filing.captured import CapturedPaper
from kiosk.filing.correction import CorrectionPapers
from kiosk.filing.drafts import Drafts
from kiosk.filing.principals import Principals
from kiosk.filing.rating import Rating
from kiosk.filing.receipt import Receipt
from kiosk.ports import (
    Bell,
    Camera,
    Central,
    Clock,
    CodeScanner,
    FaceChecker,
    HelperBell,
    IdCardReader,
    PaperCamera,
    PaperPicture,
    SlipPrinter,
)
from kiosk.staff.desk import Desk, Month
from kiosk.staff.door import Door
from kiosk.upkeep.workshop import Workshop
from kiosk.visit import effects as do
from kiosk.visit import events as ev
from kiosk.visit.announcer import Announcer, Timer
from kiosk.visit.cool_down import CoolDown
from kiosk.visit.draft import decode
from kiosk.visit.duties import (
    FaceDuty,
    Tell,
    Watch,
    log_in,
    read_card,
    read_code,
    scan_code,
    see_desk,
    wait_until_taken,
    watch_card,
)
from kiosk.visit.inquiries import begun_by_employer, facts_of, progress_of
from kiosk.visit.journal import Journal
from kiosk.visit.keypad import DIRECT, Key, Keypad
from kiosk.visit.maintaining import idle_limit
from kiosk.visit.page import Act, Ink, Page
from kiosk.visit.pages import draw_page
from kiosk.visit.rhythm import Rhythm
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.table import NEVER_ENDED, Table
from kiosk.visit.upkeep_duties import Maintenance

HEALTH_SECONDS = 15.0
LIVE_SECONDS = 4.0  # between looks at a case or a desk that is on the screen
RATED_STAGE = "filing"
THREADS = ("reader", "scanner", "face", "paper", "central", "store", "printer", "bell", "hand")


@dataclass(frozen=True)
class Equipment:
    """Everything outside that a visit needs; wired once in main.py.

    `submit` and `rate` make durable, or say why not; they wake the outbox themselves.
    `drop_papers` shreds captured papers that no confirmed application names.
    """

    reader: IdCardReader
    camera: Camera
    checker: FaceChecker
    printer: SlipPrinter
    central: Central
    submit: Callable[[Application], Failure | None]
    rate: Callable[[Rating], Failure | None]
    drafts: Drafts
    paper_camera: PaperCamera
    keep_paper: Callable[[str, bytes], CapturedPaper | Failure]
    drop_papers: Callable[[], None]
    bell: HelperBell
    read_hand: Callable[[Ink], tuple[str, ...]]
    room_left: Callable[[], Failure | None]
    door: Door
    desk: Callable[[], Desk]
    month: Callable[[str], Month | None]
    hand_in: Callable[[CorrectionPapers], Failure | None]
    scanner: CodeScanner
    principals: Principals
    workshop: Workshop


@dataclass(frozen=True)
class Gateway:
    """The main thread's door: run soon, run later, show a page."""

    post: Callable[[Callable[[], None]], None]
    later: Callable[[float, Callable[[], None]], Timer]
    show: Callable[[Page], None]


def _threads() -> dict[str, ThreadPoolExecutor]:
    return {name: ThreadPoolExecutor(1, thread_name_prefix=name) for name in THREADS}


@dataclass
class Runner:
    """Runs visits one after another.

    `kit` returns the equipment and may block until it is there: the first page does not wait for
    it, only workers do.
    """

    table: Table
    kit: Callable[[], Equipment]
    gateway: Gateway
    journal: Journal
    clock: Clock
    new_id: Callable[[], str]
    announcer: Announcer
    secret: bytes = field(default=b"", repr=False)  # for what must not be told from memory
    keypad: Keypad = field(init=False)
    visit: Visit = field(init=False)
    rhythm: Rhythm = Rhythm()
    _watch: Watch = field(init=False)
    _cool_down: CoolDown = field(init=False)
    _threads: dict[str, ThreadPoolExecutor] = field(default_factory=_threads)
    _calls: int = 0
    _idle: Timer | None = None
    _health: Timer | None = None

    def __post_init__(self) -> None:
        self.visit = self._new_visit()
        self.keypad = Keypad(self.table.book.words["keys"])
        self._watch = Watch(self.clock)
        face = self.table.book.settings.face
        self._cool_down = CoolDown(face.tries, face.rest_minutes, self.secret)

    def start(self) -> None:
        """Show the first page and begin to look after the devices."""
        self._show()
        self._check_health()

    def press(self, act: Act, value: str = "") -> None:
        """Take a press from the screen."""
        self.handle(ev.Event(ev.Press(act, value)))

    def touched(self) -> None:
        """Start the idle time anew; the keys stand nowhere now."""
        self._keep_time()
        if self.keypad.leave():
            self._show()

    def key(self, key: Key) -> None:
        """Take a key of the keypad. Main thread only."""
        self._keep_time()
        place = self.keypad.chosen()
        if key in (Key.NEXT, Key.PREVIOUS):
            if self.keypad.move(key):
                self._show()
        elif key is Key.CHOOSE and place is not None:
            self.press(place.act, place.value)
        elif key is Key.CHOOSE:
            self.announcer.repeat()
        elif key in DIRECT and self.keypad.allows(DIRECT[key]):
            self.press(DIRECT[key])

    def digit(self, digit: str) -> None:
        """Take a digit of the keypad where one is typed. Main thread only."""
        self._keep_time()
        if self.keypad.takes_digits():
            self.press(Act.DIGIT, digit)

    def plug(self, plugged: bool) -> None:
        """Speak through the headphones, or aloud again. Main thread only."""
        if plugged is not self.announcer.private:
            self.announcer.plug(plugged)
            self._show()
            self.announcer.repeat()

    def handle(self, event: ev.Event) -> None:
        """Take one step. Main thread only."""
        if isinstance(event.what, ev.Press) and event.what.act is Act.REPEAT:
            self.announcer.repeat()
            self._restart_idle()
            return
        before = self.visit
        self.visit, effects = self.table.step(before, event, self.clock.now())
        self.journal.note(before, event, self.clock.monotonic())
        if before.stage is Stage.WIPING and self.visit.stage is not Stage.WIPING:
            self.visit = replace(self._new_visit(), stage=self.visit.stage, staff=self.visit.staff)
            self.rhythm = Rhythm()
            if self._calls >= self.table.book.settings.visit.card_calls_alone:
                self._perform(do.StopBell())
            self._calls = 0
        if self.visit != before:
            self._show()
        for effect in effects:
            self._perform(effect)
        if self.visit.stage is not before.stage:
            self._check_health()
        if self.visit.stage is not before.stage or isinstance(event.what, ev.Press):
            self._restart_idle()

    def is_free(self) -> bool:
        """Tell whether nobody is here: the program may begin anew."""
        return self.visit.stage in (Stage.IDLE, Stage.OUT_OF_SERVICE)

    def device_changed(self) -> None:
        """Look after the devices now: one was lost, or is back. Any thread."""
        self.gateway.post(self._check_health)

    def sound_changed(self) -> None:
        """Draw the page anew: sound was lost, or is back. Any thread."""
        self.gateway.post(self._show)

    def receive(self, receipt: Receipt) -> None:
        """Take a receipt from the outbox. Any thread."""
        self.gateway.post(lambda: self._accept(receipt))

    def refused(self, application_id: str, open_case: str = "") -> None:
        """Take a refusal from the outbox; `open_case` when another case is why. Any thread."""
        self.gateway.post(lambda: self._refuse(application_id, open_case))

    def stop(self) -> None:
        """End every worker."""
        self._watch.ended.set()
        for timer in (self._idle, self._health):
            if timer is not None:
                timer.cancel()
        self.announcer.close()
        for thread in self._threads.values():
            thread.shutdown(wait=True, cancel_futures=True)

    def _new_visit(self) -> Visit:
        return Visit(self.new_id(), self.new_id())

    def _show(self) -> None:
        mute = self.announcer.speaker.failure() is not None
        drawn = draw_page(self.visit, self.table.book, mute=mute)
        page = self.keypad.on(drawn, private=self.announcer.private)
        self.gateway.show(page)
        self.announcer.tell(page, self.visit.id)

    def _accept(self, receipt: Receipt) -> None:
        if receipt.id == self.visit.application_id:
            self.handle(ev.Event(ev.Accepted(receipt), self.visit.id))

    def _refuse(self, application_id: str, open_case: str) -> None:
        if application_id == self.visit.application_id:
            why = ev.CaseUnderWay(open_case) if open_case else ev.Refused()
            self.handle(ev.Event(why, self.visit.id))

    def _tell(self) -> Callable[[ev.Happening], None]:
        """Return the way back for a worker's answers, bound to this visit and request."""
        visit, request = self.visit.id, self.visit.request

        def tell(what: ev.Happening) -> None:
            self.gateway.post(lambda: self.handle(ev.Event(what, visit, request)))

        return tell

    def _run(self, thread: str, duty: Callable[[], None]) -> None:
        future = self._threads[thread].submit(duty)
        future.add_done_callback(self._raise_bug)

    def _raise_bug(self, future: Future[None]) -> None:
        """Let a bug in a worker surface on the main thread instead of vanishing."""
        if not future.cancelled() and (error := future.exception()) is not None:
            self.gateway.post(lambda: _raise(error))

    @singledispatchmethod
    def _perform(self, effect: do.Effect) -> None:
        Maintenance(self._run, self.kit, self._tell(), self._watch, self.announcer).perform(effect)

    @_perform.register
    def _cancel(self, _effect: do.Cancel) -> None:
        self._watch.ended.set()
        self._watch = Watch(self.clock)
        if self.visit.stage is not Stage.PROOF:
            self._run("face", lambda: self.kit().camera.stop())  # noqa: PLW0108 - may wait for the kit

    @_perform.register
    def _read_card(self, _effect: do.ReadCard) -> None:
        watch, tell = self._watch, self._tell()
        self._run("reader", lambda: read_card(self.kit().reader, watch, tell))

    @_perform.register
    def _scan_code(self, _effect: do.ScanCode) -> None:
        watch, tell = self._watch, self._tell()
        self._run("scanner", lambda: scan_code(self.kit().scanner, watch, tell))

    @_perform.register
    def _watch_card(self, _effect: do.WatchCard) -> None:
        watch, tell = self._watch, self._tell()
        self._run("reader", lambda: watch_card(self.kit().reader, watch, tell))

    @_perform.register
    def _log_in(self, effect: do.LogIn) -> None:
        tell = self._tell()
        self._run("store", lambda: log_in(self.kit().door, effect, tell))

    @_perform.register
    def _log_out(self, effect: do.LogOut) -> None:
        self._run("store", lambda: self.kit().door.leave(effect.staff))

    @_perform.register
    def _hand_in(self, effect: do.HandInCorrection) -> None:
        tell = self._tell()

        def keep() -> None:
            failure = self.kit().hand_in(effect.brought)
            tell(ev.StoreFailed(failure) if failure else ev.CorrectionKept())

        self._run("store", keep)

    @_perform.register
    def _count_principals(self, effect: do.CountPrincipals) -> None:
        tell = self._tell()

        def count() -> None:
            tell(ev.PrincipalsCounted(self.kit().principals.others(effect.proxy, effect.number)))

        self._run("central", count)

    @_perform.register
    def _look_at_desk(self, effect: do.LookAtDesk) -> None:
        tell = self._tell()
        again = self._again(effect)

        def look() -> None:
            see_desk(self.kit().desk, tell)
            again()

        self._run("central", look)

    @_perform.register
    def _fetch_month(self, effect: do.FetchMonth) -> None:
        tell = self._tell()

        def ask() -> None:
            found = self.kit().month(effect.staff)
            unknown = ev.MonthUnknown(Failure.CENTRAL_UNREACHABLE)
            tell(unknown if found is None else ev.MonthKnown(found))

        self._run("central", ask)

    def _again(self, effect: do.Effect) -> Callable[[], None]:
        """Return what lets a worker ask for the same after a while, if its page still stands."""
        visit, request = self.visit.id, self.visit.request

        def perform() -> None:
            if (self.visit.id, self.visit.request) == (visit, request):
                self._perform(effect)

        return lambda: self.gateway.post(lambda: self._later(perform))

    def _later(self, work: Callable[[], None]) -> None:
        self.gateway.later(LIVE_SECONDS, work)

    @_perform.register
    def _check_face(self, effect: do.CheckFace) -> None:
        watch, tell = self._watch, self._tell()
        settings = self.table.book.settings.face

        def check() -> None:
            kit = self.kit()
            quiet_at = self.announcer.quiet_at
            outside = (kit.central, kit.camera, kit.checker)
            duty = FaceDuty(*outside, settings, self.clock, quiet_at, self._cool_down)
            duty.check(effect, watch, tell)

        self._run("face", check)

    @_perform.register
    def _fetch_facts(self, effect: do.FetchFacts) -> None:
        tell = self._tell()

        def fetch() -> None:
            found = facts_of(self.kit().central, effect.number)
            tell(ev.FactsUnknown(found) if isinstance(found, Failure) else ev.FactsKnown(found))

        self._run("central", fetch)

    @_perform.register
    def _find_draft(self, effect: do.FindDraft) -> None:
        tell = self._tell()

        def find() -> None:
            content = self.kit().drafts.find(effect.number)
            draft = None if content is None else decode(content)
            if draft is not None:
                tell(ev.DraftFound(draft))

        self._run("store", find)

    @_perform.register
    def _read_code(self, _effect: do.ReadCode) -> None:
        watch, tell = self._watch, self._tell()

        def read() -> None:
            kit = self.kit()
            read_code(kit.scanner, kit.central, self.clock, watch, tell)

        self._run("scanner", read)

    @_perform.register
    def _fetch_begun(self, effect: do.FetchBegun) -> None:
        tell = self._tell()

        def fetch() -> None:
            found = begun_by_employer(self.kit().central, effect.number)
            if not isinstance(found, Failure):
                tell(ev.DraftBegun(found))

        self._run("central", fetch)

    @_perform.register
    def _keep_draft(self, effect: do.KeepDraft) -> None:
        def keep() -> None:
            self.kit().drafts.keep(effect.number, effect.content)

        self._run("store", keep)

    @_perform.register
    def _drop_draft(self, effect: do.DropDraft) -> None:
        self._run("store", lambda: self.kit().drafts.drop(effect.number))

    @_perform.register
    def _fetch_progress(self, effect: do.FetchProgress) -> None:
        tell = self._tell()

        def fetch() -> None:
            found = progress_of(self.kit().central, effect.application_id)
            tell(ev.ProgressUnknown(found) if isinstance(found, Failure) else found)
            again()

        again = self._again(effect)
        self._run("central", fetch)

    @_perform.register
    def _capture_paper(self, effect: do.CapturePaper) -> None:
        watch, tell = self._watch, self._tell()
        self._run("paper", lambda: capture_paper(self.kit(), effect, watch, tell))

    @_perform.register
    def _print_slip(self, effect: do.PrintSlip) -> None:
        tell = self._tell()
        self._run("printer", lambda: tell(_printed(self.kit().printer.print_slip(effect.slip))))

    @_perform.register
    def _read_hand(self, effect: do.ReadHand) -> None:
        tell, strokes = self._tell(), effect.strokes
        self._run("hand", lambda: tell(ev.HandRead(strokes, self.kit().read_hand(strokes))))

    @_perform.register
    def _ring_bell(self, _effect: do.RingBell) -> None:
        visit = self.visit.id

        def told(bell: Bell) -> None:
            self.gateway.post(lambda: self.handle(ev.Event(ev.BellTold(bell), visit)))

        self._run("bell", lambda: self.kit().bell.ring(told))

    @_perform.register
    def _stop_bell(self, _effect: do.StopBell) -> None:
        self._run("bell", lambda: self.kit().bell.stop())  # noqa: PLW0108 - may wait for the kit

    @_perform.register
    def _wipe(self, _effect: do.Wipe) -> None:
        watch, tell = self._watch, self._tell()

        def forget() -> None:
            kit = self.kit()
            kit.camera.stop()
            kit.checker.forget()
            self._run("reader", lambda: wait_until_taken(kit.reader, self.clock, watch, tell))

        self._run("face", forget)
        # Behind a picture that is still being kept, and before the next person's.
        self._run("paper", lambda: self.kit().drop_papers())

    @_perform.register
    def _submit(self, effect: do.Submit) -> None:
        tell = self._tell()

        def store() -> None:
            kit, parties = self.kit(), effect.application.parties
            failure = kit.submit(effect.application)
            if parties and not failure:
                kit.principals.note(*parties)
            tell(ev.StoreFailed(failure) if failure else ev.Stored())

        application_id = effect.application.id  # the timer must not hold the whole application
        seconds = self.table.book.settings.visit.submit_wait_seconds
        self._run("store", store)
        self.gateway.later(seconds, lambda: self._give_up_waiting(application_id))

    def _give_up_waiting(self, application_id: str) -> None:
        """Tell the person that it is kept here, unless a receipt or a failure came first."""
        visit = self.visit
        if visit.stage is not Stage.SUBMITTING or visit.application_id != application_id:
            return
        self._run("store", lambda: self.gateway.post(lambda: self._pend(visit.id)))

    def _pend(self, visit_id: str) -> None:
        self.handle(ev.Event(ev.Pending(), visit_id))

    @_perform.register
    def _send_rating(self, effect: do.SendRating) -> None:
        rating = Rating(effect.application_id, RATED_STAGE, effect.grade, effect.reasons)

        def keep() -> None:
            self.kit().rate(rating)

        self._run("store", keep)

    def _keep_time(self) -> None:
        """Learn the person's rhythm, and start the idle time anew."""
        self.rhythm = self.rhythm.touch(self.clock.monotonic(), self.announcer.quiet_at())
        self._restart_idle()

    def _restart_idle(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        settings = self.table.book.settings.visit
        seconds = idle_limit(self.visit, self.rhythm, self.table.book.settings)
        self._idle = None
        if self.visit.stage is Stage.WIPING:
            self._limit(settings.card_call_seconds, self._call_out)
        elif self.visit.stage not in NEVER_ENDED:
            self._limit(seconds, self._warn_idle)
        elif self.visit.stage is Stage.IDLE and self.visit != self._plain():
            self._limit(seconds, self._time_out)

    def _limit(self, seconds: float, then: Callable[[], None]) -> None:
        """Do it after so many seconds in which nothing was said."""

        def due() -> None:
            left = self.announcer.quiet_at() + seconds - self.clock.monotonic()
            if left > 0:
                self._idle = self.gateway.later(left, due)
            else:
                then()

        self._idle = self.gateway.later(seconds, due)

    def _warn_idle(self) -> None:
        self.handle(ev.Event(ev.IdleWarning()))
        self._limit(self.table.book.settings.visit.answer_seconds, self._time_out)

    def _call_out(self) -> None:
        """Say again that a card still lies there, until it is taken; then call somebody."""
        self.announcer.repeat()
        self._calls += 1
        if self._calls == self.table.book.settings.visit.card_calls_alone:
            self._perform(do.RingBell())
        self._restart_idle()

    def _time_out(self) -> None:
        self.handle(ev.Event(ev.Timeout()))

    def _plain(self) -> Visit:
        """Return how the idle page looks when nobody has touched it."""
        visit = self.visit
        return Visit(visit.id, visit.application_id, request=visit.request)

    def _check_health(self) -> None:
        """Look after reader and disk while nobody is here."""
        if self._health is not None:
            self._health.cancel()
            self._health = None
        if self.visit.stage in (Stage.IDLE, Stage.OUT_OF_SERVICE):
            self._run("reader", self._report_health)
            self._health = self.gateway.later(HEALTH_SECONDS, self._check_health)

    def _report_health(self) -> None:
        kit = self.kit()
        failure = kit.room_left() or kit.reader.check()
        what = ev.DeviceLost(failure) if failure else ev.DeviceBack()
        self.gateway.post(lambda: self.handle(ev.Event(what)))


def _printed(failure: Failure | None) -> ev.Happening:
    return ev.PrintFailed(failure) if failure else ev.Printed()


def capture_paper(kit: Equipment, wanted: do.CapturePaper, watch: Watch, tell: Tell) -> None:
    """Take a picture, seal and keep it, and tell what came of it."""
    found = kit.paper_camera.capture(watch.cancelled)
    if found is None:
        return
    if isinstance(found, PaperPicture):
        kept = kit.keep_paper(wanted.application_id, found.jpeg)
        if isinstance(kept, CapturedPaper):
            tell(ev.PaperCaptured(wanted.code, kept))
            return
        found = kept
    tell(ev.PaperFailed(found))


def _raise(error: BaseException) -> None:
    raise error
