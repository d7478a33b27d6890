"""The catalogue of all pages, found by trying every press and every answer of a device.

Nothing is listed by hand, so that a new stage, page on top or failure shows up by itself.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache

from kiosk.application.authority import CARD
from kiosk.application.authority import PAPER as OF_AUTHORITY
from kiosk.application.confirmation import ConfirmationState, FiledForMe
from kiosk.application.document import Way
from kiosk.application.scan import CapturedPaper
from kiosk.config.schema import Reader, read_table
from kiosk.config.settings import PaperCameraSettings, ScannerSettings, read_settings
from kiosk.crypto.receipt import Receipt
from kiosk.delivery.correction import PAPER
from kiosk.failures import Failure
from kiosk.pages.display import View
from kiosk.pages.page import Page
from kiosk.pages.press import Press
from kiosk.people.facts import InsuredKind, SharedFacts
from kiosk.people.identity import CardDoubt, CardKind, IdCard, Sex
from kiosk.people.qr_token import QrToken
from kiosk.ports import Coach
from kiosk.staff.desk import Correction, Desk, MonthReport, News, Turn, Unsent
from kiosk.staff.roles import ROLE_RIGHTS, Role, Session
from kiosk.visit.events.cards import CardFailed, CardLifted, CardRead
from kiosk.visit.events.devices import CodeFailed, PrintFailed, StoreFailed
from kiosk.visit.events.event import Answered, Event
from kiosk.visit.events.idling import IdleWarning
from kiosk.visit.events.papers import PaperCaptured, PaperFailed, PictureTaken
from kiosk.visit.events.pressed import Drawn, HandRead, Pressed
from kiosk.visit.events.staff import LoggedIn, LoginFailed, Waited
from kiosk.visit.events.started_elsewhere import DraftBegun
from kiosk.visit.records.facts import StartedElsewhere
from kiosk.visit.records.identity import InspectionStep
from kiosk.visit.reference_data import ReferenceData, read_handbook
from kiosk.visit.render import draw_page
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit, awaits_person, open_papers, sees_facts
from kiosk.visit.step_parts.draft import draft_of
from kiosk.visit.step_parts.maintenance_state import OF_A_TECHNICIAN
from kiosk.visit.step_parts.slips import query_code
from kiosk.visit.steps.authority.events import PrincipalsCounted
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.confirmation.events import FilingDecided, FilingUndecided
from kiosk.visit.steps.correction.events import CorrectionKept
from kiosk.visit.steps.desk.events import DeskSeen, MonthKnown, MonthUnknown
from kiosk.visit.steps.face_check.events import FaceFailed, FaceHint, FaceMatched
from kiosk.visit.steps.facts.events import DraftFound, FactsKnown, FactsUnknown, FilingsKnown
from kiosk.visit.steps.idle.events import DeviceLost
from kiosk.visit.steps.progress.events import CodeScanned, ProgressKnown, ProgressUnknown
from kiosk.visit.steps.submission.events import Accepted, CaseUnderWay, Pending, Refused
from kiosk.visit.steps.vouching.actions import PERSON
from kiosk.visit.steps.wiping.events import RatingLost, Wiped
from kiosk.visit.table import Table
from wiring.maintenance_pages import upkeep_answers
from wiring.places import CONFIG, DEFAULTS

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DUE = date(2026, 12, 14)
SIGNED = (
    ((26.0, 36.0, 0.0), (52.0, 34.0, 0.3)),
    ((27.0, 51.0, 0.6), (50.0, 49.0, 0.9)),
    ((38.0, 37.0, 1.2), (36.0, 66.0, 1.6)),
    ((14.0, 68.0, 1.9), (60.0, 66.0, 2.3), (63.0, 69.0, 2.4)),
)
DESKS = (
    Desk(),
    Desk(corrections=()),
    Desk(
        unsent=(
            Unsent("赵**", "2026-11-23T09:05:00+08:00", refused=False),
            Unsent("陈*", "2026-11-23T08:50:00+08:00", refused=False),
            Unsent("欧阳**", "2026-11-22T16:20:00+08:00", refused=True),
        ),
        corrections=(
            Correction("c-1", "王**", "R12", "独生子女证照片不清，请重拍一张", date(2026, 11, 23)),
            Correction("c-2", "张*", "R07", "缺银行卡照片", date(2026, 11, 25)),
            Correction("c-3", "刘**", "R01", "档案里的出生月份和身份证不一样，要本人说明", None),
        ),
        news=(
            News("孙**", Turn.SUSPENDED, "R09", "在等外省回函", date(2026, 11, 22)),
            News("周*", Turn.RESUMED, "R10", "", date(2026, 11, 22)),
            News("吴**", Turn.REFUSED, "R17", "户口本上的名字和身份证不一样", date(2026, 11, 21)),
            News("郑*", Turn.ENDED, "R16", "本人说不办了", date(2026, 11, 21)),
            News("欧阳**", Turn.DONE, "", "", date(2026, 11, 20)),
        ),
        done=6,
    ),
)
FILED = (
    FiledForMe(
        "11111111-0000-4000-8000-000000000003",
        date(2026, 11, 23),
        date(2026, 12, 23),
        "王**",
        "child",
        "谯城区花戏楼街道便民服务站",
        tuple(f"R{number:02}" for number in range(1, 17)),
    ),
    FiledForMe(
        "11111111-0000-4000-8000-000000000004",
        date(2026, 11, 23),
        None,
        "",
        "",
        "BZ-DEMO",
        ("R01",),
    ),
)
NUMBERS = {
    "staff_pin": "730492",
    "account": "6217001234567890120",
    "child_birth": "19920314",
    "special_years": "12",
    "authority_until": "20271231",
    "principal_number": "341623197603200342",
    "own_number": "341602197903120035",
    "code": "730492",
    "guided_slip": "7304",
}
MOBILE = "13900001234"
LONGEST_WAIT = 7680  # seconds: of the last try but one before the account is locked
ALIKE = frozenset(Stage) - {Stage.PROOF, Stage.OTHER_PROOF, Stage.FACTS, Stage.CHOOSE, Stage.FORM}
"""Stages that lead to the same pages for everybody."""
OF_THE_DOOR = (Stage.LOGIN, Stage.VOUCHING, Stage.SECOND, Stage.WITNESS, Stage.HANDOVER)
FORM_STEP = 3
DOUBTS = (
    Failure.PAPER_NOT_SEEN,
    Failure.PAPER_CUT_OFF,
    Failure.PAPER_BLURRED,
    Failure.PAPER_DARK,
)
"""Why a picture of a paper may not be readable (drivers/devices/paper_camera.py)."""
STATES = (
    *("waiting", "ready", "working", "suspended", "resumed"),
    *("correction", "done", "refused", "ended"),
)

Happenings = Iterator[Event]


@dataclass(frozen=True)
class Exhibit:
    """One page of the catalogue: a name that a file can have, and the visit that shows it."""

    name: str
    visit: Visit

    def page(self, book: ReferenceData, view: View) -> Page:
        """Return the page as it is drawn for this text size, contrast and reach."""
        return draw_page(
            replace(self.visit, display=replace(self.visit.display, view=view)), build_table(book)
        )


@cache
def demo_handbook() -> ReferenceData:
    """Return words and rules with the demo's settings, a camera for papers and a scanner."""
    settings = read_settings(DEFAULTS, CONFIG / "profiles" / "demo.toml")
    furnished = replace(
        settings,
        paper_camera=PaperCameraSettings("http://camera.invalid"),
        code_scanner=ScannerSettings("/dev/kiosk/scanner"),
    )
    return read_handbook(CONFIG, furnished)


