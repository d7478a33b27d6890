"""The runner performs what the table asks, and no late answer reaches the next person."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

import pytest

from kiosk.application.document import Way
from kiosk.audit.audit_events import AuditEvent
from kiosk.clips import Clips
from kiosk.config.settings import ScannerSettings, StaffSettings
from kiosk.crypto.envelope import OpeningKey, open_sealed, parse_envelope
from kiosk.delivery.correction import PAPER, hand_in
from kiosk.delivery.principals import Principals
from kiosk.delivery.scan_intake import keep_paper
from kiosk.delivery.submission import Sender, rate, submit
from kiosk.failures import Failure
from kiosk.journal.recorder import Journal
from kiosk.journal.replay import replay
from kiosk.pages.page import Page
from kiosk.pages.press import Press
from kiosk.people.identity import IdCard
from kiosk.people.qr_token import LIFE_SECONDS, QrToken
from kiosk.ports import Bell, CentralAnswer, Coach, FaceBand, FaceLook, Frame, PaperPicture, Trouble
from kiosk.session.central_queries import begun_by_code
from kiosk.session.controller import Controller
from kiosk.session.device_tasks import CAMERA_WAIT, TaskWatch, capture_paper, keep_picture
from kiosk.session.effect_handlers import LIVE_SECONDS
from kiosk.session.services import Equipment, Gateway
from kiosk.speech.announcer import Announcer
from kiosk.speech.utterance import Voice
from kiosk.staff.code import code_of, read_key, step_of
from kiosk.staff.desk import look_at_desk, month_of
from kiosk.staff.door import Door
from kiosk.staff.roster import hash_card
from kiosk.storage.drafts import Drafts
from kiosk.storage.store import Store, open_store
from kiosk.visit import events as ev
from kiosk.visit.effects import (
    Cancel,
    CapturePaper,
    FetchBegun,
    KeepPicture,
    LogIn,
    ReadCode,
    ScanCode,
    SendRating,
    Wipe,
)
from kiosk.visit.stages import Stage
from kiosk.visit.state import ToldKind
from kiosk.visit.steps.catalogue import build_table
from tests.kiosk.invented_people import INK, NOW, attendance, handbook, persona, receipt_for
from tests.kiosk.listening import VOICE, Ear
from tests.kiosk.staff_people import (
    CODE_KEY,
    HELPER_CARD,
    OTHER_HELPER,
    OTHER_PIN,
    PIN,
    PIN_HASHES,
    POINT,
    TECHNICIAN,
    TECHNICIAN_CARD,
    account,
    roster,
)
from tests.kiosk.storage.test_drafts import Key, Noise
from wiring.maintenance_pages import sheets

AT = NOW.isoformat()
SHEET = next(sheets())
COLLEAGUE = account(
    id="H-0002",
    card_hash=hash_card(persona("wang")[0].number),
    pin_hash=PIN_HASHES[OTHER_PIN],
)
STAFF = roster(issued_at=AT, valid_until=AT, accounts=[account(), TECHNICIAN, COLLEAGUE])
OPENING = OpeningKey(b"s" * 32)
PORTRAIT = CentralAnswer(200, "image/jpeg", None, b"jpeg")
ACCEPT = FaceLook(1, band=FaceBand.ACCEPT, score=0.3, threshold=0.42, engine="fake")


def facts_answer() -> CentralAnswer:
    import json

    from kiosk.config.schema import read_table
    from tests.kiosk.invented_people import CONFIG

    table = read_table(CONFIG / "personas" / "liu.toml")["facts"]
    return CentralAnswer(200, "application/json", None, json.dumps(table).encode())


@dataclass
class Loop:
    """The main thread of a test: runs what was posted, and timers when told."""

    posted: list[Callable[[], None]] = field(default_factory=list)
    timers: list[tuple[float, Callable[[], None], Loop.Handle]] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    @dataclass
    class Handle:
        cancelled: bool = False

        def cancel(self) -> None:
            self.cancelled = True

    def gateway(self) -> Gateway:
        return Gateway(self.post, self.later, self.pages.append)

    def post(self, call: Callable[[], None]) -> None:
        with self.arrived:
            self.posted.append(call)
            self.arrived.notify()

    def later(self, seconds: float, call: Callable[[], None]) -> Handle:
        handle = Loop.Handle()
        self.timers.append((seconds, call, handle))
        return handle

    def run_until(self, wanted: Callable[[], bool]) -> None:
        while not wanted():
            with self.arrived:
                assert self.arrived.wait_for(lambda: self.posted, 30), "nothing came"
                call = self.posted.pop(0)
            call()

    def fire(self, seconds: float) -> None:
        for timer in list(self.timers):
            if timer[0] == seconds and not timer[2].cancelled:
                self.timers.remove(timer)
                timer[1]()


@dataclass
class FakeClock:
    seconds: float = 1000.0

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        self.seconds += 0.5
        return self.seconds

    def wait(self, event, seconds):
        self.seconds += seconds


@dataclass
class Devices:
    """Reader, camera, checker, printer and central service in one, each answer settable."""

    card: object = None
    health: Failure | None = None
    frames: object = None
    looks: object = ACCEPT
    prepared: Failure | None = None
    printed: Failure | None = None
    answers: dict[str, CentralAnswer] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    asked: list[bool] = field(default_factory=list)
    counter: itertools.count = field(default_factory=itertools.count)
    taken: bool = True
    picture: object = PaperPicture(b"a page")
    code: list[object] = field(default_factory=list)

    def examine(self):
        return SHEET

    def read(self, cancelled):
        return self.card() if callable(self.card) else self.card

    def scan(self, cancelled):
        return self.code.pop(0) if self.code else None

    def wait_removed(self, cancelled):
        self.calls.append("removed")
        while not self.taken and not cancelled():
            pass
        return self.taken

    def check(self):
        return self.health

    def close(self):
        self.calls.append("close")

    def start(self):
        self.calls.append("camera on")

    def stop(self):
        self.calls.append("camera off")

    def capture(self, cancelled):
        return self.picture

    def latest(self):
        if self.frames == "none":
            return None
        sequence = 0 if self.frames == "frozen" else next(self.counter)
        return Frame(sequence, 0.0, 1, 1, b"bgr")

    def prepare(self, portrait):
        return self.prepared

    def begin(self, *, turn_only=False):
        self.calls.append("turns only" if turn_only else "turns and blink")

    def look(self, frame, *, may_ask=True):
        self.asked.append(may_ask)
        return self.looks(frame) if callable(self.looks) else self.looks

    def forget(self):
        self.calls.append("forgotten")

    def print_slip(self, slip):
        self.calls.append("printed")
        return self.printed

    def call(self, method, path, body=b"", headers=None):
        self.calls.append(f"{method} {path}")
        for part, answer in self.answers.items():
            if part in path:
                return answer
        if path == "/v1/people/confirmations" and "facts" in self.answers:
            return CentralAnswer(200, "application/json", None, b'{"items":[]}')
        return CentralAnswer(trouble=Trouble.UNREACHABLE)


@dataclass
class Bells:
    """The helper's desk, which is rung at once."""

    calls: list[str]

    def ring(self, tell):
        self.calls.append("ring")
        tell(Bell.RINGING)

    def stop(self):
        self.calls.append("silence")


