"""Who is offered what: counter cases of people to whom the wrong services were offered.

The numbers are those of the reference list of counter cases. Pages are the terminal's own; what is
handed in goes to the real central service and its offices.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import pytest

from central.people import People
from central.registries.ports import RegistryPerson
from kiosk.application.office_views import Views
from kiosk.crypto.envelope import canonical
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.people.consent import Proof, ProofMethod
from kiosk.people.facts import InsuredKind, SharedFacts
from kiosk.ports import CentralAnswer
from kiosk.retirement.age import Category
from kiosk.retirement.eligibility import EligibilityAnswer as Verdict
from kiosk.session.central_queries import facts_of
from kiosk.visit.events.cards import CardRead
from kiosk.visit.records.facts import ToldKind
from kiosk.visit.stages import Stage
from kiosk.visit.state import chosen, situation_of, verdicts
from kiosk.visit.step_parts.draft import decode, draft_of, encode
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import DraftFound, FactsKnown, FactsUnknown
from tests.central.intake.test_promised_dates import Beginning, Counter
from tests.central.intake.test_promised_dates import central as central  # noqa: PLC0414 - a fixture
from tests.central.intake.test_promised_dates import side as side  # noqa: PLC0414 - a fixture
from tests.central.offices.test_offices import offices
from tests.central.standing import LIU, NOON, Standing
from tests.central.terminals.test_terminal_side import TerminalSide
from tests.kiosk.invented_people import InventedVisitor, attendance, persona

OFFLINE = FactsUnknown(Failure.CENTRAL_UNREACHABLE)
NOT_FOUND = FactsUnknown(Failure.PERSON_UNKNOWN)
HERE = replace(
    attendance("liu"), card_at=NOON, proof=Proof(ProofMethod.FACE, NOON, 0.31, 0.42, "dlib128")
)
FARMER = SharedFacts(InsuredKind.RESIDENT, "", 0, 0, 0, 0, "")


def proved(name: str = "liu", born: str = "") -> InventedVisitor:
    card, _ = persona(name)
    if born:
        card = replace(card, birth=date.fromisoformat(born))
    visitor = (
        InventedVisitor(now=NOON).press(Press.START_SELF).press(Press.AGREE).happen(CardRead(card))
    )
    return visitor.happen(FaceMatched(0.31, 0.42, "dlib128"))


def answers(visitor: InventedVisitor) -> dict[str, Verdict]:
    return {code: one.answer for code, one in verdicts(visitor.visit, visitor.table.book).items()}


def picked(visitor: InventedVisitor) -> tuple[str, ...]:
    return chosen(visitor.visit, visitor.table.book)


# 1: a woman whose office says that the schedule of men applies


def test_a_woman_whose_office_says_60_is_shown_the_dates_of_60() -> None:
    facts = replace(persona("wang")[1], kind=InsuredKind.INSTITUTION, category="M60")
    visitor = proved("wang", "1971-06-15").happen(FactsKnown(facts))
    case = situation_of(visitor.visit)
    assert str(case.estimate.statutory) == "2033-02"
    assert str(case.estimate.earliest) == "2031-06"
    assert visitor.page.time_bar is not None
    assert visitor.page.time_bar.hero == "2033年2月"
    assert answers(visitor)["R01"] is Verdict.LATER
    assert "category" not in visitor.visit.facts.disputed
    assert "R01" not in picked(visitor)


def test_no_office_can_say_of_a_man_that_the_schedule_of_women_applies() -> None:
    facts = replace(persona("liu")[1], category="F50")
    visitor = proved().happen(FactsKnown(facts))
    assert situation_of(visitor.visit).estimate.category is Category.M60
    assert "category" in visitor.visit.facts.disputed


# 2 and 3: who draws a pension already


@pytest.mark.parametrize("kind", [InsuredKind.ENTERPRISE, InsuredKind.INSTITUTION])
def test_who_draws_a_pension_is_offered_card_and_fund_only(kind: InsuredKind) -> None:
    facts = replace(persona("liu")[1], kind=kind, draws_pension=True)
    visitor = proved("liu", "1945-01-15").happen(FactsKnown(facts))
    said = answers(visitor)
    assert [code for code, one in said.items() if one is Verdict.CAN] == ["R08", "R14"]
    assert {said[code] for code in ("R01", "R06", "R15")} == {Verdict.CANNOT}
    assert picked(visitor) == ("R08", "R14")
    page = visitor.page
    assert (page.name, page.title) == ("drawn", "您已经在领养老金")
    assert page.panel is not None
    assert page.panel.lines[:2] == ("社保卡和乘车优待", "提取公积金")
    book = visitor.table.book
    assert verdicts(visitor.visit, book)["R01"].reason == "不用办：已经在领养老金"


def test_what_who_draws_a_pension_files_has_no_month_and_is_begun_at_once(
    central: Standing, side: TerminalSide
) -> None:
    """Retired early by special work: the statutory month is still ahead, the fund is paid out."""
    facts = replace(persona("liu")[1], draws_pension=True)
    visitor = proved("liu", "1970-06-15").happen(FactsKnown(facts))
    counter = Counter(central, side, visitor).file()
    receipt = visitor.visit.outcome.receipt
    assert receipt is not None
    assert receipt.due_on == date(2026, 12, 7)
    assert "12月7日前全部办好" in counter.slip()
    offices(central, adapter=Beginning()).work()
    assert counter.states() == {"R08": "working", "R14": "working"}


def test_an_account_that_was_never_opened_is_not_paid_out() -> None:
    facts = replace(persona("liu")[1], draws_pension=True, has_fund_account=False)
    visitor = proved().happen(FactsKnown(facts))
    assert picked(visitor) == ("R08",)


def test_where_no_office_knows_of_a_pension_nothing_changes() -> None:
    unknown = proved().happen(FactsKnown(replace(persona("liu")[1], draws_pension=None)))
    none = proved().happen(FactsKnown(replace(persona("liu")[1], draws_pension=False)))
    assert answers(unknown) == answers(none)
    assert unknown.page.name == "dates"


# 14: residents' pension only


def test_a_resident_is_told_where_to_go_and_can_have_the_card(
    central: Standing, side: TerminalSide
) -> None:
    visitor = proved("liu", "1965-06-15").happen(FactsKnown(FARMER))
    page = visitor.page
    assert (page.name, page.title) == ("resident", "居民养老到村里办")
    assert page.panel is not None
    assert page.panel.lines == ("满 60 岁就能领。", "带身份证和户口簿。", "问哪里办，打 12333")
    assert [one.act for one in page.choices] == [Press.QUIT, Press.NEXT]
    assert picked(visitor) == ("R08",)
    counter = Counter(central, side, visitor).fill_in()
    assert [row.label for row in visitor.page.rows] == ["姓名", "办理", "手机"]
    counter.file()
    assert counter.states() == {"R08": "ready"}
    assert "12月7日前全部办好" in counter.slip()


def test_who_is_a_resident_sees_only_what_can_be_filed() -> None:
    visitor = proved().happen(FactsKnown(FARMER))
    while visitor.visit.stage is Stage.FACTS:
        visitor.press(Press.NEXT)
    assert [row.value for row in visitor.page.rows] == ["R08"]


# 15: nothing known from the offices


@pytest.mark.parametrize("unknown", [OFFLINE, NOT_FOUND])
def test_the_kind_is_asked_before_anything_is_offered(unknown: FactsUnknown) -> None:
    visitor = proved().happen(unknown)
    assert (visitor.page.name, visitor.page.title) == ("kind", "您交的哪种养老？")
    assert visitor.press(Press.NEXT).page.name == "kind"
    assert visitor.press(Press.PICK, "F50").page.name == "kind"
    assert visitor.press(Press.PICK, "JM").page.name == "resident"
    assert picked(visitor) == ("R08",)


@pytest.mark.parametrize(
    ("told", "page", "offered"),
    [
        ("QY", "dates", True),
        ("JG", "dates", True),
        ("LH", "dates", True),
        ("unsure", "dates", True),
        ("JM", "resident", False),
        ("drawn", "drawn", False),
    ],
)
def test_what_follows_from_what_the_person_says(told: str, page: str, offered: bool) -> None:
    visitor = proved().happen(OFFLINE).press(Press.PICK, told)
    assert visitor.page.name == page
    assert ("R01" in picked(visitor)) is offered
    assert visitor.press(Press.BACK).page.name == "kind"
    assert visitor.visit.told_kind is None


def test_what_was_said_is_handed_in_sealed_and_reaches_the_office(
    central: Standing, side: TerminalSide, tmp_path: Path
) -> None:
    visitor = proved("liu", "1965-06-15").happen(OFFLINE).press(Press.PICK, "JM")
    counter = Counter(central, side, visitor).file()
    (claim,) = central.office.store.work.claim("lease", NOON, offices(central).lease, 9)
    document = central.document(claim.envelope)
    assert document["retirement"]["told_kind"] == "JM"
    assert document["retirement"]["retire_month"] is None
    book = visitor.table.book
    views: Views = book.views
    assert views.view_of(document, "R08")["retirement"]["told_kind"] == "JM"
    assert counter.states() == {"R08": "ready"}
    for file in tmp_path.rglob("*.db*"):
        assert b"told_kind" not in file.read_bytes()


def test_what_an_office_says_counts_more() -> None:
    visitor = proved().happen(OFFLINE).press(Press.PICK, "JM")
    visitor.happen(FactsKnown(persona("liu")[1]))
    assert visitor.page.name == "dates"
    assert situation_of(visitor.visit).facts["kind"] == "QY"


def test_a_draft_keeps_what_was_said_and_an_old_one_is_asked_again() -> None:
    visitor = proved().happen(OFFLINE).press(Press.PICK, "JM")
    kept = encode(draft_of(visitor.visit))
    draft = decode(kept)
    assert draft is not None
    again = proved().happen(OFFLINE).happen(DraftFound(draft)).press(Press.RESUME)
    assert (again.visit.told_kind, again.page.name) == (ToldKind.RESIDENT, "resident")
    old = decode(kept.replace(b',"told_kind":"JM"', b""))
    assert old is not None
    assert old.told_kind == ""
    asked = proved().happen(OFFLINE).happen(DraftFound(old)).press(Press.RESUME)
    assert asked.page.name == "kind"


# what passes between service and terminal


def test_the_service_tells_of_a_pension_only_where_an_office_knows(
    central: Standing, side: TerminalSide
) -> None:
    """A terminal before version 0.2 knows no such fact, and would refuse all others with it."""
    facts = persona("liu")[1]
    told = People({LIU: facts}).facts_of(RegistryPerson(LIU, ""), "")
    assert told is not None
    assert "draws_pension" not in told
    central.office.people.facts[LIU] = replace(facts, draws_pension=True)
    assert facts_of(side.central, HERE) == replace(facts, draws_pension=True)
    central.office.people.facts[LIU] = FARMER
    assert facts_of(side.central, HERE) == FARMER


class NewerService:
    """Tells a fact that this terminal does not know."""

    def call(
        self, _method: str, _path: str, _body: bytes = b"", _headers: object = None
    ) -> CentralAnswer:
        told = {**asdict(persona("liu")[1]), "favourite_tea": "毛峰"}
        return CentralAnswer(200, "application/json", None, canonical(told))


def test_a_fact_of_a_newer_service_is_passed_over() -> None:
    assert facts_of(NewerService(), HERE) == persona("liu")[1]
