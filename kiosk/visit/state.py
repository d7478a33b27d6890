"""The state of a visit: one frozen value, held in memory only and forgotten at wiping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from kiosk.application.authority import Authority
from kiosk.application.confirmation import ConfirmationState, Decision, FiledForMe
from kiosk.application.document import FOR_ANOTHER, Way
from kiosk.application.scan import CapturedPaper
from kiosk.config.usb_bundle import Offer
from kiosk.crypto.receipt import Receipt
from kiosk.failures import Failure
from kiosk.maintenance.device_proposal import Proposal
from kiosk.maintenance.guided_tests import GuidedTest
from kiosk.maintenance.readiness_report import Sheet
from kiosk.pages.display import View
from kiosk.pages.page import Ink
from kiosk.people.attendance import Attendance
from kiosk.people.consent import Consent, Proof
from kiosk.people.facts import SharedFacts
from kiosk.people.identity import IdCard
from kiosk.ports import Bell, Coach
from kiosk.retirement.age import Category
from kiosk.retirement.catalogue import ProxyRule
from kiosk.retirement.eligibility import Verdict, judge_all
from kiosk.retirement.materials import Need, Resolution, needed
from kiosk.retirement.plan import is_offered
from kiosk.retirement.questions import Question, applies, open_questions
from kiosk.retirement.situation import Situation, told_category
from kiosk.staff.desk import Correction, Desk, MonthReport
from kiosk.staff.roles import Session
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Overlay, Stage


class Purpose(StrEnum):
    """What the person came for."""

    FILE = "file"
    PROGRESS = "progress"


class ToldKind(StrEnum):
    """How the person says to be insured, asked only while no office can tell."""

    ENTERPRISE = "QY"
    INSTITUTION = "JG"
    FLEXIBLE = "LH"
    RESIDENT = "JM"
    DRAWS_PENSION = "drawn"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Draft:
    """What a person had chosen and answered when they left, restored as far as it still fits.

    All values are strings, as they are stored: see `kiosk.visit.draft.restore`. `month` is
    "YYYY-MM"; `papers` are pairs of the paper's code and its resolution.
    """

    route: str
    month: str
    declared: str
    disputed: tuple[str, ...]
    unwanted: tuple[str, ...]
    ticked: tuple[str, ...]
    insisted: tuple[str, ...]
    answers: tuple[tuple[str, str], ...] = field(repr=False)
    papers: tuple[tuple[str, str], ...]
    told_kind: str = ""


@dataclass(frozen=True)
class StartedElsewhere:
    """A filing started elsewhere: by the person on a telephone, or by the employer.

    `number` is the identity number of the person it is for.
    """

    by: Way
    number: str = field(repr=False)
    services: tuple[str, ...]
    answers: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True)
class ShownPicture:
    """A picture that waits for a decision; `number` is its number in `HeldPicture`.

    `doubt` is why it may not be readable; `keeping` is true once somebody decided to keep it.
    """

    number: int
    doubt: Failure | None = None
    keeping: bool = False


@dataclass(frozen=True)
class Principal:
    """The person somebody acts for, while number and name are typed for want of the card."""

    number: str = field(repr=False)
    name: str = field(default="", repr=False)


class InspectionStep(StrEnum):
    """How far the inspection of a card that was read with doubts has come."""

    CALLED = "called"
    LOGIN = "login"  # card and PIN of the staff
    COMPARING = "comparing"
    REFUSED = "refused"  # the card says something else: a window has to see it


@dataclass(frozen=True)
class DoubtedCard:
    """A card read with doubts, at the moment `at`; `inspector` is the pseudonym of the staff."""

    card: IdCard = field(repr=False)
    at: datetime
    step: InspectionStep = InspectionStep.CALLED
    inspector: str = ""


@dataclass(frozen=True)
class PersonIdentity:
    """The person's consent and the card that was read."""

    consent: Consent | None = None
    card: IdCard | None = field(default=None, repr=False)
    card_at: datetime | None = None  # when that card was read; None for a typed number
    doubted: DoubtedCard | None = field(default=None, repr=False)  # until it is confirmed