@dataclass
class Scene:
    runner: Controller
    loop: Loop
    devices: Devices
    store: Store
    lines: list[str]
    woken: list[bool]
    room: list[Failure | None]
    dropped: list[bool]

    @property
    def stage(self) -> Stage:
        return self.runner.visit.stage

    def until(self, stage: Stage) -> None:
        self.loop.run_until(lambda: self.stage is stage)

    def settle(self, worker: str = "store") -> None:
        """Wait until a worker has done what it was asked to, and told of it."""
        done: list[bool] = []
        self.runner.performer.run(worker, lambda: self.loop.post(lambda: done.append(True)))
        self.loop.run_until(lambda: bool(done))

    def identify(self) -> None:
        self.devices.card = persona("liu")[0]
        self.devices.answers = {"portrait": PORTRAIT, "facts": facts_answer()}
        self.runner.press(Press.START_SELF)
        self.runner.press(Press.AGREE)
        self.loop.run_until(lambda: self.runner.visit.facts.situation is not None)

    def fill_in(self) -> None:
        press = self.runner.press
        while self.stage in (Stage.FACTS, Stage.CHOOSE):
            press(Press.NEXT)
        for digit in "13900001234":
            press(Press.DIGIT, digit)
        press(Press.NEXT)
        press(Press.PICK, "same")
        press(Press.PICK, "card")
        for digit in "19920314":
            press(Press.DIGIT, digit)
        press(Press.NEXT)
        press(Press.PICK, "once")
        press(Press.PICK, "rest")
        press(Press.PROMISE)
        press(Press.PROMISE)
        press(Press.CONFIRM)
        self.runner.handle(ev.Answered(ev.Drawn(INK)))
        press(Press.SIGNED)


@pytest.fixture
def scene(tmp_path):
    loop, devices, lines, woken = Loop(), Devices(), [], []
    store = open_store(tmp_path / "kiosk.db")
    assert isinstance(store, Store)
    ids = (f"00000000-0000-4000-8000-{number:012d}" for number in itertools.count(1))
    room: list[Failure | None] = [None]
    dropped: list[bool] = []

    def wake(failure: Failure | None) -> Failure | None:
        woken.append(True)
        loop.post(lambda: None)
        return failure

    def drop_papers() -> None:
        dropped.append(True)
        loop.post(lambda: None)

    def note(event: AuditEvent, **detail: str) -> None:
        store.note(event, "BZ-DEMO-0001", AT, **detail)

    equipment = Equipment(
        reader=devices,
        camera=devices,
        checker=devices,
        printer=devices,
        central=devices,
        submit=lambda one: wake(submit(store, Sender("BZ", OPENING.sealing), one, NOW)),
        rate=lambda one: wake(rate(store, one, NOW, next(ids))),
        drafts=Drafts(store.database, Key(), Noise(), lambda: 0.0, 3600.0),
        paper_camera=devices,
        person_camera=devices,
        keep_paper=lambda number, page: keep_paper(store, OPENING.sealing, number, page),
        drop_papers=drop_papers,
        bell=Bells(devices.calls),
        read_hand=lambda strokes: tuple("王玉主"),
        room_left=lambda: room[0],
        door=Door(lambda: STAFF, store, StaffSettings(), FakeClock().now, note),
        desk=lambda: look_at_desk(store, devices, POINT),
        month=lambda staff: month_of(devices, POINT, "2026-11", staff),
        scanner=devices,
        hand_in=lambda one: wake(hand_in(store, Sender("BZ", OPENING.sealing), one, NOW)),
        principals=Principals(store, Key(), devices, lambda: 0.0),
        workshop=devices,
    )
    runner = Controller(
        build_table(handbook()),
        lambda: equipment,
        loop.gateway(),
        Journal(lines.append, handbook()),
        FakeClock(),
        lambda: next(ids),
        Announcer(Voice(Clips()), Ear(), FakeClock(), loop.later, lines.append),
    )
    yield Scene(runner, loop, devices, store, lines, woken, room, dropped)
    runner.stop()
    store.close()


def log_in(scene: Scene) -> None:
    """The helper's card lies there while the PIN is typed."""
    scene.devices.taken = False
    scene.devices.card = replace(persona("liu")[0], number=HELPER_CARD)
    scene.runner.press(Press.STAFF)
    scene.loop.run_until(lambda: scene.runner.visit.staff.card_number)
    for digit in PIN:
        scene.runner.press(Press.DIGIT, digit)
    scene.until(Stage.DESK)
    scene.loop.run_until(lambda: scene.runner.visit.desk.content is not None)
    scene.devices.taken = True


def test_a_technician_comes_in_by_a_third_thing(scene):
    scene.runner.start()
    scene.devices.card = replace(persona("liu")[0], number=TECHNICIAN_CARD)
    scene.devices.taken = False
    scene.runner.press(Press.STAFF)
    scene.loop.run_until(lambda: bool(scene.runner.visit.staff.card_number))
    key = read_key(CODE_KEY)
    assert key is not None
    for said, stage in ((PIN, Stage.CODE), (code_of(key, step_of(NOW)), Stage.MAINTENANCE)):
        for digit in said:
            scene.runner.press(Press.DIGIT, digit)
        scene.until(stage)
    scene.loop.run_until(lambda: scene.runner.visit.maintenance.report is SHEET)
    scene.devices.taken = True
    scene.runner.press(Press.QUIT)
    scene.until(Stage.IDLE)
    scene.settle()
    noted = [(one.event, one.detail.get("staff")) for one in scene.store.audit()]
    assert noted[-2:] == [(AuditEvent.STAFF_IN, "T-0001"), (AuditEvent.STAFF_OUT, "T-0001")]


@pytest.mark.parametrize(
    ("pin", "noted"),
    [
        (OTHER_PIN, ["staff_in", "staff_handed_over"]),
        (PIN, ["staff_in", "staff_turned_away", "staff_out"]),
    ],
    ids=["right", "wrong"],
)
def test_a_helper_hands_the_desk_over(scene, pin, noted):
    scene.runner.start()
    log_in(scene)
    pages = len(scene.loop.pages)
    scene.devices.taken = False
    scene.devices.card = persona("wang")[0]
    scene.runner.press(Press.REPORT)
    scene.runner.press(Press.HAND_OVER)
    scene.loop.run_until(lambda: scene.runner.visit.staff.card_number)
    for digit in pin:
        scene.runner.press(Press.DIGIT, digit)
    scene.until(Stage.DESK if pin == OTHER_PIN else Stage.LOGIN)
    scene.settle()
    assert [one.event for one in scene.store.audit()] == noted
    last = scene.store.audit()[-1].detail
    assert (
        dict(last).items()
        >= (
            {"staff": "H-0002", "relieved": "H-0001"} if pin == OTHER_PIN else {"staff": "H-0001"}
        ).items()
    )
    shown = {one.name for one in scene.loop.pages[pages:]}
    assert shown <= {"desk", "report", "handover", "staff_pin"}
    scene.devices.taken = True


@pytest.mark.parametrize(
    ("card", "pin", "noted"),
    [
        (HELPER_CARD, PIN, ["staff_in", "staff_out"]),
        (HELPER_CARD, OTHER_PIN, ["staff_turned_away"]),
        (TECHNICIAN_CARD, PIN, []),
    ],
    ids=["right", "wrong", "a technician, before the code"],
)
def test_who_lifts_the_card_while_the_pin_is_looked_at_is_not_in_and_the_audit_says_so(
    scene, card, pin, noted
):
    scene.runner.start()
    scene.runner.visit = replace(scene.runner.visit, stage=Stage.LOGIN, request=1)
    scene.runner.performer.perform(LogIn(card, pin))
    scene.runner.visit = replace(scene.runner.visit, request=2)
    scene.settle()
    scene.settle()
    assert (scene.stage, scene.runner.visit.staff.session) == (Stage.LOGIN, None)
    assert [one.event for one in scene.store.audit()] == noted


def test_an_answer_names_the_visit_and_the_request_that_asked(scene):
    """Or what one person asked for could reach the next one."""
    heard: list[ev.Answered] = []
    scene.runner.performer.take = heard.append
    asked = scene.runner.visit
    scene.runner.performer.perform(CapturePaper("P2"))
    scene.runner.visit = replace(asked, id="of the next one", request=asked.request + 1)
    scene.loop.run_until(lambda: heard)
    assert (heard[0].visit, heard[0].request) == (asked.id, asked.request)


