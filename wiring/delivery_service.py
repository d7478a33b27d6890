"""Delivery: the terminal's line to the central service, and who is informed of results."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from random import SystemRandom
from typing import TYPE_CHECKING, Protocol

from drivers.clock import SystemClock
from kiosk.config.schema import ConfigError, Problem
from kiosk.failures import Failure
from kiosk.log import LogEvent, say
from kiosk.operator_texts import text_of
from wiring.places import CONFIG
from wiring.storage import device_key_of

if TYPE_CHECKING:
    from drivers.central.client import CentralClient
    from kiosk.audit.audit_events import AuditEvent
    from kiosk.config.known_credentials import KnownCredentials
    from kiosk.config.settings import Settings
    from kiosk.crypto.pinned_keys import CentralKeys
    from kiosk.crypto.receipt import Receipt, Trust
    from kiosk.crypto.terminal_identity import TerminalIdentity
    from kiosk.delivery.audit_witness import ClockCheck
    from kiosk.delivery.delivery_thread import DeliveryThread
    from kiosk.delivery.key_renewal import Renewal
    from kiosk.delivery.key_ring import KeyRing
    from kiosk.delivery.lost_ratings import LostRatingCounter
    from kiosk.delivery.outbox import Outbox, Quarantine
    from kiosk.delivery.reconciliation import Reconciliation, SequenceComparison
    from kiosk.ports import Central
    from kiosk.staff.staff_list_sync import StaffListSync
    from kiosk.storage.store import Store
    from kiosk.storage.store_check import StoreCheck
    from wiring.storage import Storage


class Receiving(Protocol):
    """What hears of receipts and refusals, from any thread."""

    def receive(self, receipt: Receipt) -> None:
        """Take the receipt of what was filed."""

    def refused(self, application_id: str, open_case: str = "") -> None:
        """Take a refusal; `open_case` is the person's other case when that is why."""


@dataclass(frozen=True)
class DeliveryService:
    """The parts of delivery: the store, the thread that sends, and the line that both use."""

    store: Store
    central: Central
    ring: KeyRing
    delivery_thread: DeliveryThread
    record_event: Callable[..., None]
    staff: StaffListSync
    chores: list[Callable[[], object]]  # of each round, while the line stands
    clock: ClockCheck
    losses: LostRatingCounter

    def keep(self, failure: Failure | None) -> Failure | None:
        """Wake the delivery thread for what was just stored; return `failure` unchanged."""
        self.delivery_thread.wake()
        return failure


@dataclass(frozen=True)
class DeliveryReports:
    """Reports of delivery: to the log, to the audit, and to the visit that waits for a receipt."""

    store: Store
    terminal: str
    clock: SystemClock
    runner: Receiving

    def audit(self, event: AuditEvent, **detail: str) -> None:
        """Append an event to the audit chain; a full disk does not keep delivery from going on."""
        from kiosk.storage.store import StoreError

        with suppress(StoreError):
            at = self.clock.now().isoformat(timespec="seconds")
            self.store.record_event(event, self.terminal, at, **detail)

    def refused(self, record_id: str, why: Quarantine) -> None:
        """Report a record that the central service refused with its signature."""
        words = text_of("terminal.refused", id=record_id, trouble=why.trouble)
        say(LogEvent.REFUSED, words, parcel=record_id, trouble=why.trouble)
        self.runner.refused(record_id, why.open_case)

    def stopped(self, trouble: str) -> None:
        """Report that nothing at all can be sent."""
        from kiosk.audit.audit_events import AuditEvent

        words = text_of("terminal.sending_stopped", trouble=trouble)
        say(LogEvent.SENDING_STOPPED, words, trouble=trouble)
        self.audit(AuditEvent.SENDING_STOPPED, trouble=trouble)

    def refused_unsigned(self, trouble: str) -> None:
        """Report a refusal without a signature, which does not count."""
        words = text_of("terminal.refused_unsigned", trouble=trouble)
        say(LogEvent.REFUSED_UNSIGNED, words, trouble=trouble)

    def clock_wrong(self, minutes: int) -> None:
        """Report by how many minutes this machine's clock is ahead of the central service's."""
        from kiosk.audit.audit_events import AuditEvent

        say(LogEvent.CLOCK_WRONG, text_of("terminal.clock_wrong", minutes=minutes), minutes=minutes)
        self.audit(AuditEvent.CLOCK_WRONG, minutes=str(minutes))

    def differences(self, found: SequenceComparison) -> None:
        """Report what the central service has otherwise than this terminal sent it."""
        if found.agrees:
            return
        words = text_of(
            "terminal.not_reconciled",
            missing=found.missing,
            different=found.different,
            unexpected=found.unexpected,
        )
        say(
            LogEvent.NOT_RECONCILED,
            words,
            missing=len(found.missing),
            different=len(found.different),
            unexpected=len(found.unexpected),
        )


