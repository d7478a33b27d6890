"""Policy of the central service: durations, limits and words of config/central.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from central.load import CrowdPolicy, LoadPolicy, TurnPolicy
from central.notices import NoticeWords, WishPolicy
from central.remote_help.policy import RemotePolicy
from central.seal.check_policy import CheckPolicy, PhotoPolicy
from central.traces.policy import TracePolicy
from kiosk.application.proof_rules import ProofPolicy
from kiosk.config.schema import load

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class CertificatePolicy:
    """Validity of the certificates in days; with `renew_days` left the server's is renewed."""

    authority_days: int
    server_days: int
    renew_days: int


@dataclass(frozen=True)
class SealPolicy:
    """Validity in days of the authority that `central seal init` makes, and of the e-seal."""

    authority_days: int
    certificate_days: int


@dataclass(frozen=True)
class PaperPolicy:
    """The longest captured page, in bytes as sealed.

    `employer_pages`: how many pages of one paper an employer may hand in. `moved_a_round`: pages
    that leave the database for their store every `move_seconds`.
    """

    longest_bytes: int
    employer_pages: int = 200
    moved_a_round: int = 50
    move_seconds: float = 5.0


@dataclass(frozen=True)
class AlarmPolicy:
    """Thresholds of alarms; more than each of them raises one.

    `devices`: in how many consecutive heartbeats a device may be unusable; a device that is not
    named never raises an alarm.
    """

    people_an_hour: int
    persons_an_account: int
    persons_a_mobile: int
    silent_minutes: float
    oldest_minutes: float
    disk_percent: float  # less than this is free
    clock_minutes: float
    audit_proof_minutes: float  # that a new head of the audit chain waits for its proof
    system_certificate_days: float  # that the last certificate of a system still counts
    devices: Mapping[str, int]


@dataclass(frozen=True)
class BundlePolicy:
    """Validity of each part of the signed configuration, in days from its signing."""

    root_days: float
    targets_days: float
    snapshot_days: float
    timestamp_days: float


@dataclass(frozen=True)
class DraftPolicy:
    """For how many minutes a draft from the portal can be claimed."""

    minutes: int


@dataclass(frozen=True)
class StaffPolicy:
    """Validity of the signed list of staff, and the age of the news on a desk list, in days."""

    valid_days: int
    news_days: int


@dataclass(frozen=True)
class EnrolmentPolicy:
    """Validity of an enrolment code in minutes, and wrong codes per address in that time.

    `confirming`: so many people have to confirm what comes by a card.
    """

    minutes: int
    tries: int
    confirming: int


@dataclass(frozen=True)
class SignaturePolicy:
    """How far the time of a signed request may be from the service's clock, in seconds."""

    window_seconds: float


@dataclass(frozen=True)
class RetryPolicy:
    """Pauses in seconds after failures in a row, doubled; the `tries`-th makes a dead letter."""

    first_seconds: float
    longest_seconds: float
    tries: int

    def pause(self, failures: int) -> float:
        """Return the pause in seconds after the `failures`-th failure in a row, counted from 1."""
        doublings = min(max(failures - 1, 0), 60)
        return min(self.first_seconds * 2.0**doublings, self.longest_seconds)


@dataclass(frozen=True)
class OfficePolicy:
    """How long a task is leased to a worker, and when one that can't be read is tried again.

    A worker that says nothing for `heartbeat_seconds` is dead. Tasks that have been due for
    `grace_seconds` and have no job get one, every `sweep_seconds`; after a lost database, or an
    error in a job, a worker waits `reconnect_seconds`.
    """

    lease_seconds: float
    unreadable_hours: float
    heartbeat_seconds: float
    sweep_seconds: float
    grace_seconds: float
    reconnect_seconds: float


@dataclass(frozen=True)
class DeadlinePolicy:
    """How many working days before the last one of a task its alarm begins, and who is told.

    `tell`: roles (`central.web_accounts.WebRole`) by level, as `central deadlines` prints them.
    """

    yellow_days: int
    tell: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class RatingPolicy:
    """How ratings (好差评) are followed up, asked for and reported.

    A rating below 基本满意 gets an answer within `answer_days` working days. A finished part can be
    rated for `asked_days` after the end of its case. `smallest_group`: a report hides groups with
    fewer ratings. `longest_words`: bytes of sealed words;
    `longest_answer`: characters of an answer, which a terminal shows whole.
    """

    answer_days: int
    asked_days: int
    smallest_group: int
    longest_words: int
    longest_answer: int


@dataclass(frozen=True)
class KeyPolicy:
    """For how many days new keys are announced before they are used."""

    overlap_days: float


@dataclass(frozen=True)
class CardReadLimits:
    """Of how many people a terminal may read cards, and how often a person's at all terminals."""

    people_an_hour: int
    readings_a_day: int


@dataclass(frozen=True)
class VisitPolicy:
    """What counts as evidence of a person at a terminal.

    `minutes`: the longest visit; `ahead_minutes`: how far a terminal's clock may be ahead.
    `loosest_face`: by engine; a face record with a larger threshold (a distance) is none.
    `unread_until`: the last day on which a visit counts that names no reading of a card.
    `practice_limits` are those of `serve --demo`, where a few invented people are read all day.
    """

    minutes: float
    ahead_minutes: float
    loosest_face: Mapping[str, float]
    unread_until: date
    limits: CardReadLimits
    practice_limits: CardReadLimits