def test_a_helper_files_for_one_after_another(scene):
    scene.runner.start()
    log_in(scene)
    helpers_visit = scene.runner.visit.id
    assert (
        scene.runner.visit.desk.content.corrections is None
    )  # nobody answers at the central service
    ids = []
    for _ in range(2):
        scene.devices.card = persona("liu")[0]
        scene.devices.answers = {"portrait": PORTRAIT, "facts": facts_answer()}
        scene.runner.press(Press.FILE_FOR)
        scene.runner.press(Press.AGREE)
        scene.loop.run_until(lambda: scene.runner.visit.facts.situation is not None)
        scene.fill_in()
        scene.loop.fire(handbook().settings.visit.submit_wait_seconds)
        scene.until(Stage.RECEIPT)
        ids.append(scene.runner.visit.application_id)
        scene.runner.press(Press.DONE)
        scene.runner.press(Press.SKIP)
        scene.until(Stage.DESK)
        scene.loop.run_until(lambda: scene.runner.visit.desk.content is not None)
    assert len({helpers_visit, scene.runner.visit.id, *ids}) == 4
    assert [one.masked_name for one in scene.runner.visit.desk.content.unsent] == ["刘**"] * 2
    for parcel in scene.store.due(0.0):
        envelope = parse_envelope(parcel.body)
        content = open_sealed(envelope.sealed, OPENING, envelope.id, envelope.digest)
        said = json.loads(content)
        assert (said["way"], said["staff"]) == ("helper_present", "H-0001")
    scene.runner.press(Press.QUIT)
    scene.until(Stage.IDLE)
    assert scene.runner.visit.staff.session is None
    scene.settle()
    events = [(one.event, dict(one.detail).get("staff")) for one in scene.store.audit()]
    assert events == [
        (AuditEvent.STAFF_IN, "H-0001"),
        (AuditEvent.CONFIRMED, "H-0001"),
        (AuditEvent.CONFIRMED, "H-0001"),
        (AuditEvent.STAFF_OUT, "H-0001"),
    ]


MONTH = {"filed": 3, "own": 2, "services": 30, "closed": 1, "ways": {"self": 1}, "grades": {"5": 2}}


def test_the_month_is_asked_for_and_said_to_be_unknown_without_a_network(scene):
    scene.runner.start()
    log_in(scene)
    scene.runner.press(Press.REPORT)
    scene.loop.run_until(lambda: scene.runner.visit.failure is Failure.CENTRAL_UNREACHABLE)
    scene.runner.press(Press.BACK)
    body = json.dumps({"version": 1, **MONTH}).encode()
    scene.devices.answers = {
        "/months/2026-11/H-0001": CentralAnswer(200, "application/json", body=body)
    }
    scene.runner.press(Press.REPORT)
    scene.loop.run_until(lambda: scene.runner.visit.desk.month is not None)
    assert (scene.runner.visit.desk.month.own, scene.runner.visit.desk.month.grades) == (
        2,
        {"5": 2},
    )


def test_a_slip_is_scanned_and_its_case_shown(scene):
    settings = scene.runner.table.book.settings
    with_scanner = replace(settings, code_scanner=ScannerSettings("/dev/kiosk/scanner"))
    scene.runner.table = build_table(replace(scene.runner.table.book, settings=with_scanner))
    states = {"services": [{"code": "R01", "state": "suspended"}], "case_number": "n"}
    body = json.dumps(states).encode()
    scene.devices.answers = {"/progress": CentralAnswer(200, "application/json", body=body)}
    scene.devices.code = [QrToken("TX1:33333333-0000-4000-8000-000000000003", 1.0)]
    scene.runner.press(Press.ASK_PROGRESS)
    scene.loop.run_until(lambda: scene.runner.visit.progress.states == {"R01": "suspended"})
    assert scene.stage is Stage.SLIP


def test_a_friend_files_and_it_is_counted(scene):
    scene.runner.start()
    scene.devices.card = persona("wang")[0]
    scene.devices.answers = {"portrait": PORTRAIT, "facts": facts_answer()}
    scene.runner.press(Press.START_PROXY)
    scene.runner.press(Press.AGREE)
    scene.until(Stage.PRINCIPAL)
    scene.devices.card = persona("liu")[0]
    scene.until(Stage.AUTHORITY)
    scene.loop.run_until(lambda: "POST /v1/people/principals" in scene.devices.calls)
    for said in ("child", "apply", "signed", "once"):
        scene.runner.press(Press.PICK, said)
    scene.runner.press(Press.AGREE)
    scene.until(Stage.WITNESS)
    scene.runner.handle(ev.Answered(ev.LoggedIn(OTHER_HELPER)))
    scene.runner.handle(ev.Answered(ev.Drawn(INK)))
    scene.runner.press(Press.AUTHORISE)
    scene.loop.run_until(lambda: scene.runner.visit.facts.situation is not None)
    scene.fill_in()
    scene.loop.fire(handbook().settings.visit.submit_wait_seconds)
    scene.until(Stage.RECEIPT)
    principals = scene.runner.kit().principals
    assert principals.others(attendance("wang"), "somebody else") == 1


FILED = {
    "application_id": "11111111-0000-4000-8000-000000000003",
    "filed_at": "2026-11-20T09:00:00+08:00",
    "until": "2026-12-20",
    "state": "awaiting",
    "way": "proxy",
    "filer": "王**",
    "relation": "child",
    "point": "BZ-2",
    "services": ["R01"],
}


def test_who_others_filed_for_is_asked_and_the_word_is_sent(scene):
    scene.runner.start()
    scene.devices.card = persona("liu")[0]
    told = CentralAnswer(200, "application/json", None, json.dumps({"items": [FILED]}).encode())
    done = CentralAnswer(200, "application/json", None, b'{"state":"refused"}')
    path = f"POST /v1/confirmations/{FILED['application_id']}"
    scene.devices.answers = {"portrait": PORTRAIT, "people/confirmations": told, path[5:]: done}
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.until(Stage.CONFIRMING)
    assert "POST /v1/people/facts" not in scene.devices.calls, "nothing is fetched before"
    scene.runner.press(Press.REFUSE_FILING)
    scene.loop.run_until(lambda: scene.runner.visit.confirming.decided is not None)
    assert scene.devices.calls.count(path) == 1
    scene.runner.press(Press.NEXT)
    scene.until(Stage.FACTS)


BEGUN = {"id_number": persona("liu")[0].number, "services": ["R01"], "answers": {"live": "same"}}


def test_a_code_on_a_telephone_leads_to_what_was_begun(scene):
    old = QrToken("an old token", -LIFE_SECONDS)
    told = CentralAnswer(200, "application/json", None, json.dumps(BEGUN).encode())
    scene.devices.answers = {"claim": told}
    scene.runner.visit = replace(scene.runner.visit, stage=Stage.SCAN)
    scene.devices.code = [Failure.CODE_UNREADABLE, old, QrToken("a token", 1000.0)]
    scene.runner.performer.perform(ReadCode())
    scene.until(Stage.NOTICE)
    assert scene.runner.visit.begun is not None
    assert scene.devices.calls.count("POST /v1/drafts/claim") == 1, "an old code is not sent"
    noted = [json.loads(line).get("failure") for line in scene.lines]
    assert noted == ["code_unreadable", "code_expired", None]
    assert "a token" not in "".join(scene.lines)


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (CentralAnswer(404, "application/problem+json"), Failure.CODE_EXPIRED),
        (CentralAnswer(422, "application/problem+json"), Failure.CODE_EXPIRED),
        (CentralAnswer(trouble=Trouble.TIMEOUT), Failure.CENTRAL_UNREACHABLE),
        (CentralAnswer(200, "application/json", None, b"{}"), Failure.CENTRAL_STRANGE),
        (CentralAnswer(200, "application/json", None, b"[]"), Failure.CENTRAL_STRANGE),
    ],
)
def test_a_code_that_leads_to_nothing(answer, failure):
    central = Devices(answers={"claim": answer})
    assert begun_by_code(central, QrToken("a token", 0.0)) is failure


