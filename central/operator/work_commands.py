"""The commands `central work`, `central letters …` and `central deadlines`."""

from __future__ import annotations

import argparse
import signal
import sys
import time
import uuid
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING

from central.alarms import Alarm, AlarmKind
from central.offices.circuit import CircuitBreaker
from central.offices.embedded_queue import EmbeddedQueue
from central.offices.engine import TaskEngine
from central.offices.guarded_adapter import GuardedAdapter
from central.offices.office_system import client_tls, read_office_systems, read_secret
from central.offices.rest_adapter import RestAdapter
from central.offices.task_queue import OfficeWork
from central.open_service import compose_office_worker, data_options, database_url
from central.operator.data_commands import on_data
from central.results.file_check import CertificateCheck
from central.store.database_url import libpq_url
from kiosk.operator_texts import text_of, texts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from central.app_context import AppContext
    from central.offices.office_system import OfficeSystem
    from central.offices.task_queue import TaskQueue
    from central.offices.work import OfficeWorker

_PAUSE_SECONDS = 1.0  # between two looks of the embedded queue
DEADLINE_HEAD = ("due", "level", "tell", "office", "service", "case", "application", "state")
HEAD = ("case", "application", "service", "failures", "since", "trouble")


@on_data
def work_offices(context: AppContext, options: argparse.Namespace) -> int:
    """Hand tasks to the offices' systems until SIGTERM or SIGINT; return the exit code."""
    systems = read_office_systems(options.systems)
    wanted = options.office or sorted(systems)
    if not wanted:
        print(text_of("central.no_office_systems", folder=options.systems), file=sys.stderr)
        return 1
    if unknown := [code for code in wanted if code not in systems]:
        words = text_of("central.office_unknown", code=unknown[0], folder=options.systems)
        print(words, file=sys.stderr)
        return 1
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    offices = [_open_office(context, options, code, systems[code]) for code in wanted]
    run_workers(context, database_url(data_options(options)), offices, stop)
    return 0


def run_workers(
    context: AppContext, database: str, offices: Sequence[OfficeWork], stop: Event
) -> None:
    """Work the tasks of these offices until `stop` is set; then end the tasks in hand.

    `database`: the SQLAlchemy URL of the service's database.
    """
    at = context.now().isoformat(timespec="seconds")
    context.store.task_claims.register([one.office for one in offices], at)
    _queue_of(context, database).run(offices, stop)


def _queue_of(context: AppContext, database: str) -> TaskQueue:
    store, policy = context.store, context.policy.offices
    if store.database.embedded:
        return EmbeddedQueue(store.work, context.now, _new_lease, _PAUSE_SECONDS)
    from central.offices.pgqueuer_queue import PgQueuerQueue, QueuePace

    pace = QueuePace(
        heartbeat=policy.heartbeat_seconds,
        sweep=policy.sweep_seconds,
        grace=policy.grace_seconds,
        reconnect=policy.reconnect_seconds,
    )
    return PgQueuerQueue(libpq_url(database), store.task_claims, _new_lease, pace)


def _open_office(
    context: AppContext, options: argparse.Namespace, code: str, system: OfficeSystem
) -> OfficeWork:
    path = options.systems / f"{code}.toml"
    secret, tls = read_secret(path, system.credentials), client_tls(path, system)
    check = CertificateCheck(context.results, context.policy.check)
    adapter = RestAdapter(system, secret, context.results, tls, check)
    worker = compose_office_worker(context, adapter)
    return compose_office_work(context, code, system, worker)


def compose_office_work(
    context: AppContext, code: str, system: OfficeSystem, worker: OfficeWorker
) -> OfficeWork:
    """Return the work of one office (`code`), whose adapter gets a circuit breaker."""
    breaker = CircuitBreaker(system.circuit, system.timeout_seconds, time.monotonic)
    adapter = GuardedAdapter(worker.adapter, breaker, _reporter(context, code))
    claims = context.store.task_claims
    engine = TaskEngine(claims, replace(worker, adapter=adapter), system.retry)
    offices = claims.rules.offices
    return OfficeWork(
        office=code,
        services=[service for service, office in offices.items() if office == code],
        concurrency=system.concurrency,
        lease_seconds=system.timeout_seconds + context.policy.offices.lease_seconds,
        look=engine.look,
    )


def _reporter(context: AppContext, code: str) -> Callable[[bool], None]:
    """Return what raises the alarm when an office stops answering, and ends it."""

    def report(is_down: bool) -> None:
        at = context.now().isoformat(timespec="seconds")
        alarm = Alarm(at, "", AlarmKind.OFFICE_UNREACHABLE, code)
        alarms = context.store.alarms
        (alarms.raise_lasting if is_down else alarms.end_lasting)(alarm)

    return report


def _new_lease() -> str:
    return str(uuid.uuid4())


@on_data
def list_letters(context: AppContext, _options: argparse.Namespace) -> int:
    """Print what nobody tries any more, the oldest first; return the exit code.

    These are tasks about which an office's system is not asked, then decisions of its people.
    """
    words = texts_of("central.office_troubles")
    print(*HEAD, sep="\t")
    for one in context.store.task_claims.dead_letters():
        trouble = words.get(one.trouble, one.trouble)
        said = (one.case_number, one.application_id, one.service, one.failures, one.dead_at)
        print(*said, trouble, sep="\t")
    for dead in context.store.desk_decisions.failures.dead():
        trouble = text_of("central.letter_decision", act=dead.act, trouble=dead.trouble)
        about = (dead.case_number, dead.application_id, dead.service, dead.failures, dead.dead_at)
        print(*about, trouble, sep="\t")
    return 0


@on_data
def retry_letter(context: AppContext, options: argparse.Namespace) -> int:
    """Let a task, or a decision about it, be tried again; return the exit code, 1 for no such."""
    at = context.now().isoformat(timespec="seconds")
    about = options.application, options.service, at
    failures = context.store.desk_decisions.failures
    if context.store.task_claims.retry(*about) | failures.retry(*about):
        return 0
    words = text_of("central.letter_unknown", case=options.application, service=options.service)
    print(words, file=sys.stderr)
    return 1


@on_data
def withdraw_letter(context: AppContext, options: argparse.Namespace) -> int:
    """Withdraw a decision that can't be carried out; return the exit code, 1 for no such."""
    at = context.now().isoformat(timespec="seconds")
    failures = context.store.desk_decisions.failures
    if failures.withdraw(options.application, options.service, at):
        return 0
    words = text_of("central.letter_undecided", case=options.application, service=options.service)
    print(words, file=sys.stderr)
    return 1


@on_data
def list_deadlines(context: AppContext, options: argparse.Namespace) -> int:
    """Print the deadlines of open tasks, the first due first; return the exit code.

    With --near only those that somebody is to be told of, of --office only its own.
    """
    tell, offices = context.policy.deadlines.tell, context.store.task_claims.rules.offices
    print(*DEADLINE_HEAD, sep="\t")
    for one in context.store.deadlines.running():
        office, told = offices.get(one.service, ""), ",".join(tell.get(one.level, ()))
        if (options.near and not told) or options.office not in ("", office):
            continue
        said = (one.due_on, one.level, told, office, one.service, one.case_number)
        print(*said, one.application_id, one.state.value, sep="\t")
    return 0