@cache
def invented_person(name: str) -> tuple[IdCard, SharedFacts]:
    """Return the card of an invented person of config/personas, and the offices' facts."""
    path = CONFIG / "personas" / f"{name}.toml"
    table = read_table(path)
    card = {key: said for key, said in table["card"].items() if key in IdCard.__dataclass_fields__}
    card.setdefault("valid_until")
    card |= {"kind": CardKind(card["kind"]), "sex": Sex(card["sex"])}
    facts = Reader(path).build(SharedFacts, table["facts"], "facts")
    assert facts is not None
    return IdCard(**card), facts


@cache
def met() -> tuple[tuple[Visit, Page], ...]:
    """Return a visit and its page for every kind of page that can be reached in the demo."""
    return tuple(explore(build_table(demo_handbook())))


@cache
def exhibits() -> tuple[Exhibit, ...]:
    """Return every page with different words once, in the order in which it is reached."""
    shown: dict[str, Exhibit] = {}
    for visit, page in met():
        words = "".join(page_words(page))
        if words not in shown:
            count = sum(one.name.split(".")[0] == page.name for one in shown.values())
            shown[words] = Exhibit(f"{page.name}.{count + 1:02}", visit)
    return tuple(shown.values())


def explore(table: Table) -> Iterator[tuple[Visit, Page]]:
    """Yield a visit and its page for every kind of page that can be reached from the idle page.

    Breadth first: a page of a kind that was seen before is not followed.
    """
    fresh = Visit("v-1", "00000000-0000-4000-8000-000000000001")
    waiting = deque([fresh, proved_proxy(table, fresh)])
    seen: set[object] = set()
    met: dict[Stage, Visit] = {}
    while waiting:
        visit = waiting.popleft()
        page = draw_page(visit, table)
        if (kind := kind_of_page(visit, page)) in seen:
            continue
        seen.add(kind)
        yield visit, page
        if visit.facts.situation is not None:
            met.setdefault(visit.stage, visit)
        # A draft is found only by somebody who left one: it is made of the first review.
        if met.get(Stage.REVIEW) is visit:
            waiting.append(step(table, met[Stage.FACTS], DraftFound(draft_of(visit))))
        # A back entry is reached by the staff alone; its page after the signature is tried here.
        if met.get(Stage.SIGNING) is visit:
            signed = replace(
                visit,
                on_behalf=replace(visit.on_behalf, way=Way.BACK_ENTRY),
                staff=replace(visit.staff, session=session_of(Role.WINDOW)),
                signature=replace(visit.signature, ink=SIGNED),
            )
            waiting.append(step(table, signed, Pressed(Press.SIGNED)))
        for happening in happenings(visit, page, table.book):
            waiting.append(step(table, visit, happening))
        if page.number is not None:
            waiting += typed(table, visit, page)