def test_what_the_employer_began_is_fetched_with_the_facts(scene):
    scene.runner.start()
    scene.devices.card = persona("liu")[0]
    facts = replace(persona("liu")[1], waiting_unit="亳州市示范机械厂")
    known = CentralAnswer(200, "application/json", None, json.dumps(asdict(facts)).encode())
    told = CentralAnswer(200, "application/json", None, json.dumps(BEGUN).encode())
    scene.devices.answers = {"portrait": PORTRAIT, "facts": known, "people/draft": told}
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.loop.run_until(lambda: scene.runner.visit.facts.draft is not None)
    assert scene.runner.visit.facts.draft_from is Way.EMPLOYER


def test_what_the_employer_began_and_cannot_be_had_stops_nobody(scene):
    scene.runner.performer.perform(FetchBegun(attendance("liu")))
    over: list[bool] = []
    scene.runner.performer.run("central", lambda: scene.loop.post(lambda: over.append(True)))
    scene.loop.run_until(lambda: bool(over))
    assert "POST /v1/people/draft" in scene.devices.calls
    assert scene.lines == []


def test_a_code_where_nobody_waits_for_one_changes_nothing(scene):
    scene.devices.code = [QrToken("a token", 1000.0)]
    scene.runner.performer.perform(ScanCode())
    scene.loop.run_until(lambda: bool(scene.lines))
    assert scene.stage is Stage.IDLE


def test_what_an_office_asked_for_is_stored_and_the_desk_comes_back(scene):
    scene.runner.start()
    item = {"application_id": "c-1", "masked_name": "王**", "service": "R09", "reason": "看不清"}
    told = json.dumps({"items": [item | {"due_on": "2026-12-09"}]}).encode()
    scene.devices.answers = {"corrections": CentralAnswer(200, "application/json", None, told)}
    log_in(scene)
    mine = scene.runner.visit.application_id
    scene.runner.press(Press.PICK, "c-1/R09")
    scene.runner.performer.perform(CapturePaper(PAPER))  # the settings of tests name no camera
    scene.runner.visit = replace(
        scene.runner.visit, papers=replace(scene.runner.visit.papers, capturing=PAPER)
    )
    scene.loop.run_until(lambda: scene.runner.visit.papers.picture)
    scene.runner.press(Press.KEEP_PICTURE)
    scene.loop.run_until(lambda: scene.runner.visit.desk.brought)
    scene.runner.press(Press.HAND_IN)
    scene.until(Stage.DESK)
    scene.loop.run_until(lambda: scene.runner.visit.desk.content is not None)
    assert [one.masked_name for one in scene.runner.visit.desk.content.unsent] == ["王**"]
    assert [one.path for one in scene.store.due(0.0)] == [f"/v1/corrections/{mine}"]
    assert scene.woken


def test_a_desk_that_is_looked_at_stays_true(scene):
    scene.runner.start()
    log_in(scene)
    assert scene.runner.visit.desk.content.corrections is None
    scene.devices.answers = {
        "corrections": CentralAnswer(200, "application/json", None, b'{"items": []}')
    }
    shown = len(scene.loop.pages)
    wait_firing(scene, lambda: scene.runner.visit.desk.content.corrections == ())
    pages = len(scene.loop.pages)
    assert pages > shown
    asked = len(scene.devices.calls)
    wait_firing(scene, lambda: len(scene.devices.calls) > asked)
    assert len(scene.loop.pages) == pages, "nothing new is nothing to draw"
    scene.runner.press(Press.QUIT)
    scene.until(Stage.IDLE)
    asked = scene.devices.calls.count("GET /v1/points/BZ-DEMO/corrections")
    scene.loop.fire(LIVE_SECONDS)
    scene.settle("central")
    assert scene.devices.calls.count("GET /v1/points/BZ-DEMO/corrections") == asked


def wait_firing(scene: Scene, wanted: Callable[[], bool]) -> None:
    """Let the timers of a page that is looked at come due again and again."""

    def fired() -> bool:
        scene.loop.fire(LIVE_SECONDS)
        return wanted()

    scene.loop.run_until(fired)


def test_a_card_that_is_lifted_before_the_pin_counts_no_more(scene):
    scene.runner.start()
    scene.devices.taken = False
    scene.devices.card = replace(persona("liu")[0], number=HELPER_CARD)
    scene.runner.press(Press.STAFF)
    scene.loop.run_until(lambda: scene.runner.visit.staff.card_number)
    scene.devices.card = None
    scene.devices.taken = True
    scene.loop.run_until(lambda: scene.runner.visit.failure is Failure.STAFF_CARD_LIFTED)
    assert (scene.stage, scene.runner.visit.staff.card_number) == (Stage.LOGIN, "")


def test_a_wrong_pin_is_told_and_typed_anew(scene):
    scene.runner.start()
    scene.devices.taken = False
    scene.devices.card = replace(persona("liu")[0], number=HELPER_CARD)
    scene.runner.press(Press.STAFF)
    scene.loop.run_until(lambda: scene.runner.visit.staff.card_number)
    for digit in "918273":
        scene.runner.press(Press.DIGIT, digit)
    scene.loop.run_until(lambda: scene.runner.visit.failure is Failure.STAFF_PIN_WRONG)
    assert (scene.runner.visit.entry.typed, scene.runner.visit.staff.checking) == ("", False)
    scene.devices.taken = True


def test_after_too_many_wrong_pins_the_page_counts_by_itself(scene):
    scene.runner.start()
    scene.devices.taken = False
    scene.devices.card = replace(persona("liu")[0], number=HELPER_CARD)
    scene.runner.press(Press.STAFF)
    scene.loop.run_until(lambda: scene.runner.visit.staff.card_number)
    for _ in range(StaffSettings().free_tries):
        for digit in "918273":
            scene.runner.press(Press.DIGIT, digit)
        scene.loop.run_until(lambda: not scene.runner.visit.staff.checking)
    pages, usual = len(scene.loop.pages), handbook().settings.visit
    assert scene.loop.pages[-1].sentence == "错得多了，还要等 15 秒再输。"
    open_timers = [one for one in scene.loop.timers if not one[2].cancelled]
    assert scene.runner.rhythm.limit(usual) + 15 in [seconds for seconds, _, _ in open_timers]
    scene.loop.fire(15)
    scene.loop.run_until(lambda: scene.runner.visit.staff.wait == 0)
    assert [one.name for one in scene.loop.pages[pages:]] == ["staff_pin"], "one picture, not 15"
    scene.devices.taken = True


def test_what_is_to_be_kept_is_kept_when_the_program_ends(scene):
    """A try of other settings ends it as soon as nobody is here: a rating may still be under way."""
    store = scene.runner.performer.threads["store"]

    def busy() -> None:
        while not store._shutdown:
            pass
        with store._shutdown_lock:
            pass  # what is cancelled is cancelled by now

    scene.runner.performer.run("store", busy)
    scene.runner.performer.perform(SendRating("an-id", 5, ()))
    scene.runner.stop()
    assert [one.event for one in scene.store.audit()] == [AuditEvent.RATED]


