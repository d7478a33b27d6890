"""The store of the central service: accepted content, cases, messages, terminals, alarms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from central.store.alarm_sending.alarm_sending import AlarmSending
from central.store.alarms import Alarms
from central.store.begun.drafts import StartedDrafts
from central.store.begun.employer_drafts import Handed
from central.store.cases.acting import ActingFilings
from central.store.cases.blobs import Blobs
from central.store.cases.cases import Cases
from central.store.cases.confirmations import Confirmations
from central.store.cases.corrections import Corrections
from central.store.cases.deadlines import Deadlines
from central.store.cases.desk_decisions import DeskDecisions
from central.store.cases.form_records import FormRecords
from central.store.cases.helper_filings import HelperFilings
from central.store.cases.marks import LookUps
from central.store.cases.operator_reads import OperatorReads
from central.store.cases.points import Points
from central.store.cases.results import Results
from central.store.cases.retention import CaseRetention
from central.store.cases.reviews import Reviews
from central.store.cases.talents import Talents
from central.store.cases.task_claims import TaskClaims
from central.store.cases.work import Work
from central.store.city.roll_up import CityRollUp
from central.store.database import CentralDatabase
from central.store.messages.outgoing import Outgoing
from central.store.messages.replies import Replies
from central.store.owner import claim_database
from central.store.preparations import Preparations
from central.store.ratings.rating_follow_ups import RatingFollowUps
from central.store.ratings.rating_report import RatingReport
from central.store.ratings.ratings import Ratings
from central.store.service_points.service_points import ServicePoints
from central.store.terminals.arrivals import Arrivals
from central.store.terminals.audit_heads import AuditHeads
from central.store.terminals.backup_marks import BackupMarks
from central.store.terminals.card_reads import CardReads
from central.store.terminals.enrolment_reviews import EnrolmentReviews
from central.store.terminals.enrolments import Enrolments
from central.store.terminals.fleet import Fleet
from central.store.terminals.nonces import Nonces
from central.store.terminals.phone_tokens import PhoneTokens
from central.store.terminals.questions import Questions
from central.store.terminals.release_rings import ReleaseRings
from central.store.terminals.terminal_requests import TerminalRequests
from central.store.terminals.terminals import Terminals
from central.store.upgrade import SchemaTrouble, open_database
from central.store.web.accounts import WebAccounts
from central.store.web.events import WebEvents
from central.store.web.office_clients import OfficeClients
from central.store.web.webhooks import Webhooks
from central.store.wishes.wishes import Wishes

if TYPE_CHECKING:
    from central.rules import Rules


@dataclass(frozen=True)
class CentralStore:
    """The parts of one database; each call is one transaction and may come from any thread."""

    database: CentralDatabase
    acting: ActingFilings
    alarm_sending: AlarmSending
    alarms: Alarms
    arrivals: Arrivals
    audit_heads: AuditHeads
    blobs: Blobs
    card_reads: CardReads
    cases: Cases
    city: CityRollUp
    confirmations: Confirmations
    corrections: Corrections
    deadlines: Deadlines
    desk_decisions: DeskDecisions
    drafts: StartedDrafts
    enrolments: Enrolments
    fleet: Fleet
    form_records: FormRecords
    handed: Handed
    helper_filings: HelperFilings
    look_ups: LookUps
    nonces: Nonces
    office_clients: OfficeClients
    operator_reads: OperatorReads
    outgoing: Outgoing
    phone_tokens: PhoneTokens
    points: Points
    preparations: Preparations
    questions: Questions
    rating_follow_ups: RatingFollowUps
    rating_report: RatingReport
    ratings: Ratings
    release_rings: ReleaseRings
    replies: Replies
    results: Results
    retention: CaseRetention
    reviews: Reviews
    service_points: ServicePoints
    talents: Talents
    task_claims: TaskClaims
    terminal_requests: TerminalRequests
    terminals: Terminals
    web_accounts: WebAccounts
    web_events: WebEvents
    webhooks: Webhooks
    work: Work

    @property
    def backup_marks(self) -> BackupMarks:
        """Return up to when the database is backed up."""
        return BackupMarks(self.database)

    @property
    def wishes(self) -> Wishes:
        """Return the wishes of people."""
        return Wishes(self.database)

    @property
    def enrolment_reviews(self) -> EnrolmentReviews:
        """Return what technicians said of enrolments."""
        return EnrolmentReviews(self.database)

    def close(self) -> None:
        """Close all connections to the database."""
        self.database.close()


def open_store(
    url: str, rules: Rules, service: str, *, create: bool = True, take_over: bool = False
) -> CentralStore | SchemaTrouble:
    """Return the store at a SQLAlchemy URL (SQLite or PostgreSQL), or why it can't be used.

    `service`: `Vault.id` of its owner; `create`: make absent tables; `take_over`: own another's.
    """
    database = _claimed(url, service, create=create, take_over=take_over)
    if isinstance(database, SchemaTrouble):
        return database
    reads = CardReads(database, rules.policy.visits.limits)
    look_ups = LookUps(database, rules.policy.alarms)
    return CentralStore(
        database=database,
        acting=ActingFilings(database),
        alarm_sending=AlarmSending(database),
        alarms=Alarms(database),
        arrivals=Arrivals(database),
        audit_heads=AuditHeads(database),
        blobs=Blobs(database),
        card_reads=reads,
        cases=Cases(database, rules),
        city=CityRollUp(database, rules.offices),
        confirmations=Confirmations(database, rules),
        corrections=Corrections(database, rules),
        deadlines=Deadlines(database),
        desk_decisions=DeskDecisions(database, rules, Work(database, rules)),
        drafts=StartedDrafts(database, rules.policy.drafts),
        enrolments=Enrolments(database, rules.policy.enrolment),
        fleet=Fleet(database),
        form_records=FormRecords(database),
        handed=Handed(database),
        helper_filings=HelperFilings(database),
        look_ups=look_ups,
        nonces=Nonces(database, rules.policy.signatures.window_seconds),
        office_clients=OfficeClients(database),
        operator_reads=OperatorReads(database),
        outgoing=Outgoing(database),
        phone_tokens=PhoneTokens(database),
        points=Points(database, rules.policy.ratings.smallest_group),
        preparations=Preparations(database),
        questions=Questions(reads, look_ups.note, rules.policy.alarms.people_an_hour),
        rating_follow_ups=RatingFollowUps(database, rules),
        rating_report=RatingReport(database, rules.offices, rules.policy.ratings.smallest_group),
        ratings=Ratings(database, rules),
        release_rings=ReleaseRings(database),
        replies=Replies(database, rules),
        results=Results(database),
        retention=CaseRetention(database),
        reviews=Reviews(database, rules),
        service_points=ServicePoints(database),
        talents=Talents(database),
        terminal_requests=TerminalRequests(database),
        terminals=Terminals(database),
        web_accounts=WebAccounts(database),
        web_events=WebEvents(database),
        webhooks=Webhooks(database),
        task_claims=TaskClaims(database, rules),
        work=Work(database, rules),
    )


def _claimed(
    url: str, service: str, *, create: bool, take_over: bool
) -> CentralDatabase | SchemaTrouble:
    database = open_database(url, create=create)
    if isinstance(database, SchemaTrouble):
        return database
    if not claim_database(database, service, take_over=take_over):
        database.close()
        return SchemaTrouble.OTHER_SERVICE
    return database