def proved_proxy(table: Table, visit: Visit) -> Visit:
    """Return the visit of a friend or relative who was proved.

    The pages before are the same for all.
    """
    card = CardRead(invented_person("wang")[0])
    face = FaceMatched(0.31, 0.42, "dlib128")
    for what in (Pressed(Press.START_PROXY), Pressed(Press.AGREE), card, face):
        visit = step(table, visit, what)
    return visit


def session_of(role: Role, name: str = "W-0001") -> Session:
    """Return the session of a member of the staff with all rights of the role."""
    return Session(name, role, ROLE_RIGHTS[role])


def step(table: Table, visit: Visit, what: Event) -> Visit:
    """Return the visit after an event."""
    return table.step(visit, Answered(what), NOW)[0]


def kind_of_page(visit: Visit, page: Page) -> object:
    """Return the key by which pages are of one kind: words without digits, and what may follow."""
    words = re.sub(r"[0-9]+", "0", "|".join(page_words(page)))
    if visit.overlay:
        return visit.overlay, words
    if visit.stage is Stage.DESK and visit.staff.session is not None:
        return visit.staff.session.role, visit.staff.taken_over, visit.failure, words
    if visit.stage in (Stage.PRINCIPAL, Stage.AUTHORITY):
        return visit.stage, visit.on_behalf.way, visit.failure, words
    if visit.stage is Stage.PROOF and visit.on_behalf.principal_consent is not None:
        return visit.stage, visit.on_behalf.way, bool(visit.failure)
    # A filing that awaits the person has pages whose words are those of an own filing.
    if visit.stage in ALIKE:
        return visit.stage, visit.purpose, visit.failure, awaits_person(visit), words
    situation = visit.facts.situation
    way = (situation.route, situation.facts.get("kind")) if situation else None
    born = visit.identity.card.birth.year if visit.identity.card else None
    part = min(visit.display.part, 1) if visit.stage is Stage.FORM else visit.display.part
    hidden = not sees_facts(visit)
    return visit.stage, visit.purpose, part, visit.failure, born, way, hidden, words