@pytest.mark.parametrize("failure", [Failure.DISK_FULL, Failure.STORE_UNREADABLE])
def test_a_rating_that_is_not_kept_is_told_while_the_card_lies_there_and_holds_nobody_up(
    scene, failure
):
    kit = replace(scene.runner.kit(), rate=lambda _: failure)
    scene.runner.performer.kit = lambda: kit
    scene.devices.taken = False
    scene.runner.visit = replace(scene.runner.visit, stage=Stage.RATING)
    scene.runner.press(Press.RATE, "5")
    scene.loop.run_until(lambda: scene.runner.visit.failure is Failure.RATING_LOST)
    page = scene.loop.pages[-1]
    assert (page.name, page.title) == ("wiping", "请取走身份证")
    assert page.sentence == "评价没有存上，办的事不受影响。"
    scene.devices.taken = True
    scene.until(Stage.IDLE)
    assert scene.runner.visit.failure is None


def test_whole_visit(scene):
    scene.runner.start()
    scene.identify()
    scene.fill_in()
    scene.loop.run_until(lambda: bool(scene.woken))
    visit = scene.runner.visit
    (parcel,) = scene.store.due(0.0)
    envelope = parse_envelope(parcel.body)
    content = open_sealed(envelope.sealed, OPENING, envelope.id, envelope.digest)
    assert persona("liu")[0].number.encode() in content
    assert persona("liu")[0].number.encode() not in parcel.body
    scene.runner.receive(receipt_for(visit))
    scene.until(Stage.RECEIPT)
    scene.loop.run_until(lambda: "printed" in scene.devices.calls)
    scene.runner.press(Press.DONE)
    scene.runner.press(Press.RATE, "5")
    scene.loop.run_until(lambda: scene.stage is Stage.IDLE)
    assert scene.runner.visit.id != visit.id
    assert scene.runner.visit.identity.card is None
    scene.loop.run_until(lambda: bool(scene.dropped))
    assert "forgotten" in scene.devices.calls
    assert scene.devices.calls.index("forgotten") < scene.devices.calls.index("removed")
    scene.loop.run_until(lambda: len(scene.woken) == 2)
    assert [one.path for one in scene.store.due(0.0)][1:] == [
        f"/v1/ratings/{visit.application_id}/filing"
    ]


def test_who_leaves_goes_on_later_and_nobody_else(scene):
    """Left, wiped, another person comes, then the same one; the draft opens for one of them."""
    scene.runner.start()
    scene.identify()
    scene.runner.press(Press.NEXT)
    scene.runner.press(Press.NEXT)
    scene.runner.press(Press.QUIT)
    scene.runner.press(Press.QUIT_YES)
    scene.until(Stage.IDLE)
    scene.devices.card = persona("wang")[0]
    for answers in ([persona("wang")[0], False], [persona("liu")[0], True]):
        scene.devices.card, found = answers
        scene.devices.answers = {"portrait": PORTRAIT, "facts": facts_answer()}
        scene.runner.press(Press.START_SELF)
        scene.runner.press(Press.AGREE)
        scene.loop.run_until(lambda: scene.runner.visit.facts.situation is not None)
        scene.settle()
        assert (scene.runner.visit.facts.draft is not None) is found
        scene.runner.press(Press.RESUME)
        scene.settle()
        assert scene.runner.visit.facts.draft is None
        scene.runner.kit().drafts.drop(persona("liu")[0].number) if found else None
        scene.runner.press(Press.QUIT)
        scene.runner.press(Press.QUIT_YES)
        scene.until(Stage.IDLE)


def test_a_draft_that_cannot_be_read_is_silently_none(scene):
    scene.runner.kit().drafts.keep(persona("liu")[0].number, b"of a program to come")
    scene.identify()
    scene.settle()
    assert scene.runner.visit.facts.draft is None
    assert scene.stage is Stage.FACTS


def test_journal_holds_no_person_and_replays(scene):
    scene.runner.start()
    scene.identify()
    scene.fill_in()
    scene.loop.run_until(lambda: bool(scene.woken))
    said = "\n".join(scene.lines)
    card, facts = persona("liu")
    for secret in (card.name, card.number, facts.account, facts.unit_name, "13900001234"):
        assert secret not in said
    stages = [visit.stage for visit in replay(scene.lines, build_table(handbook()), NOW)]
    assert stages[-1] is Stage.SUBMITTING


def test_without_network_the_receipt_says_so_and_later_changes(scene):
    scene.identify()
    scene.fill_in()
    seconds = handbook().settings.visit.submit_wait_seconds
    scene.loop.fire(seconds)
    scene.until(Stage.RECEIPT)
    assert scene.loop.pages[-1].title == "已收下，请放心"
    scene.runner.receive(receipt_for(scene.runner.visit))
    scene.loop.run_until(lambda: scene.loop.pages[-1].title == "收到了，请放心")


def test_the_time_of_one_application_is_not_that_of_the_next(scene):
    scene.identify()
    scene.fill_in()
    scene.runner.visit = replace(scene.runner.visit, application_id="of the next one")
    scene.loop.fire(handbook().settings.visit.submit_wait_seconds)
    scene.settle()
    assert scene.stage is Stage.SUBMITTING


def test_receipt_of_another_application_is_not_shown(scene):
    scene.identify()
    scene.fill_in()
    other = receipt_for(type(scene.runner.visit)("x", "00000000-0000-4000-8000-00000000ffff"))
    scene.runner.receive(other)
    scene.runner.refused("00000000-0000-4000-8000-00000000ffff")
    scene.loop.run_until(lambda: bool(scene.woken))
    assert scene.stage is Stage.SUBMITTING


def test_refused_by_the_central_service(scene):
    scene.identify()
    scene.fill_in()
    scene.runner.refused(scene.runner.visit.application_id)
    scene.until(Stage.REVIEW)
    assert scene.loop.pages[-1].sentence == handbook().failures[Failure.CENTRAL_REFUSED].sentence
    scene.loop.fire(handbook().settings.visit.submit_wait_seconds)
    assert scene.stage is Stage.REVIEW


def test_a_store_that_fails_hands_nothing_in(scene):
    scene.identify()
    scene.store.confirm = lambda *_: Failure.DISK_FULL
    scene.fill_in()
    scene.until(Stage.REVIEW)
    assert scene.loop.pages[-1].sentence == handbook().failures[Failure.DISK_FULL].sentence
    assert scene.store.due(0.0) == ()


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"answers": {}}, Failure.CENTRAL_UNREACHABLE),
        (
            {"answers": {"portrait": CentralAnswer(404, "application/problem+json")}},
            Failure.PORTRAIT_MISSING,
        ),
        ({"answers": {"portrait": CentralAnswer(200, "text/html")}}, Failure.CENTRAL_STRANGE),
        ({"answers": {"portrait": CentralAnswer(502, "text/html")}}, Failure.CENTRAL_UNREACHABLE),
        ({"prepared": Failure.PORTRAIT_UNUSABLE}, Failure.PORTRAIT_UNUSABLE),
        ({"frames": "none"}, Failure.CAMERA_LOST),
        ({"frames": "frozen", "looks": FaceLook(1)}, Failure.CAMERA_LOST),
        ({"looks": Failure.FACE_ENGINE_LOST}, Failure.FACE_ENGINE_LOST),
        ({"looks": Failure.CAMERA_FROZEN}, Failure.CAMERA_FROZEN),
        ({"looks": Failure.CAMERA_SLOW}, Failure.CAMERA_SLOW),
        ({"prepared": Failure.FACE_MODEL_WRONG}, Failure.FACE_MODEL_WRONG),
    ],
    ids=str,
)
def test_face_check_that_can_not_be_leads_to_another_proof(scene, change, failure):
    scene.devices.card = persona("liu")[0]
    scene.devices.answers = {"portrait": PORTRAIT}
    for name, value in change.items():
        setattr(scene.devices, name, value)
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.until(Stage.OTHER_PROOF)
    assert scene.runner.visit.failure is failure
    assert CAMERA_WAIT > 0