@dataclass(frozen=True)
class ProofState:
    """The face check: its tries, and the proof of identity that was accepted."""

    accepted: Proof | None = None
    tries: int = 0
    began_at: datetime | None = None  # the first try
    turns_only: bool = False  # no closing of the eyes was seen: it is not asked for again
    hint: Coach | None = None


@dataclass(frozen=True)
class FactsState:
    """What the offices know, what the person disputes or adds, and a draft to decide on."""

    shared: SharedFacts | None = field(default=None, repr=False)
    situation: Situation | None = field(default=None, repr=False)
    disputed: frozenset[str] = frozenset()
    draft: Draft | None = None  # found, and not decided upon yet
    declared: Category | None = None  # what a woman says of her post where no office knows
    draft_from: Way = Way.SELF  # of the draft that is offered


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
    """How each paper is settled, and what was captured, by the paper's code."""

    settled: Mapping[str, Resolution] = field(default_factory=dict)
    captured: Mapping[str, CapturedPaper] = field(default_factory=dict)
    capturing: str = ""  # the paper of which a picture is being taken, or looked at
    picture: ShownPicture | None = None  # of it


@dataclass(frozen=True)
class SignatureState:
    """The strokes of the signature, and the moment of confirmation."""

    ink: Ink = field(default=(), repr=False)
    confirmed_at: datetime | None = None


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

    `states` and `due` are keyed by service code.
    """

    states: Mapping[str, str] = field(default_factory=dict)
    due: Mapping[str, date] = field(default_factory=dict)  # of parts that need something more
    case_number: str = ""
    confirmation: ConfirmationState = ConfirmationState.NOT_NEEDED  # of the case that is shown
    confirm_until: date | None = None
    slip: str = ""  # the case that a slip names: how far it is, not whose it is


@dataclass(frozen=True)
class StaffState:
    """Who of the staff is logged in, is logging in, hands over, or vouches."""

    session: Session | None = None  # who of the staff is in
    leaving: Session | None = None  # who hands the desk over, and is out already
    taken_over: bool = False  # the desk, just now
    card_number: str = field(default="", repr=False)  # the number of who wants to come in
    checking: bool = False  # card and PIN are being looked at
    wait: int = 0  # seconds until another PIN is looked at
    vouch_reason: str = ""
    first_voucher: Session | None = None
    vouched_alone: bool = False  # nobody else of the staff is there: a picture is needed
    picture_agreed: datetime | None = None  # when the person agreed to that picture
    checked_by: str = ""  # the second pair of eyes, a pseudonym


@dataclass(frozen=True)
class DeskState:
    """The cases on the helper's desk, and the correction that is being brought."""

    content: Desk | None = field(default=None, repr=False)
    month: MonthReport | None = None  # what was done here in it
    correcting: Correction | None = field(default=None, repr=False)  # what is being brought now
    handing_in: bool = False
    brought: tuple[CapturedPaper, ...] = ()  # its pages


@dataclass(frozen=True)
class OnBehalf:
    """For whom somebody acts, and with what authority."""

    way: Way = Way.SELF
    proxy: IdCard | None = field(default=None, repr=False)  # whose card acts for that of `card`
    proxy_card_at: datetime | None = None  # when it was read
    principal_consent: Consent | None = None  # of who is acted for, to the own face check
    principal_proof: Proof | None = None  # the own face check; who of the staff looked is missing
    typing: bool = False  # the number of somebody whose card is not here
    principal: Principal | None = None
    authority: Authority = Authority()


@dataclass(frozen=True)
class MaintenanceState:
    """What a technician sees and tests on this machine."""

    report: Sheet | None = None  # how this machine is
    noted: str = ""  # what came of the technician's last wish: a key of the page's words
    test: GuidedTest | None = None  # the guided test that goes on
    tests: tuple[GuidedTest, ...] = ()  # those that were done
    found: Proposal | None = None  # what hangs on this machine
    offer: Offer | None = None  # which settings a stick brings
    writing: bool = False  # one of both is being written into the settings


