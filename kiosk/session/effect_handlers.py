"""Handlers of effects: blocking work runs on a worker, its answer on the main thread.

There is one thread per device. An answer carries the id and request of the visit that asked.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import singledispatchmethod

from kiosk.application.rating import Rating
from kiosk.config.settings import Settings
from kiosk.failures import Failure
from kiosk.ports import Bell, Clock
from kiosk.session.central_queries import begun_by_employer, facts_of
from kiosk.session.confirming_tasks import send_decision
from kiosk.session.device_tasks import (
    FaceDuty,
    TaskWatch,
    capture_paper,
    drop_pictures,
    keep_picture,
    log_in,
    read_card,
    read_code,
    scan_code,
    see_desk,
    tell_when_taken,
    wait_until_taken,
    watch_card,
)
from kiosk.session.face_lockout import FaceLockout
from kiosk.session.maintenance_tasks import Maintenance
from kiosk.session.person_questions import ask_central
from kiosk.session.progress_tasks import fetch_progress
from kiosk.session.services import Equipment, Gateway
from kiosk.session.worker_threads import raise_error, start_threads
from kiosk.speech.announcer import Announcer
from kiosk.visit import effects as do
from kiosk.visit.device_request import DeviceRequest
from kiosk.visit.events.devices import BellTold, StoreFailed
from kiosk.visit.events.event import Answered, Event
from kiosk.visit.events.pressed import HandRead
from kiosk.visit.events.ratings import RatingLost
from kiosk.visit.events.staff import LoggedIn, Waited
from kiosk.visit.events.started_elsewhere import DraftBegun
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.draft import decode
from kiosk.visit.steps.authority.events import PrincipalsCounted
from kiosk.visit.steps.correction.events import CorrectionKept
from kiosk.visit.steps.desk.events import MonthKnown, MonthUnknown
from kiosk.visit.steps.facts.events import DraftFound, FactsKnown, FactsUnknown
from kiosk.visit.steps.submission.events import Pending, Stored
from kiosk.visit.table import is_late

LIVE_SECONDS = 4.0  # between looks at a case or a desk that is on the screen


@dataclass
class EffectHandlers:
    """The workers and the handler of each effect.

    `visit` returns the present visit, `take` receives answers on the main thread. `kit` returns the
    equipment and may block until it is there: only workers call it.
    """

    kit: Callable[[], Equipment]
    gateway: Gateway
    clock: Clock
    announcer: Announcer
    settings: Settings
    cool_down: FaceLockout
    visit: Callable[[], Visit]
    take: Callable[[Answered], None]
    watch: TaskWatch = field(init=False)
    threads: dict[str, ThreadPoolExecutor] = field(default_factory=start_threads)

    def __post_init__(self) -> None:
        self.watch = TaskWatch(self.clock)

    def dismiss(self) -> None:
        """Cancel every running task."""
        self.watch.ended.set()

    def stop(self) -> None:
        """End every worker; what is to be stored is stored before, nothing else is begun."""
        for name, thread in self.threads.items():
            thread.shutdown(wait=True, cancel_futures=name != "store")

    def run(self, thread: str, duty: Callable[[], None]) -> None:
        """Run a task on the worker `thread`; its exceptions are raised on the main thread."""
        future = self.threads[thread].submit(duty)
        future.add_done_callback(self._raise_bug)

    def _tell(self) -> Callable[[Event], None]:
        """Return the callback for a worker's answers, bound to this visit and request."""
        visit, request = self.visit().id, self.visit().request

        def tell(what: Event) -> None:
            self.gateway.post(lambda: self.take(Answered(what, visit, request)))

        return tell

    def _raise_bug(self, future: Future[None]) -> None:
        if not future.cancelled() and (error := future.exception()) is not None:
            self.gateway.post(lambda: raise_error(error))

    @singledispatchmethod
    def perform(self, effect: do.Effect) -> None:
        """Begin what a step asked for; main thread only."""
        Maintenance(self.run, self.kit, self._tell(), self.watch, self.announcer).perform(effect)

    @perform.register
    def _ask(self, effect: DeviceRequest) -> None:
        watch, tell = self.watch, self._tell()

        def ask() -> None:
            event = effect.answer(self.kit(), watch.cancelled)
            if event is not None:
                tell(event)

        self.run(effect.thread, ask)

    @perform.register
    def _cancel(self, _effect: do.Cancel) -> None:
        self.dismiss()
        self.watch = TaskWatch(self.clock)
        # The face check begins or is tried again, so its camera stays on.
        if self.visit().stage is not Stage.PROOF:
            self.run("face", lambda: self.kit().camera.stop())  # noqa: PLW0108 - may wait for the kit
        self.run("paper", lambda: self.kit().pictures.drop())  # noqa: PLW0108 - may wait, too
        if self.visit().stage is not Stage.MATERIALS:  # another paper, or the same once more
            self.run("paper", lambda: self.kit().text_reader.end())  # noqa: PLW0108 - may wait, too

    @perform.register
    def _read_card(self, _effect: do.ReadCard) -> None:
        watch, tell = self.watch, self._tell()
        self.run("reader", lambda: read_card(self.kit().reader, watch, tell))

    @perform.register
    def _scan_code(self, _effect: do.ScanCode) -> None:
        watch, tell = self.watch, self._tell()
        self.run("scanner", lambda: scan_code(self.kit().scanner, watch, tell))

    @perform.register
    def _watch_card(self, _effect: do.WatchCard) -> None:
        watch, tell = self.watch, self._tell()
        self.run("reader", lambda: watch_card(self.kit().reader, watch, tell))

    @perform.register
    def _remind(self, effect: do.Remind) -> None:
        tell = self._tell()
        self.gateway.later(effect.seconds, lambda: tell(Waited()))

    @perform.register
    def _log_in(self, effect: do.LogIn) -> None:
        visit, request = self.visit().id, self.visit().request

        def tell(what: Event) -> None:
            self.gateway.post(lambda: self._let_in(Answered(what, visit, request)))

        self.run("store", lambda: log_in(self.kit().staff_login, effect, tell))

    def _let_in(self, event: Answered) -> None:
        """Take a login; one that comes too late was recorded, so its logout is recorded as well."""
        if isinstance(event.what, LoggedIn) and is_late(self.visit(), event):
            session = event.what.session
            if not session.needs_code:  # who does is noted after the code
                self.perform(do.LogOut(session.id))
        self.take(event)

    @perform.register
    def _log_out(self, effect: do.LogOut) -> None:
        self.run("store", lambda: self.kit().staff_login.leave(effect.staff))

    @perform.register
    def _hand_in(self, effect: do.HandInCorrection) -> None:
        tell = self._tell()

        def keep() -> None:
            failure = self.kit().hand_in(effect.brought)
            tell(StoreFailed(failure) if failure else CorrectionKept())

        self.run("store", keep)

    @perform.register
    def _count_principals(self, effect: do.CountPrincipals) -> None:
        tell, asked = self._tell(), (effect.proxy, effect.number)
        self.run("central", lambda: tell(PrincipalsCounted(self.kit().principals.others(*asked))))

    @perform.register
    def _look_at_desk(self, effect: do.LookAtDesk) -> None:
        tell, again = self._tell(), self._again(effect)

        def look() -> None:
            see_desk(self.kit().desk, tell)
            again()

        self.run("central", look)

    @perform.register
    def _fetch_month(self, effect: do.FetchMonth) -> None:
        tell = self._tell()

        def ask() -> None:
            found = self.kit().month(effect.staff)
            unknown = MonthUnknown(Failure.CENTRAL_UNREACHABLE)
            tell(unknown if found is None else MonthKnown(found))

        self.run("central", ask)

    def _again(self, effect: do.Effect) -> Callable[[], None]:
        """Return a callback that repeats the effect after a while, if its page still stands."""
        visit, request = self.visit().id, self.visit().request

        def perform() -> None:
            if (self.visit().id, self.visit().request) == (visit, request):
                self.perform(effect)

        return lambda: self.gateway.post(lambda: self._later(perform))

    def _later(self, work: Callable[[], None]) -> None:
        self.gateway.later(LIVE_SECONDS, work)

    @perform.register
    def _check_face(self, effect: do.CheckFace) -> None:
        watch, tell = self.watch, self._tell()
        settings = self.settings.face

        def check() -> None:
            kit = self.kit()
            quiet_at = self.announcer.quiet_at
            outside = (kit.central, kit.camera, kit.checker)
            duty = FaceDuty(*outside, settings, self.clock, quiet_at, self.cool_down)
            duty.check(effect, watch, tell)

        self.run("face", check)

    @perform.register
    def _fetch_facts(self, effect: do.FetchFacts) -> None:
        tell = self._tell()

        def fetch() -> None:
            found = facts_of(self.kit().central, effect.who)
            tell(FactsUnknown(found) if isinstance(found, Failure) else FactsKnown(found))

        self.run("central", fetch)

    @perform.register
    def _ask_of_person(self, effect: do.PersonQuestion) -> None:
        tell = self._tell()
        self.run("central", lambda: ask_central(self.kit().central, effect, tell))

    @perform.register
    def _decide_filing(self, effect: do.DecideFiling) -> None:
        tell = self._tell()
        self.run("central", lambda: send_decision(self.kit().central, effect, tell))

    @perform.register
    def _find_draft(self, effect: do.FindDraft) -> None:
        tell = self._tell()

        def find() -> None:
            content = self.kit().drafts.find(effect.number)
            draft = None if content is None else decode(content)
            if draft is not None:
                tell(DraftFound(draft))

        self.run("store", find)

    @perform.register
    def _read_code(self, _effect: do.ReadCode) -> None:
        watch, tell, kit = self.watch, self._tell(), self.kit
        self.run(
            "scanner", lambda: read_code(kit().scanner, kit().central, self.clock, watch, tell)
        )

    @perform.register
    def _fetch_begun(self, effect: do.FetchBegun) -> None:
        tell = self._tell()

        def fetch() -> None:
            found = begun_by_employer(self.kit().central, effect.who)
            if not isinstance(found, Failure):
                tell(DraftBegun(found))

        self.run("central", fetch)

    @perform.register
    def _keep_draft(self, effect: do.KeepDraft) -> None:
        def keep() -> None:
            self.kit().drafts.keep(effect.number, effect.content)

        self.run("store", keep)

    @perform.register
    def _drop_draft(self, effect: do.DropDraft) -> None:
        self.run("store", lambda: self.kit().drafts.drop(effect.number))

    @perform.register
    def _fetch_progress(self, effect: do.FetchProgress) -> None:
        tell = self._tell()

        def fetch() -> None:
            fetch_progress(self.kit().central, effect, tell)
            again()

        again = self._again(effect)
        self.run("central", fetch)

    @perform.register
    def _capture_paper(self, effect: do.CapturePaper) -> None:
        watch, tell = self.watch, self._tell()
        self.run("paper", lambda: capture_paper(self.kit(), effect, watch, tell))

    @perform.register
    def _keep_picture(self, effect: do.KeepPicture) -> None:
        tell = self._tell()
        self.run("paper", lambda: keep_picture(self.kit(), effect, tell))

    @perform.register
    def _read_hand(self, effect: do.ReadHand) -> None:
        tell, strokes = self._tell(), effect.strokes
        self.run("hand", lambda: tell(HandRead(strokes, self.kit().read_hand(strokes))))

    @perform.register
    def _ring_bell(self, _effect: do.RingBell) -> None:
        visit = self.visit().id

        def told(bell: Bell) -> None:
            self.gateway.post(lambda: self.take(Answered(BellTold(bell), visit)))

        self.run("bell", lambda: self.kit().bell.ring(told))

    @perform.register
    def _stop_bell(self, _effect: do.StopBell) -> None:
        self.run("bell", lambda: self.kit().bell.stop())  # noqa: PLW0108 - may wait for the kit

    @perform.register
    def _wipe(self, effect: do.Wipe) -> None:
        watch, tell = self.watch, self._tell()

        def forget() -> None:
            self.kit().camera.stop()
            self.kit().checker.forget()
            self.run("reader", wait_for_card)

        def wait_for_card() -> None:
            wait_until_taken(self.kit().reader, self.clock, watch)
            other = self.kit().ss_reader if effect.ss_card else None
            self.run("ss_reader", lambda: tell_when_taken(other, self.clock, watch, tell))

        self.run("face", forget)
        # Behind a picture that is still being kept, and before the next person's.
        self.run("paper", lambda: drop_pictures(self.kit()))

    @perform.register
    def _submit(self, effect: do.Submit) -> None:
        tell = self._tell()

        def store() -> None:
            kit, parties = self.kit(), effect.application.parties
            failure = kit.submit(effect.application)
            if parties and not failure:
                kit.principals.record(*parties)
            if not failure:
                kit.staff_login.record_vouched(effect.application.vouchers)
            tell(StoreFailed(failure) if failure else Stored())

        application_id = effect.application.id  # the timer must not hold the whole application
        seconds = self.settings.visit.submit_wait_seconds
        self.run("store", store)
        self.gateway.later(seconds, lambda: self._give_up_waiting(application_id))

    def _give_up_waiting(self, application_id: str) -> None:
        """Tell Pending, unless a receipt or a failure came first."""
        visit = self.visit()
        if visit.stage is not Stage.SUBMITTING or visit.application_id != application_id:
            return
        # Behind the storing in the same queue: nobody is told that it is kept before it is.
        self.run("store", lambda: self.gateway.post(lambda: self._pend(visit.id)))

    def _pend(self, visit_id: str) -> None:
        self.take(Answered(Pending(), visit_id))

    @perform.register
    def _send_rating(self, effect: do.SendRating) -> None:
        tell = self._tell()
        given = effect.grade, effect.reasons, effect.words
        rating = Rating(effect.application_id, effect.stage, *given)

        def keep() -> None:
            if self.kit().rate(rating) is not None:
                tell(RatingLost())

        self.run("store", keep)