@pytest.mark.parametrize(
    ("look", "failure"),
    [
        (FaceLook(1, band=FaceBand.RETRY, score=0.47), Failure.FACE_NOT_ALIKE),
        (FaceLook(1, band=FaceBand.OTHER_PROOF, score=0.7), Failure.FACE_NOT_ALIKE),
        (Failure.FACE_NOT_LIVE, Failure.FACE_NOT_LIVE),
    ],
)
def test_three_tries_then_another_proof(scene, look, failure):
    scene.devices.card = persona("liu")[0]
    scene.devices.answers = {"portrait": PORTRAIT}
    scene.devices.looks = look
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.until(Stage.OTHER_PROOF)
    assert (scene.runner.visit.proof.tries, scene.runner.visit.failure) == (3, failure)
    assert not any(choice.act is Press.TRY_AGAIN for choice in scene.loop.pages[-1].choices)
    assert scene.devices.calls.count("turns and blink") == 3


def test_hints_are_shown_and_the_time_of_a_try_ends(scene):
    scene.devices.card = persona("liu")[0]
    scene.devices.answers = {"portrait": PORTRAIT}
    scene.devices.looks = FaceLook(1, hint=Coach.TWO_FACES)
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.until(Stage.OTHER_PROOF)
    assert scene.runner.visit.failure is Failure.FACE_TIME_OVER
    assert "请让一个人来看" in [page.hint for page in scene.loop.pages if page.name == "proof"]


def test_who_was_not_seen_to_blink_is_asked_for_turns_alone(scene):
    scene.devices.card = persona("liu")[0]
    scene.devices.answers = {"portrait": PORTRAIT, "facts": facts_answer()}
    outcomes = [Failure.BLINK_NOT_SEEN, replace(ACCEPT, steps=("turn_left",))]
    scene.devices.looks = lambda _frame: outcomes.pop(0)
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.until(Stage.FACTS)
    begun = [call for call in scene.devices.calls if call.startswith("turns")]
    assert begun == ["turns and blink", "turns only"]
    assert scene.runner.visit.proof.accepted.steps == ("turn_left",)
    assert handbook().failures[Failure.BLINK_NOT_SEEN].sentence in [
        page.sentence for page in scene.loop.pages
    ]


def test_a_camera_that_is_pulled_during_the_check_is_said(scene):
    def looks(frame):
        scene.devices.frames = "none" if frame.sequence > 3 else None
        return FaceLook(frame.sequence, hint=Coach.TURN_LEFT)

    scene.devices.card = persona("liu")[0]
    scene.devices.answers = {"portrait": PORTRAIT}
    scene.devices.looks = looks
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.until(Stage.OTHER_PROOF)
    assert scene.runner.visit.failure is Failure.CAMERA_LOST
    shown = [page.hint for page in scene.loop.pages if page.name == "proof"]
    assert "慢慢向左转头" in shown


def test_nothing_is_asked_while_the_page_is_being_said(scene):
    scene.devices.card = persona("liu")[0]
    scene.devices.answers = {"portrait": PORTRAIT, "facts": facts_answer()}
    quiet_at = scene.runner.clock.monotonic() + 6.0
    scene.runner.announcer.quiet_at = lambda: quiet_at
    scene.devices.looks = lambda frame: ACCEPT if scene.devices.asked[-1] else FaceLook(1)
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.until(Stage.FACTS)
    assert scene.devices.asked[0] is False
    assert scene.devices.asked[-1] is True
    assert scene.devices.asked == sorted(scene.devices.asked)


def test_a_card_that_had_its_tries_rests_in_the_next_visit_too(scene):
    scene.devices.card = persona("liu")[0]
    scene.devices.answers = {"portrait": PORTRAIT}
    scene.devices.looks = Failure.FACE_NOT_LIVE
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.until(Stage.OTHER_PROOF)
    scene.runner.handle(ev.Answered(ev.Timeout()))
    scene.until(Stage.IDLE)
    scene.devices.calls.clear()
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.until(Stage.OTHER_PROOF)
    assert scene.runner.visit.failure is Failure.FACE_RESTING
    assert "camera on" not in scene.devices.calls


def test_late_answers_never_reach_the_next_person(scene):
    release = threading.Event()

    def slow_card():
        release.wait(30)
        return persona("wang")[0]

    scene.devices.card = slow_card
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.runner.press(Press.BACK)
    scene.runner.press(Press.BACK)
    release.set()
    scene.until(Stage.IDLE)
    scene.devices.card = None
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    while scene.loop.posted:
        scene.loop.posted.pop(0)()
    assert scene.stage is Stage.CARD
    assert scene.runner.visit.identity.card is None


def test_a_reader_that_fails_is_asked_again(scene):
    outcomes = [Failure.CARD_MOVED, Failure.CARD_MOVED, persona("liu")[0]]
    scene.devices.card = lambda: outcomes.pop(0)
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE_WITHOUT_FACE)
    scene.until(Stage.OTHER_PROOF)
    said = [page.sentence for page in scene.loop.pages if page.name == "card"]
    assert said.count(handbook().failures[Failure.CARD_MOVED].sentence) == 2


def test_nobody_there(scene):
    settings = handbook().settings.visit
    scene.runner.press(Press.START_SELF)
    scene.runner.touched()
    scene.loop.fire(settings.idle_seconds)
    assert scene.loop.pages[-1].name == "still_here"
    scene.runner.press(Press.STAY)
    scene.runner.touched()
    assert scene.loop.pages[-1].name == "notice"
    scene.loop.fire(settings.idle_seconds)
    scene.loop.fire(settings.answer_seconds)
    assert scene.stage is Stage.WIPING


def test_the_program_may_begin_anew_only_while_nobody_is_here(scene):
    scene.runner.start()
    assert scene.runner.is_free()
    scene.runner.press(Press.START_SELF)
    assert not scene.runner.is_free()


def test_health_while_idle(scene):
    scene.devices.health = Failure.READER_LOST
    scene.runner.start()
    scene.until(Stage.OUT_OF_SERVICE)
    assert scene.loop.pages[-1].sentence == handbook().failures[Failure.READER_LOST].sentence
    scene.devices.health = None
    scene.loop.fire(15.0)
    scene.until(Stage.IDLE)
    scene.room[0] = Failure.DISK_FULL
    scene.loop.fire(15.0)
    scene.until(Stage.OUT_OF_SERVICE)


def test_a_device_that_changes_is_looked_after_at_once(scene):
    scene.runner.start()
    scene.loop.run_until(lambda: not scene.loop.posted)
    scene.devices.health = Failure.READER_LOST
    scene.runner.device_changed()
    scene.until(Stage.OUT_OF_SERVICE)
    scene.devices.health = None
    scene.runner.device_changed()
    scene.until(Stage.IDLE)


def test_progress_of_an_open_case(scene):
    import json

    table = json.loads(facts_answer().body)
    table["open_case"] = "11111111-0000-4000-8000-000000000001"
    services = [
        {"code": "R01", "state": "ready", "due_on": ""},
        {"code": "R09", "state": "correction", "due_on": "2026-12-08"},
        {"code": "R10", "state": "correction", "due_on": ""},
    ]
    body = json.dumps({"case_number": "亳退 1", "services": services})
    scene.identify_with = None
    scene.devices.card = persona("liu")[0]
    scene.devices.answers = {
        "portrait": PORTRAIT,
        "facts": CentralAnswer(200, "application/json", None, json.dumps(table).encode()),
        "progress": CentralAnswer(200, "application/json", None, body.encode()),
    }
    scene.runner.press(Press.ASK_PROGRESS)
    scene.runner.press(Press.AGREE)
    scene.loop.run_until(lambda: bool(scene.runner.visit.progress.states))
    assert [row.reason for row in scene.loop.pages[-1].rows] == [
        "已收到，等着办",
        "要补材料，12月8日前",
        "要补材料，请打电话",
    ]