def open_delivery(
    settings: Settings,
    keys: CentralKeys,
    kept: Storage,
    identity: TerminalIdentity,
    runner: Receiving,
    clock: SystemClock,
    on_bug: Callable[[BaseException], None],
) -> DeliveryService:
    """Return the composed delivery; what a technician must know goes to the log.

    `kept` is the terminal's store, `runner` the controller that hears of news. `on_bug` is called
    with an exception that nobody expected; the delivery thread goes on.
    """
    from kiosk.audit.audit_events import AuditEvent
    from kiosk.delivery.audit_proof import AuditProof
    from kiosk.delivery.audit_witness import ClockCheck, WitnessedCentral
    from kiosk.delivery.key_ring import KeyRing
    from kiosk.delivery.lost_ratings import LostRatingCounter
    from kiosk.delivery.outbox import Outbox
    from kiosk.delivery.reconciliation import Reconciliation
    from kiosk.delivery.unsigned_refusals import UnsignedRefusals
    from kiosk.storage.retention import Retention

    store, terminal = kept.store, settings.terminal.code
    hours = settings.central.reconcile_interval_hours
    reports = DeliveryReports(store, terminal, clock, runner)

    check = ClockCheck(clock.now, reports.clock_wrong)
    central = WitnessedCentral(central_of(settings, identity), store.head, check)
    ring = KeyRing(keys, store, central, hours, time.time, clock.now)
    staff = keep_staff(settings, kept, ring, central)
    reconciliation = Reconciliation(store, central, terminal, hours, time.time, clock.now)
    renewed = partial(reports.audit, AuditEvent.KEY_RENEWED)
    renewal = renewal_of(settings, identity, central, ring, renewed)
    old_refusals = UnsignedRefusals(store, time.time, clock.now)
    chores: list[Callable[[], object]] = [
        # Any gateway's 4xx counted as a refusal once; what it set aside is sent again.
        old_refusals.release_when_due,
        store.end_withdrawn_copies,
        Retention(store, settings.store.kept_days, clock.now).blank_when_due,
        ring.learn_when_due,
        staff.learn_when_due,
        renewal.renew_when_due,
        AuditProof(store, central, time.time).send_when_due,
        partial(compare_stores, reconciliation, kept.check, reports),
    ]
    outbox = Outbox(store, central, ring, time.time, clock.now, SystemRandom())
    delivery_thread = sending_thread(outbox, runner, reports, on_bug, partial(do_all, chores))
    return DeliveryService(
        store,
        central,
        ring,
        delivery_thread,
        reports.audit,
        staff,
        chores,
        check,
        LostRatingCounter(store, terminal, clock.now),
    )


def sending_thread(
    outbox: Outbox,
    runner: Receiving,
    reports: DeliveryReports,
    on_bug: Callable[[BaseException], None],
    after_round: Callable[[], None],
) -> DeliveryThread:
    """Return the thread that sends the outbox, not started.

    `runner` and `on_bug` are as for `open_delivery`. `after_round` is called whenever the outbox
    was gone through.
    """
    from kiosk.delivery.delivery_thread import DeliveryThread

    return DeliveryThread(
        outbox,
        on_receipt=runner.receive,
        on_refusal=reports.refused,
        on_stop=reports.stopped,
        on_bug=on_bug,
        after_round=after_round,
        on_unsigned=reports.refused_unsigned,
    )


def compare_stores(
    reconciliation: Reconciliation, check: StoreCheck, reports: DeliveryReports
) -> None:
    """Compare when due what both sides have; `check` learns the highest number seen there."""
    found = reconciliation.compare_when_due()
    if found is not None:
        check.compare()
        check.learn_highest(found.highest)
        reports.differences(found)


def do_all(chores: list[Callable[[], object]]) -> None:
    """Do each of the periodic tasks that follow a round of sending."""
    for chore in chores:
        chore()


def keep_staff(settings: Settings, kept: Storage, ring: KeyRing, central: Central) -> StaffListSync:
    """Return the keeper of the list of who works here, which the delivery thread updates.

    `kept` is the terminal's store.
    """
    from kiosk.staff.staff_list_sync import StaffListSync

    point, hours = settings.terminal.point, settings.staff.poll_interval_hours
    known = known_to(settings)
    return StaffListSync(
        kept.store, kept.key, ring, central, point, hours, os.urandom, time.time, known
    )


def known_to(settings: Settings) -> KnownCredentials:
    """Return the credentials that this terminal refuses: in production those of the repository."""
    from kiosk.config.known_credentials import KnownCredentials, read_known_credentials

    production = settings.profile.is_production
    return read_known_credentials(CONFIG) if production else KnownCredentials()


def identity_of(settings: Settings) -> TerminalIdentity:
    """Return the terminal's own key.

    Raises ConfigError when there is none, it is another machine's, or a publicly known one.
    """
    from kiosk.crypto.terminal_identity import IdentityError, open_identity

    url = settings.central.identity
    try:
        found = open_identity(url, lambda: device_key_of(settings))
    except IdentityError:
        words = text_of("terminal.identity_unusable")
        raise ConfigError((Problem(url, 0, "central.identity", words),)) from None
    if known_to(settings).has(found.key.private):
        words = text_of("terminal.identity_known")
        raise ConfigError((Problem(url, 0, "central.identity", words),))
    return found


def central_of(settings: Settings, identity: TerminalIdentity | None) -> CentralClient:
    """Return the client of the central service; raises ConfigError for an unusable authority file.

    Without an identity its requests are not signed: a new terminal has none yet.
    """
    from drivers.central.opening import make_central
    from drivers.central.trust import AuthorityError

    try:
        return make_central(settings, lambda: identity.key if identity else None)
    except AuthorityError:
        path = settings.central.authority
        words = text_of("terminal.authority_unusable")
        raise ConfigError((Problem(path, 0, "central.authority", words),)) from None


def renewal_of(
    settings: Settings,
    identity: TerminalIdentity,
    central: Central,
    trust: Trust,
    on_renewed: Callable[[], None],
) -> Renewal:
    """Return the task that renews the terminal's key every `renew_days`.

    `on_renewed` is called after each renewal.
    """
    from kiosk.delivery.key_renewal import Renewal

    days, terminal = settings.central.renew_days, settings.terminal.code
    now = SystemClock().now
    return Renewal(identity, central, trust, terminal, days, now, os.urandom, on_renewed)