def page_words(page: Page) -> Iterator[str]:
    """Yield what the person reads; rows of long lists only as their number."""
    yield from (page.name, page.title, page.sentence, page.hint, page.pill)
    yield from (choice.words for choice in page.choices)
    if page.panel is not None:
        yield from (page.panel.heading, *page.panel.lines)
    yield from sorted({row.act.value for row in page.rows if row.act is not None})
    yield "" if page.step == FORM_STEP else str(len(page.rows))
    typed_so_far = page.number.digits if page.number else ""
    whole = page.number is not None and len(typed_so_far) >= sum(page.number.groups)
    yield "whole" if whole else "some" if typed_so_far else ""
    yield "written" if page.writing is not None and page.writing.text else ""
    yield f"{any(row.mend for row in page.rows)}{bool(page.ink)}"


def typed(table: Table, visit: Visit, page: Page) -> Iterator[Visit]:
    """Yield the visit with half a number typed, and with a valid one."""
    digits = NUMBERS.get(page.name, MOBILE)
    for wanted in (digits[: len(digits) // 2], digits):
        after = visit
        for digit in wanted:
            after = step(table, after, Pressed(Press.DIGIT, digit))
        yield after


def happenings(visit: Visit, page: Page, book: ReferenceData) -> Happenings:
    """Yield every event that can happen on this page."""
    yield from (Pressed(one.act, one.value) for one in page.presses() if one.act is not Press.DIGIT)
    yield from (Pressed(row.act, row.value) for row in page.rows if row.act is not None)
    yield IdleWarning()
    if visit.overlay:
        return
    if visit.identity.doubted is None:
        yield from answers(visit, book)
    elif visit.identity.doubted.step is InspectionStep.LOGIN:
        yield from door_answers(visit)


def answers(visit: Visit, book: ReferenceData) -> Happenings:
    """Yield the answers that devices and the central service can give at this stage."""
    match visit.stage:
        case Stage.IDLE:
            yield from (DeviceLost(failure) for failure in Failure)
        case Stage.GUIDE | Stage.RECEIPT:
            yield from (PrintFailed(one) for one in failures("printer", "paper_out", "cover"))
            yield from (accepted(visit), Refused())
        case Stage.CARD:
            yield from cards()
            yield from (CardFailed(one) for one in failures("card", "reader"))
        case Stage.PROOF:
            yield FaceMatched(0.31, 0.42, "dlib128")
            yield from (FaceHint(hint) for hint in Coach)
            yield from (FaceFailed(one) for one in failures("face", "portrait", "camera"))
        case Stage.FACTS:
            yield from facts_of(visit)
            yield from (FactsUnknown(one) for one in failures("central_u", "central_s", "pers"))
            yield from (FilingsKnown((one,)) for one in FILED)
        case Stage.CONFIRMING | Stage.PROGRESS | Stage.SLIP:
            yield from case_answers(visit, book)
        case Stage.FORM:
            yield from (Drawn(SIGNED), HandRead(SIGNED, tuple("一二三四五六七八")))
        case Stage.MATERIALS:
            yield from (PaperFailed(one) for one in failures("paper_camera", "disk"))
            paper = CapturedPaper("d" * 64, "b" * 64, 1, visit.application_id)
            yield PaperCaptured(open_papers(visit, book)[0].code, paper)
            yield from pictures_of(open_papers(visit, book)[0].code)
        case Stage.REVIEW | Stage.SIGNING:
            yield from (Pressed(Press.CONFIRM), Drawn(SIGNED))
        case Stage.SUBMITTING:
            yield from (accepted(visit), Pending(), Refused(), CaseUnderWay("0"))
            yield from (StoreFailed(one) for one in failures("disk", "store"))
        case Stage.WIPING:
            yield from (Wiped(), RatingLost())
        case _:
            yield from staff_answers(visit)


def case_answers(visit: Visit, book: ReferenceData) -> Happenings:
    """Yield answers about a case's progress, and about decisions on filings for the person."""
    if visit.stage is Stage.CONFIRMING:
        yield from (FilingDecided(state) for state in ConfirmationState)
        yield FilingUndecided(Failure.VOUCHER_FILED)
        return
    codes = book.catalogue.services
    states = {code: STATES[at % len(STATES)] for at, code in enumerate(codes)}
    yield ProgressKnown("亳退 0042 7138", states)
    opens = {code: date(2027, 1, 1) for code, state in states.items() if state == "ready"}
    yield ProgressKnown("亳退 0042 7138", states, {}, opens)
    waits = (ConfirmationState.AWAITING, DUE), (ConfirmationState.EXPIRED, None)
    for state, until in waits:
        yield ProgressKnown("亳退 0042 7138", states, {}, {}, state, until)
    wanting = ("central_u", "central_s", "case_")
    yield from (ProgressUnknown(one) for one in failures(*wanting))


def staff_answers(visit: Visit) -> Happenings:
    """Yield answers at the stages of the staff: desk, report, scanner, maintenance, login."""
    if visit.stage in (Stage.PRINCIPAL, Stage.AUTHORITY):
        yield from acting_answers(visit)
    elif visit.stage is Stage.SCAN:
        begun = StartedElsewhere(Way.PHONE, invented_person("liu")[0].number, ("R01", "R06"), ())
        yield from (DraftBegun(begun), CodeFailed(Failure.CODE_UNREADABLE))
    elif visit.stage is Stage.DESK:
        yield from (DeskSeen(one) for one in DESKS)
        yield DeskSeen(Desk(), Failure.STORE_UNREADABLE)
    elif visit.stage is Stage.FINDING:
        yield CodeScanned(QrToken(query_code("11111111-0000-4000-8000-000000000001"), 0.0))
        yield CodeScanned(QrToken("another code", 0.0))
        yield from (CodeFailed(one) for one in failures("scanner", "code_un", "code_ex"))
    elif visit.stage is Stage.REPORT:
        ways, grades = {"self": 12, "helper_present": 20, "x": 1}, {"5": 17, "4": 2, "2": 1}
        yield MonthKnown(MonthReport("2026-11", 33, 20, 241, 18, ways, grades))
        yield MonthKnown(MonthReport("2026-11", 0, 0, 0, 0, {}, {}))
        yield MonthUnknown(Failure.CENTRAL_UNREACHABLE)
    elif visit.stage in OF_A_TECHNICIAN:
        yield from upkeep_answers(visit)
    elif visit.stage is Stage.CORRECTING:
        yield PaperFailed(Failure.PAPER_CAMERA_LOST)
        yield PaperCaptured(PAPER, CapturedPaper("d" * 64, "b" * 64, 1, "c-1"))
        yield from pictures_of(PAPER)
        yield from (StoreFailed(Failure.DISK_FULL), CorrectionKept())
    elif visit.stage is Stage.VOUCHING and visit.papers.capturing:
        yield from (PictureTaken(PERSON, 1), PaperFailed(Failure.CAMERA_LOST))
        yield PaperCaptured(PERSON, CapturedPaper("d" * 64, "b" * 64, 1, "c-1"))
    else:
        yield from door_answers(visit)


def door_answers(visit: Visit) -> Happenings:
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
    elif visit.identity.doubted is not None or visit.stage in OF_THE_DOOR:
        yield CardRead(invented_person("helper")[0])
        yield from (CardFailed(one) for one in (Failure.CARD_MOVED, Failure.READER_LOST))


def pictures_of(code: str) -> Happenings:
    """Yield a picture of a paper without a doubt, and one with each doubt."""
    yield PictureTaken(code, 1)
    yield from (PictureTaken(code, 1, doubt) for doubt in DOUBTS)


def acting_answers(visit: Visit) -> Happenings:
    """Yield answers at the stages of filing for another: cards, papers, count of principals."""
    page = CapturedPaper("d" * 64, "b" * 64, 1, visit.application_id)
    yield from (PaperCaptured(one, page) for one in (OF_AUTHORITY, CARD))
    yield from (one for code in (OF_AUTHORITY, CARD) for one in pictures_of(code))
    yield from (PaperFailed(Failure.PAPER_CAMERA_LOST), Drawn(SIGNED))
    if visit.stage is Stage.AUTHORITY:
        yield PrincipalsCounted(99)
        return
    yield from (CardRead(invented_person(name)[0]) for name in ("liu", "wang"))
    yield CardFailed(Failure.CARD_MOVED)


def failures(*beginnings: str) -> tuple[Failure, ...]:
    """Return the failures whose values begin with one of these words."""
    return tuple(one for one in Failure if one.value.startswith(beginnings))


def accepted(visit: Visit) -> Accepted:
    """Return the answer of a central service that took the application, with a receipt."""
    number = "亳退 0042 7138"
    return Accepted(Receipt(visit.application_id, "d" * 64, "BZ", 1, number, NOW, DUE, "k"))


def cards() -> Happenings:
    """Yield cards of people who are old enough, years too young, or hard to read."""
    liu, wang = (invented_person(name)[0] for name in ("liu", "wang"))
    yield from (CardRead(liu), CardRead(wang))
    yield CardRead(replace(liu, birth=liu.birth.replace(year=1968)))
    yield CardRead(replace(liu, name="", doubts=(CardDoubt.NAME_MISSING,)))
    every_other = tuple(one for one in CardDoubt if one is not CardDoubt.NAME_MISSING)
    rare = replace(liu, name=f"{liu.name[0]}\ufffd", address=f"{liu.address}\ue000号")
    yield CardRead(replace(rare, doubts=every_other))


def facts_of(visit: Visit) -> Happenings:
    """Yield facts that offices may know: all, an open case, little, other kinds of insurance."""
    same = visit.identity.card is not None and visit.identity.card.sex is Sex.FEMALE
    facts = invented_person("wang" if same else "liu")[1]
    yield FactsKnown(facts)
    yield FactsKnown(replace(facts, open_case="11111111-0000-4000-8000-000000000001"))
    yield FactsKnown(replace(facts, category="", deemed_months=0, account=""))
    yield FactsKnown(replace(facts, kind=InsuredKind.INSTITUTION))
    yield FactsKnown(replace(facts, kind=InsuredKind.RESIDENT))
    yield FactsKnown(replace(facts, draws_pension=True))
    yield FactsKnown(replace(facts, waiting_unit="亳州市示范机械厂"))
    if (
        visit.facts.shared is not None
        and visit.facts.shared.waiting_unit
        and visit.identity.card is not None
    ):
        yield DraftBegun(
            StartedElsewhere(Way.EMPLOYER, visit.identity.card.number, ("R01", "R06"), ())
        )