@pytest.mark.parametrize(
    "answer",
    [
        CentralAnswer(trouble=Trouble.TIMEOUT),
        CentralAnswer(200, "application/json", None, b"[]"),
        CentralAnswer(200, "application/json", None, b"not json"),
    ],
)
def test_progress_that_can_not_be_had(scene, answer):
    from kiosk.session.central_queries import progress_of

    scene.devices.answers = {"progress": answer}
    assert isinstance(progress_of(scene.devices, "x"), Failure)


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (CentralAnswer(404, "application/problem+json"), Failure.PERSON_UNKNOWN),
        (CentralAnswer(200, "application/json", None, b'{"kind":"QY"}'), Failure.CENTRAL_STRANGE),
        (CentralAnswer(302, "text/html"), Failure.CENTRAL_STRANGE),
        (CentralAnswer(trouble=Trouble.UNREACHABLE), Failure.CENTRAL_UNREACHABLE),
    ],
)
def test_facts_that_can_not_be_had_do_not_stop_the_visit(scene, answer, failure):
    scene.devices.card = persona("liu")[0]
    scene.devices.answers = {"portrait": PORTRAIT, "facts": answer}
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.loop.run_until(lambda: scene.runner.visit.facts.situation is not None)
    assert scene.runner.visit.facts.shared is None
    assert scene.runner.visit.failure is failure
    scene.runner.press(Press.PICK, next(iter(ToldKind)).value)  # asked first where nothing is known
    assert scene.loop.pages[-1].sentence == handbook().failures[failure].sentence


def test_a_bug_in_a_worker_surfaces(scene):
    def broken():
        raise ZeroDivisionError

    scene.devices.card = broken
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    with pytest.raises(ZeroDivisionError):
        scene.loop.run_until(lambda: False)


def test_repeating_the_sentence_is_no_step(scene):
    scene.runner.press(Press.REPEAT)
    assert scene.lines == []
    assert scene.stage is Stage.IDLE


def test_what_somebody_left_open_on_the_idle_page_is_put_away(scene):
    seconds = handbook().settings.visit.idle_seconds
    scene.runner.start()
    for act in (Press.LARGER, Press.HELP):
        scene.runner.touched()  # the screen tells of the finger before it knows what it presses
        scene.runner.press(act)
    scene.loop.fire(seconds)
    assert scene.loop.pages[-1].name == "idle"
    assert scene.loop.pages[-1].view.text_size == 0


def test_a_refusal_after_the_slip_is_said(scene):
    scene.identify()
    scene.fill_in()
    scene.loop.fire(handbook().settings.visit.submit_wait_seconds)
    scene.until(Stage.RECEIPT)
    scene.runner.refused(scene.runner.visit.application_id)
    said = handbook().failures[Failure.CENTRAL_REFUSED_LATER].sentence
    scene.loop.run_until(lambda: scene.loop.pages[-1].sentence == said)


@pytest.mark.parametrize(
    ("picture", "told"),
    [
        (PaperPicture(b"a page"), [ev.PictureTaken("P2", 1)]),
        (
            PaperPicture(b"a page", doubt=Failure.PAPER_DARK),
            [ev.PictureTaken("P2", 1, Failure.PAPER_DARK)],
        ),
        (Failure.PAPER_CAMERA_LOST, [ev.PaperFailed(Failure.PAPER_CAMERA_LOST)]),
        (None, []),
    ],
)
def test_a_picture_of_a_paper_is_held_and_told(scene, picture, told):
    scene.devices.picture, heard = picture, []
    kit, kept = scene.runner.kit(), []
    kit = replace(kit, keep_paper=lambda *said: kept.append(said))
    capture_paper(kit, CapturePaper("P2"), TaskWatch(FakeClock()), heard.append)
    assert heard == told
    assert kept == [], "nothing is kept before somebody says so"


def test_a_held_picture_is_sealed_with_what_was_said_of_it(scene):
    kit, heard = scene.runner.kit(), []
    number = kit.pictures.hold(PaperPicture(b"a page"))
    wanted = KeepPicture("an-id", "P2", number, Failure.PAPER_DARK.value, "person")
    keep_picture(kit, wanted, heard.append)
    (told,) = heard
    assert (told.code, told.paper.doubt, told.paper.kept_by) == ("P2", "paper_dark", "person")
    assert kit.pictures.preview(number) is None
    keep_picture(kit, wanted, heard.append)
    assert heard == [told], "it is gone"


def test_a_page_that_the_store_cannot_keep_is_told(scene):
    kit = replace(scene.runner.kit(), keep_paper=lambda *_: Failure.DISK_FULL)
    heard: list = []
    keep_picture(kit, KeepPicture("an-id", "P2", hold(kit)), heard.append)
    assert heard == [ev.PaperFailed(Failure.DISK_FULL)]


def hold(kit) -> int:
    return kit.pictures.hold(PaperPicture(b"a page"))


@pytest.mark.parametrize("effect", [Wipe(), Cancel()])
def test_what_is_held_is_dropped_with_the_visit_and_its_page(scene, effect):
    number = hold(scene.runner.kit())
    scene.runner.performer.perform(effect)
    scene.runner.performer.threads["face"].submit(lambda: None).result(30)
    scene.runner.performer.threads["paper"].submit(lambda: None).result(30)
    assert scene.runner.kit().pictures.take(number) is None


def test_the_effect_takes_the_picture_on_a_thread_of_its_own(scene):
    heard: list = []
    scene.runner.performer.take = heard.append
    scene.runner.performer.perform(CapturePaper("P2"))
    scene.loop.run_until(lambda: heard)
    assert isinstance(heard[0].what, ev.PictureTaken)
    scene.runner.performer.perform(KeepPicture("an-id", "P2", heard[0].what.number))
    scene.loop.run_until(lambda: heard[1:])
    assert isinstance(heard[1].what, ev.PaperCaptured)


def test_a_picture_that_was_under_way_is_shredded_after_it_was_kept(scene):
    """The person leaves while it is taken; it must not lie there until the next visit's end."""
    seen: list[str] = []
    released = threading.Event()

    def slowly(_number: str, _page: bytes) -> Failure:
        assert released.wait(30)
        seen.append("kept")
        return Failure.DISK_FULL

    kit = replace(
        scene.runner.kit(), keep_paper=slowly, drop_papers=lambda: seen.append("shredded")
    )
    scene.runner.performer.kit = lambda: kit
    scene.runner.performer.perform(KeepPicture("an-id", "P2", hold(kit)))
    scene.runner.performer.perform(Wipe())
    scene.runner.performer.threads["store"].submit(released.set).result(30)
    scene.runner.performer.threads["paper"].submit(lambda: None).result(30)
    assert seen == ["kept", "shredded"]


# the voice


@pytest.fixture
def ear(scene):
    """Let the scene speak: the announcer with every recording and a clock that stands still."""
    clock = FakeClock()
    clock.monotonic = lambda: clock.seconds
    scene.runner.clock = clock
    scene.runner.announcer = Announcer(VOICE, Ear(), clock, scene.loop.later, scene.lines.append)
    return scene.runner.announcer.speaker


def test_pages_are_said_and_again_on_demand(scene, ear):
    scene.runner.start()
    scene.runner.press(Press.START_SELF)
    scene.runner.handle(ev.Answered(ev.Pressed(Press.REPEAT)))
    assert ear.heard[0] == "退休一次办 / 一张表，办好 18 件事"
    assert ear.heard[1] == ear.heard[2] == "先说清楚三件事 / 看完再选。不同意，就点退出。"


