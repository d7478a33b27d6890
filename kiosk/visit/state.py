"""The state of a visit: one frozen value, held in memory only and forgotten at wiping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from kiosk.application.document import FOR_ANOTHER, Way
from kiosk.failures import Failure
from kiosk.people.attendance import Attendance
from kiosk.people.identity import IdCard
from kiosk.retirement.catalogue import ProxyRule
from kiosk.retirement.eligibility import Verdict, judge_all
from kiosk.retirement.materials import Need, needed
from kiosk.retirement.plan import is_offered
from kiosk.retirement.questions import Question, applies, is_told, open_questions
from kiosk.retirement.situation import Situation, told_category
from kiosk.visit.division_lists import has_list
from kiosk.visit.records.facts import FactsState, StartedElsewhere, ToldKind
from kiosk.visit.records.filing import (
    CaseProgress,
    FilingOutcome,
    FilingsForMe,
    PaperChoices,
    ServiceChoice,
    SignatureState,
    TextEntry,
)
from kiosk.visit.records.identity import PersonIdentity, ProofState
from kiosk.visit.records.rating import PartRatings
from kiosk.visit.records.staff import DeskState, OnBehalf, StaffState
from kiosk.visit.records.terminal import DisplayState, HelpCall, MaintenanceState
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Overlay, Stage


class Purpose(StrEnum):
    """What the person came for."""

    FILE = "file"
    PROGRESS = "progress"


@dataclass(frozen=True)
class Visit:
    """One person's time at the kiosk, with one record for each group of steps.

    `id` and `application_id` are drawn before it begins. `request` is the number of the latest
    request to devices, by which late answers are told. A record is forgotten by setting it to its
    default.
    """

    id: str
    application_id: str
    stage: Stage = Stage.IDLE
    overlay: Overlay = Overlay.NONE
    purpose: Purpose = Purpose.FILE
    request: int = 0
    failure: Failure | None = None
    told_kind: ToldKind | None = None  # how the person is insured, where no office knows
    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    opens: Mapping[str, date] = field(default_factory=dict)  # of parts that begin later
    begun: StartedElsewhere | None = None  # its person is not proved yet
    identity: PersonIdentity = PersonIdentity()
    proof: ProofState = ProofState()
    facts: FactsState = FactsState()
    choice: ServiceChoice = ServiceChoice()
    entry: TextEntry = TextEntry()
    papers: PaperChoices = PaperChoices()
    signature: SignatureState = SignatureState()
    outcome: FilingOutcome = FilingOutcome()
    progress: CaseProgress = CaseProgress()
    staff: StaffState = StaffState()
    desk: DeskState = DeskState()
    on_behalf: OnBehalf = OnBehalf()
    maintenance: MaintenanceState = MaintenanceState()
    help: HelpCall = HelpCall()
    display: DisplayState = DisplayState()
    confirming: FilingsForMe = FilingsForMe()
    ratings: PartRatings = PartRatings()


def situation_of(visit: Visit) -> Situation:
    """Return the situation, which visits have in every stage after FACTS."""
    assert visit.facts.situation is not None
    return visit.facts.situation


def card_of(visit: Visit) -> IdCard:
    """Return the card, which visits have in every stage that needs a proof of identity."""
    assert visit.identity.card is not None
    return visit.identity.card


def attendance_of(visit: Visit) -> Attendance:
    """Return the evidence that the person of the card is here, for questions about them.

    While somebody acts for that person, it is the person's own face check that counts.
    """
    card, presence = card_of(visit), visit.on_behalf.authority.presence
    assert visit.identity.card_at is not None
    own = presence.proof if presence else None
    proof = own if acts_for_another(visit) else visit.proof.accepted
    certain, read_at = card.name_certain, visit.identity.card_at
    return Attendance(card.number, card.name, certain, read_at, proof, card.reading)


def attendance_of_proxy(visit: Visit) -> Attendance:
    """Return the evidence that the friend or relative who files is here."""
    proxy = visit.on_behalf.proxy
    assert proxy is not None
    assert visit.on_behalf.proxy_card_at is not None
    certain, read_at = proxy.name_certain, visit.on_behalf.proxy_card_at
    return Attendance(
        proxy.number, proxy.name, certain, read_at, visit.proof.accepted, proxy.reading
    )


def category_source(visit: Visit, book: ReferenceData) -> str:
    """Return the source of the category: "declared", "shared" or "assumed"."""
    if visit.facts.declared is not None:
        return "declared"
    shared = visit.facts.shared.category if visit.facts.shared else ""
    told = told_category(book.age_rules, card_of(visit).sex, shared)
    return "assumed" if told is None else "shared"


def asks_kind(visit: Visit) -> bool:
    """Return whether the kind of insurance must still be asked, before anything is offered."""
    unknown = visit.facts.situation is not None and "kind" not in visit.facts.situation.facts
    return unknown and visit.told_kind is None


def has_open_case(visit: Visit) -> bool:
    """Return whether a case is under way: a slip, the offices or a refusal say so."""
    return (
        bool(visit.progress.slip)
        or visit.outcome.filed_elsewhere
        or (visit.facts.shared is not None and bool(visit.facts.shared.open_case))
    )


def may_file_more(visit: Visit) -> bool:
    """Return whether the person may file another part beside the own case that is under way.

    Only where the central service says which parts are under way, and of the card's own person.
    """
    shared, own = visit.facts.shared, bool(visit.progress.own) and not visit.progress.slip
    return own and not acts_for_another(visit) and shared is not None and bool(shared.services_open)


def verdicts(visit: Visit, book: ReferenceData) -> Mapping[str, Verdict]:
    """Return the verdict on every service for this person, by code."""
    return judge_all(book.catalogue, situation_of(visit), visit.choice.insisted)


def chosen(visit: Visit, book: ReferenceData) -> tuple[str, ...]:
    """Return the codes of the services that will be filed, in the order of handling."""
    case = situation_of(visit)
    out = visit.choice.unwanted | in_person_only(visit, book)
    return tuple(
        code
        for code, verdict in verdicts(visit, book).items()
        if code not in out
        and (is_offered(verdict, case) or (verdict.fileable and code in visit.choice.ticked))
    )


def acts_for_another(visit: Visit) -> bool:
    """Return whether the person of the card is not the one who files."""
    return visit.on_behalf.way in FOR_ANOTHER


def sees_facts(visit: Visit) -> bool:
    """Return whether facts of the offices may be fetched and shown: the person is here."""
    return not acts_for_another(visit) or visit.on_behalf.authority.shows_presence()


def awaits_person(visit: Visit) -> bool:
    """Return whether the case begins only once the person has confirmed it.

    What a window enters later stands on the person's own signed paper: they are told, and may
    object.
    """
    return visit.on_behalf.way in (Way.PROXY, Way.HELPER_ABSENT) and not sees_facts(visit)


def in_person_only(visit: Visit, book: ReferenceData) -> frozenset[str]:
    """Return the codes of services that cannot be filed for another, and of those that need one."""
    if not acts_for_another(visit):
        return frozenset()
    route, services = situation_of(visit).route, book.catalogue.services
    barred = {code for code, one in services.items() if one.proxy is ProxyRule.IN_PERSON}
    return frozenset(barred).union(*(book.catalogue.followers(code, route) for code in barred))


def remaining_questions(visit: Visit, book: ReferenceData) -> tuple[Question, ...]:
    """Return the questions that are still to be asked, in order."""
    questions = questions_for(visit, book)
    return open_questions(questions, chosen(visit, book), situation_of(visit), visit.answers)


def questions_for(visit: Visit, book: ReferenceData) -> tuple[Question, ...]:
    """Return the questions that may be asked in this visit, in order.

    What the offices know is not asked, nor what has no list. Who files in the person's absence is
    not asked about money or how to reach the person.
    """
    return tuple(
        one
        for one in book.questions
        if (sees_facts(visit) or not one.person_only)
        and not is_told(one, visit.facts.shared, visit.facts.disputed)
        and has_list(book, one, visit.answers)
    )


def applicable_answers(visit: Visit, book: ReferenceData) -> Mapping[str, str]:
    """Return the answers, by field, whose questions still apply to the chosen services."""
    picked, case = chosen(visit, book), situation_of(visit)
    kept: dict[str, str] = {}
    for question in questions_for(visit, book):
        if question.field in visit.answers and applies(question, picked, case, kept):
            kept[question.field] = visit.answers[question.field]
    return {name: text for name, text in visit.answers.items() if name in kept}


def paper_set(visit: Visit, book: ReferenceData) -> tuple[Need, ...]:
    """Return the papers that are needed, each with how it is settled."""
    return tuple(
        replace(need, settled=need.settled or visit.papers.settled.get(need.code))
        for need in needed(book.catalogue, chosen(visit, book), situation_of(visit))
        if sees_facts(visit) or not need.person_only
    )


def open_papers(visit: Visit, book: ReferenceData) -> tuple[Need, ...]:
    """Return the papers that the person has not settled yet."""
    return tuple(need for need in paper_set(visit, book) if need.settled is None)