@dataclass(frozen=True)
class HelpCall:
    """Whether a helper was called, and the bell's answer."""

    called: bool = False  # a helper, and not told to stay away since
    bell: Bell | None = None


@dataclass(frozen=True)
class DisplayState:
    """How the page is shown, and which part of it."""

    view: View = View()
    part: int = 0  # which part of a list or set of pages
    leaf: int = 0  # which answers of a page, where only few can be reached
    printing: bool = False  # the one notice was asked for
    about: str = ""  # the service that a page on top is about


@dataclass(frozen=True)
class FilingsForMe:
    """What others filed in the person's name, and the person's decision on it."""

    filings: tuple[FiledForMe, ...] | None = None  # in this person's name; None: not asked yet
    decision: Decision | None = None  # on its way to the central service
    decided: ConfirmationState | None = None  # what became of the first of them


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
    opens: Mapping[str, date] = field(default_factory=dict)  # of parts that begin on a later day
    begun: StartedElsewhere | None = None  # elsewhere; its person is not proved yet
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


def known(visit: Visit) -> Situation:
    """Return the situation, which stages after FACTS always have."""
    assert visit.facts.situation is not None
    return visit.facts.situation


def card_of(visit: Visit) -> IdCard:
    """Return the card, which stages after CARD that hold a proof always have."""
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
    """Return whether a case is under way, by slip, by the offices or by a refusal."""
    return (
        bool(visit.progress.slip)
        or visit.outcome.filed_elsewhere
        or (visit.facts.shared is not None and bool(visit.facts.shared.open_case))
    )


def verdicts(visit: Visit, book: ReferenceData) -> Mapping[str, Verdict]:
    """Return the verdict on every service for this person, by code."""
    return judge_all(book.catalogue, known(visit), visit.choice.insisted)


def chosen(visit: Visit, book: ReferenceData) -> tuple[str, ...]:
    """Return the codes of the services that will be filed, in the order of handling."""
    case = known(visit)
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
    """Return the services that cannot be filed for another, with those that wait for one."""
    if not acts_for_another(visit):
        return frozenset()
    route, services = known(visit).route, book.catalogue.services
    barred = {code for code, one in services.items() if one.proxy is ProxyRule.IN_PERSON}
    return frozenset(barred).union(*(book.catalogue.followers(code, route) for code in barred))


def asked(visit: Visit, book: ReferenceData) -> tuple[Question, ...]:
    """Return the questions that are still to be asked, in order."""
    questions = questions_for(visit, book)
    return open_questions(questions, chosen(visit, book), known(visit), visit.answers)


def questions_for(visit: Visit, book: ReferenceData) -> tuple[Question, ...]:
    """Return the questions that may be asked in this visit, in order.

    Who files in the person's absence is not asked about money or how to reach the person.
    """
    return tuple(one for one in book.questions if sees_facts(visit) or not one.person_only)


def still_asked(visit: Visit, book: ReferenceData) -> Mapping[str, str]:
    """Return the answers whose question still applies to what is chosen."""
    picked, case = chosen(visit, book), known(visit)
    kept: dict[str, str] = {}
    for question in questions_for(visit, book):
        if question.field in visit.answers and applies(question, picked, case, kept):
            kept[question.field] = visit.answers[question.field]
    return {name: text for name, text in visit.answers.items() if name in kept}


def paper_set(visit: Visit, book: ReferenceData) -> tuple[Need, ...]:
    """Return the papers that are needed, each with how it is settled."""
    return tuple(
        replace(need, settled=need.settled or visit.papers.settled.get(need.code))
        for need in needed(book.catalogue, chosen(visit, book), known(visit))
        if sees_facts(visit) or not need.person_only
    )


def open_papers(visit: Visit, book: ReferenceData) -> tuple[Need, ...]:
    """Return the papers that the person has not settled yet."""
    return tuple(need for need in paper_set(visit, book) if need.settled is None)