def test_no_limit_runs_while_a_sentence_is_said(scene, ear):
    visit = handbook().settings.visit
    scene.runner.press(Press.START_SELF)
    said = scene.runner.announcer.quiet_at() - scene.runner.clock.seconds
    scene.runner.clock.seconds += visit.idle_seconds
    scene.loop.fire(visit.idle_seconds)
    assert scene.loop.pages[-1].name == "notice"
    (left,) = [one[0] for one in scene.loop.timers if not one[2].cancelled]
    assert left == pytest.approx(said)
    scene.runner.clock.seconds += left
    scene.loop.fire(left)
    assert scene.loop.pages[-1].name == "still_here"
    assert ear.heard[-1].startswith("您还在吗？")
    scene.runner.clock.seconds += visit.answer_seconds
    scene.loop.fire(visit.answer_seconds)
    assert scene.stage is Stage.NOTICE


def test_lost_sound_is_seen_where_repeat_was(scene, ear):
    scene.runner.start()
    ear.trouble = Failure.SPEAKER_LOST
    scene.runner.sound_changed()
    scene.loop.run_until(lambda: scene.loop.pages[-1].dock[2].words == "没声音")
    ear.trouble = None
    scene.runner.sound_changed()
    scene.loop.run_until(lambda: scene.loop.pages[-1].dock[2].words == "再听")
    assert len(ear.heard) == 1, "drawing the page anew says nothing"


def test_the_voice_ends_with_the_runner(scene, ear):
    scene.runner.stop()
    assert ear.closed


# time


def test_a_card_left_on_the_reader_is_called_out_until_it_is_taken(scene, ear):
    visit = handbook().settings.visit
    scene.runner.start()
    scene.devices.taken = False
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.BACK)
    scene.until(Stage.WIPING)
    for calls in range(1, 4):
        heard = ear.heard.count("请取走身份证 / 您的信息已经从机器里清掉。")
        assert heard == calls
        scene.runner.clock.seconds = scene.runner.announcer.quiet_at() + visit.card_call_seconds
        scene.loop.fire(visit.card_call_seconds)
    assert "ring" not in scene.devices.calls
    for _ in range(visit.card_calls_alone):
        scene.runner.clock.seconds = scene.runner.announcer.quiet_at() + visit.card_call_seconds
        scene.loop.fire(visit.card_call_seconds)
    scene.loop.run_until(lambda: "ring" in scene.devices.calls)
    scene.devices.taken = True
    scene.until(Stage.IDLE)
    scene.loop.post(lambda: None)
    heard = len(ear.heard)
    scene.loop.fire(visit.card_call_seconds)
    assert len(ear.heard) == heard


def test_the_limit_follows_the_rhythm_and_is_forgotten_with_the_visit(scene, ear):
    visit = handbook().settings.visit
    scene.runner.start()
    scene.runner.press(Press.START_SELF)
    for _ in range(4):
        clock = scene.runner.clock
        clock.seconds = max(clock.seconds, scene.runner.announcer.quiet_at()) + 40
        scene.runner.touched()
    assert scene.runner.rhythm.limit(visit) == 240
    (left,) = [one[0] for one in scene.loop.timers if not one[2].cancelled and one[0] > 100]
    assert left == 240
    scene.runner.press(Press.BACK)
    scene.until(Stage.IDLE)
    assert scene.runner.rhythm.limit(visit) == visit.idle_seconds


def test_who_says_still_here_is_asked_again_as_often_as_it_takes(scene, ear):
    visit = handbook().settings.visit
    scene.runner.start()
    scene.runner.press(Press.START_SELF)
    for _ in range(20):
        scene.runner.clock.seconds = scene.runner.announcer.quiet_at() + visit.idle_seconds
        scene.loop.fire(visit.idle_seconds)
        assert scene.loop.pages[-1].name == "still_here"
        scene.runner.press(Press.STAY)
        assert scene.stage is Stage.NOTICE


# help


def test_help_rings_until_it_is_called_off(scene, ear):
    scene.runner.start()
    scene.runner.press(Press.HELP)
    scene.loop.run_until(lambda: scene.runner.visit.help.bell is Bell.RINGING)
    assert ear.heard[-1] == "铃响了，正在叫人，请等一等。"
    scene.runner.press(Press.CALL_OFF)
    scene.runner.performer.threads["bell"].submit(lambda: None).result(30)
    assert scene.devices.calls[-1] == "silence"


# writing


def test_what_the_finger_wrote_is_read_by_a_worker(scene):
    scene.runner.start()
    scene.identify()
    while scene.stage in (Stage.FACTS, Stage.CHOOSE):
        scene.runner.press(Press.NEXT)
    for digit in "13900001234":
        scene.runner.press(Press.DIGIT, digit)
    scene.runner.press(Press.NEXT)
    scene.runner.press(Press.PICK, "other")
    scene.runner.press(Press.PICK, "341602")
    for _ in range(2):
        scene.runner.press(Press.PICK, scene.loop.pages[-1].rows[0].value)
    scene.runner.handle(ev.Answered(ev.Drawn(INK)))
    scene.loop.run_until(lambda: bool(scene.runner.visit.entry.signs))
    assert [row.words for row in scene.loop.pages[-1].rows] == ["王", "玉", "主"]


def test_who_is_vouched_for_by_one_is_pictured_and_the_picture_is_sealed(scene):
    scene.runner.start()
    scene.devices.answers = {"facts": facts_answer()}
    scene.devices.card = persona("liu")[0]
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE_WITHOUT_FACE)
    scene.until(Stage.OTHER_PROOF)
    scene.devices.taken = False
    scene.devices.card = replace(persona("helper")[0], number=HELPER_CARD)
    scene.runner.press(Press.VOUCH)
    scene.runner.press(Press.PICK, "no_face")
    scene.loop.run_until(lambda: scene.runner.visit.staff.card_number)
    for digit in PIN:
        scene.runner.press(Press.DIGIT, digit)
    scene.loop.run_until(lambda: scene.runner.visit.staff.first_voucher is not None)
    assert scene.stage is Stage.VOUCHING, "one alone proves nobody"
    assert scene.runner.visit.staff.first_voucher.others_vouch, "as the roster says"
    scene.runner.press(Press.NO_OTHER_PROOF)
    scene.runner.press(Press.AGREE)
    scene.loop.run_until(lambda: scene.runner.visit.papers.picture)
    scene.runner.press(Press.KEEP_PICTURE)
    scene.until(Stage.FACTS)
    picture = scene.runner.visit.proof.accepted.picture
    sealed = scene.store.chunk(picture.blob, 0)
    opened = open_sealed(sealed, OPENING, picture.sealed_for, picture.digest)
    assert opened == scene.devices.picture.jpeg
    assert scene.devices.picture.jpeg not in sealed
    scene.devices.taken = True


def test_two_of_the_staff_with_their_own_cards_and_pins_vouch(scene):
    scene.runner.start()
    scene.devices.answers = {"facts": facts_answer()}
    scene.devices.card = persona("liu")[0]
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE_WITHOUT_FACE)
    scene.until(Stage.OTHER_PROOF)
    scene.devices.taken = False
    scene.runner.press(Press.VOUCH)
    scene.devices.card = replace(persona("helper")[0], number=HELPER_CARD)
    scene.runner.press(Press.PICK, "no_face")
    scene.loop.run_until(lambda: scene.runner.visit.staff.card_number)
    for digit in PIN:
        scene.runner.press(Press.DIGIT, digit)
    scene.loop.run_until(lambda: scene.runner.visit.staff.first_voucher is not None)

    def second_card() -> IdCard:
        scene.devices.taken = False
        return persona("wang")[0]

    scene.devices.card, scene.devices.taken = second_card, True
    scene.loop.run_until(lambda: scene.runner.visit.staff.card_number == persona("wang")[0].number)
    for digit in OTHER_PIN:
        scene.runner.press(Press.DIGIT, digit)
    scene.until(Stage.FACTS)
    proof = scene.runner.visit.proof.accepted
    assert (proof.voucher, proof.second, proof.picture) == ("H-0001", "H-0002", None)
    scene.devices.taken = True