@dataclass(frozen=True)
class VouchingPolicy:
    """What counts as vouching, and how much of it one member of the staff may do.

    `alone_until`: the last day on which one of the staff without a picture is taken, with an alarm:
    terminals of older versions send no more. `*_a_day`: filings of one helper that were vouched
    for, and filings for absent people; more are refused. `picture_days`: how long the picture of a
    person is kept, reviewed or not. `other_person`: the reason given for the services of a case
    that ended because a reviewer saw somebody else in the picture.
    """

    alone_until: date
    vouched_a_day: int
    absent_a_day: int
    picture_days: int
    other_person: str


@dataclass(frozen=True)
class ConfirmationPolicy:
    """How filings for another person are confirmed, and how many unconfirmed raise an alarm.

    `*_tries`: more unconfirmed filings of one person, filer or terminal within the time to confirm
    raise one. `code_digits`: of the confirming code. `reasons`: of ended services, by the state.
    """

    code_digits: int
    person_tries: int
    filer_tries: int
    terminal_tries: int
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class RetentionPolicy:
    """For how many days after its end a case keeps masked names, reasons and message texts.

    `result_days`: the same for the results of its services, which are sealed.
    `employer_page_days`: how long pages of an employer wait for the person's signature.
    """

    closed_days: int
    result_days: int = 400
    employer_page_days: int = 180


@dataclass(frozen=True)
class DeliveryPolicy:
    """How messages are sent; `no` are the replies, in capitals, by which a principal objects."""

    round_seconds: float
    most_a_round: int
    retry_minutes: float
    longest_retry_minutes: float
    tries: int
    lease_seconds: float
    timeout_seconds: float
    no: tuple[str, ...]


@dataclass(frozen=True)
class RegistryPolicy:
    """How long a whole answer of a registry may take and be, and when it is left alone.

    That is after `failures` in a row, for `open_seconds`, doubled with each failed trial up to
    `longest_open_seconds`.
    """

    timeout_seconds: float
    longest_bytes: int
    failures: int
    open_seconds: float
    longest_open_seconds: float


@dataclass(frozen=True)
class VaultPolicy:
    """Limits of the socket to the vault, and of what is shown through it.

    deadline_seconds: for one question and its answer. workers: threads that answer. waiting:
    questions that wait for one of them. connections: open ones of all callers; a caller keeps
    `kept`. retry_seconds: what a terminal is told to wait when the vault is not there.
    shares_an_hour: applications that the task engine hands on. hashes_at_once, hashes_a_second:
    keyed hashes of persons, chips and numbers, so that nobody tries all numbers.
    """

    deadline_seconds: float
    workers: int
    waiting: int
    connections: int
    kept: int
    retry_seconds: int
    shares_an_hour: int
    hashes_at_once: int
    hashes_a_second: float


@dataclass(frozen=True)
class ConnectionPolicy:
    """Deadlines in seconds of each phase of a connection, and how many may be open.

    A body has one second more for every `body_bytes_a_second` that arrived; once it is refused,
    `discarded_bytes` of its rest are read. Unverified: no signed request was accepted yet, and the
    service waits. Kept: one was.
    """

    handshake_seconds: float
    head_seconds: float
    body_seconds: float
    body_bytes_a_second: int
    discarded_bytes: int
    idle_seconds: int  # uvicorn's type
    kept_seconds: int  # idle, after an accepted request
    write_seconds: float
    unverified: int
    unverified_a_source: int
    kept: int
    kept_a_caller: int


@dataclass(frozen=True)
class WebPolicy:
    """Log-in to the pages for the staff, and what they show.

    A session ends `idle_minutes` after its last request, and `longest_hours` after its beginning; a
    set-up secret counts for `setup_hours`. After `account_tries` wrong tries for one account, or
    `source_tries` from one address, the next waits `first_wait_seconds`, doubled with each further
    one up to `longest_wait_seconds`; they are forgotten `forget_hours` after the last.
    `password_length`: fewest characters of a password. `pages_days`: which spans of days a table
    offers, the first unasked. `table_rows`: most rows of a page; `reason_length`: most characters.
    """

    idle_minutes: float
    longest_hours: float
    setup_hours: float
    account_tries: int
    source_tries: int
    first_wait_seconds: float
    longest_wait_seconds: float
    forget_hours: float
    password_length: int
    pages_days: tuple[int, ...]
    table_rows: int
    reason_length: int


@dataclass(frozen=True)
class Policy:
    """All tables of config/central.toml."""

    certificates: CertificatePolicy
    seal: SealPolicy
    check: CheckPolicy
    check_photo: PhotoPolicy
    papers: PaperPolicy
    alarms: AlarmPolicy
    bundles: BundlePolicy
    drafts: DraftPolicy
    staff: StaffPolicy
    enrolment: EnrolmentPolicy
    signatures: SignaturePolicy
    offices: OfficePolicy
    desk: RetryPolicy
    deadlines: DeadlinePolicy
    ratings: RatingPolicy
    keys: KeyPolicy
    load: LoadPolicy
    crowd: CrowdPolicy
    turns: TurnPolicy
    connections: ConnectionPolicy
    vault: VaultPolicy
    visits: VisitPolicy
    proofs: ProofPolicy
    vouching: VouchingPolicy
    confirmation: ConfirmationPolicy
    retention: RetentionPolicy
    delivery: DeliveryPolicy
    registries: RegistryPolicy
    web: WebPolicy
    messages: NoticeWords
    wishes: WishPolicy
    remote_help: RemotePolicy
    traces: TracePolicy


def read_policy(path: Path) -> Policy:
    """Return the policy in the TOML file; raises kiosk.config.schema.ConfigError."""
    return load(Policy, path)
