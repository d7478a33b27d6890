"""The command `serve`: the central service for demo, tests, training and a pilot."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from threading import Thread

import uvicorn
from starlette.types import ASGIApp

from central.alarm_sending.rounds import AlarmRounds, open_alarm_rounds
from central.app_context import AppContext
from central.keys.certificate_watch import LOOK_SECONDS, CertificateWatch
from central.keys.service_keys import (
    AUTHORITY_FILE,
    PUBLIC_FILE,
    TERMINALS,
    KeyTrouble,
)
from central.messages.rounds import Rounds
from central.offices.desk_rounds import DeskRounds
from central.offline_monitor import SilenceWatch
from central.open_service import (
    ServiceOptions,
    connect_vault,
    message_gateway,
    open_context,
    open_messages,
    open_offices,
    service_options,
    vault_socket,
)
from central.remote_help.room_socket import SOCKET_VARIABLE, serve_room
from central.service_data import ServiceData, permission_words
from central.store.cases.page_moves import PageMoves
from central.store.tables import Base
from central.store.upgrade import SchemaTrouble
from central.terminals.app import build_app
from central.terminals.metrics import LOOPBACK, CountedCalls, ServiceMetrics, serving_metrics
from central.terminals.remote.recorder import end_left_sessions
from central.terminals.server.connections import raise_file_limit
from central.terminals.server.http_server import AnnouncingServer, GuardedConfig, open_listener
from central.traces.calls import TracedCalls
from central.traces.otlp import TRACES_VARIABLE, OtlpTracer, tracing
from central.vault.child import ChildVault
from central.vault_port import VaultPort, VaultUnavailable
from central.webhooks.rounds import open_webhooks
from central.wishes.rounds import open_wish_rounds
from kiosk.config.schema import ConfigError
from kiosk.retirement.divisions import read_divisions

GRACE_SECONDS = 5
ALARMS_VARIABLE = "KIOSK_CENTRAL_ALARMS"
"""Environment variable that names the file of `--alarms`."""
NO_VAULT_WORDS = "the vault does not answer, and keys are to be made: start kiosk-vault first"
ABSENT = 2
"""Exit code for missing keys or database; kiosk-central.service does not restart after it."""
NOT_MADE = (KeyTrouble.ABSENT, SchemaTrouble.ABSENT)


def serve(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT; print addresses and files as one line of JSON when ready.

    Return the exit code: 0 after a stop, 1 for wrong files or an address that cannot be used, 2
    (`ABSENT`) where keys or database were never made. The reason and its cure are printed on
    standard error.
    """
    with ExitStack() as stack:
        return _serve_with_vault(options, stack)


def _serve_with_vault(options: argparse.Namespace, stack: ExitStack) -> int:
    def open_vault(wanted: ServiceOptions, data: ServiceData) -> VaultPort | KeyTrouble:
        return _vault_of(wanted, data, stack)

    try:
        context = open_context(service_options(options), open_vault)
    except ConfigError as error:
        return _refuse(str(error))
    except PermissionError as error:
        return _refuse(permission_words(error))
    except VaultUnavailable:
        return _refuse(NO_VAULT_WORDS)
    if not isinstance(context, AppContext):
        code = ABSENT if context in NOT_MADE else 1
        return _refuse(f"{options.data}: {context.value}", code)
    try:
        alarms = _alarm_rounds(options, context)
        tracer = _tracer(context, stack)
    except ConfigError as error:
        context.close()
        return _refuse(str(error))
    return _serve_office(options, context, alarms, tracer)


def _tracer(context: AppContext, stack: ExitStack) -> OtlpTracer | None:
    """Return what takes traces, None where no collector is named; raises ConfigError."""
    collector = os.environ.get(TRACES_VARIABLE, "")
    if not collector:
        return None
    return stack.enter_context(tracing(collector, context.policy.traces, Base.metadata.tables))


def _traced(app: CountedCalls, metrics: ServiceMetrics, tracer: OtlpTracer | None) -> ASGIApp:
    return TracedCalls(app, tracer, metrics.name_of) if tracer else app


def _alarm_rounds(options: argparse.Namespace, context: AppContext) -> AlarmRounds | None:
    """Return what sends alarms on, None where no file says whereto; raises ConfigError."""
    file = alarm_routes_file(options)
    return open_alarm_rounds(context, file, options.data, options.config) if file else None


def _vault_of(
    wanted: ServiceOptions, data: ServiceData, stack: ExitStack
) -> VaultPort | KeyTrouble:
    """Return the vault of the socket that the options name, else one that is started as a child."""
    if vault_socket(wanted) is None:
        child = stack.enter_context(ChildVault(wanted.data, wanted.sources, create=wanted.create))
        if not child.wait_ready():
            return KeyTrouble.NO_VAULT
        wanted = replace(wanted, vault=child.socket)
    return connect_vault(wanted, data)


def _refuse(words: str, code: int = 1) -> int:
    print(f"serve: {words}", file=sys.stderr)
    return code


def _serve_office(
    options: argparse.Namespace,
    context: AppContext,
    alarms: AlarmRounds | None,
    tracer: OtlpTracer | None,
) -> int:
    with ExitStack() as stack:
        stack.callback(context.close)
        raise_file_limit(context.policy.connections)
        try:
            listener = stack.enter_context(open_listener(options.host, options.port))
        except OSError as error:
            where = f"{options.host}:{options.port}"
            return _refuse(f"{where}: {error.strerror}; mend --host or --port")
        app = build_app(context)
        if room := os.environ.get(SOCKET_VARIABLE, ""):
            try:
                stack.callback(serve_room(Path(room), app.state.help))
                end_left_sessions(context)
            except OSError as error:
                return _refuse(f"{room}: {error.strerror}; mend {SOCKET_VARIABLE}")
        metrics = ServiceMetrics(app)
        config = _server_config(context, _traced(CountedCalls(app, metrics), metrics, tracer))
        if options.tls:
            stack.callback(_watch_certificates(options, context, config))
        metrics.watch_connections("unverified", config.unverified)
        metrics.watch_connections("kept", config.kept)
        if options.metrics_port:
            try:
                stack.enter_context(serving_metrics(options.metrics_port, metrics))
            except OSError as error:
                where = f"{LOOPBACK}:{options.metrics_port}"
                return _refuse(f"{where}: {error.strerror}; mend --metrics-port")
        context.releases.take_over(context.now().isoformat(timespec="seconds"))
        server = AnnouncingServer(config, _ready_line(options, listener))
        # Before uvicorn installs the same handler, so that an earlier signal stops the server, too.
        # uvicorn raises the signal again after a graceful stop; this handler then changes nothing.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, server.handle_exit)
        # A parent that is killed cannot send a signal, but its end of our standard input closes.
        if options.with_parent:
            Thread(target=_stop_with_parent, args=(sys.stdin.fileno(), server), daemon=True).start()
        for open_part in PARTS:
            if close := open_part(options, context):
                stack.callback(close)
        if alarms is not None:
            alarms.open()
            stack.callback(alarms.close)
        asyncio.run(server.serve(sockets=[listener]))
    return 0


def _ready_line(options: argparse.Namespace, listener: socket.socket) -> str:
    """Return the line of JSON that says where the service is and where its files lie."""
    ready = {
        "url": f"{'https' if options.tls else 'http'}://{_address(listener)}",
        "keys": str(options.data / PUBLIC_FILE),
        "terminals": str(options.data / TERMINALS),
    }
    if options.tls:
        ready["authority"] = str(options.data / AUTHORITY_FILE)
    return json.dumps(ready)


def _open_offices(options: argparse.Namespace, context: AppContext) -> Callable[[], None] | None:
    if not options.offices:
        return None
    office_hours = open_offices(service_options(options), context)
    office_hours.open()
    return office_hours.close


def _open_messages(options: argparse.Namespace, context: AppContext) -> Callable[[], None]:
    messages = open_messages(service_options(options), context)
    messages.open()
    return messages.close


def _open_desk(_options: argparse.Namespace, context: AppContext) -> Callable[[], None]:
    rounds = DeskRounds(context.store.desk_decisions, context.policy.desk, context.now)
    rounds.open()
    return rounds.close


def _open_webhooks(options: argparse.Namespace, context: AppContext) -> Callable[[], None]:
    webhooks = open_webhooks(context, options.data, options.config)
    webhooks.open()
    return webhooks.close


def _open_monitor(_options: argparse.Namespace, context: AppContext) -> Callable[[], None]:
    watch = SilenceWatch(context)
    watch.open()
    return watch.close


def _open_page_moves(
    _options: argparse.Namespace, context: AppContext
) -> Callable[[], None] | None:
    """Let whole pages leave the database, where a store of pages is named."""
    blobs, policy = context.store.blobs, context.policy.papers
    if blobs.store is None:
        return None
    moves = PageMoves(blobs, blobs.store, policy.moved_a_round)
    rounds = Rounds("pages", moves.round, policy.move_seconds)
    rounds.open()
    return rounds.close


def _open_wishes(options: argparse.Namespace, context: AppContext) -> Callable[[], None]:
    gateway = message_gateway(service_options(options), context.policy.delivery)
    rounds = open_wish_rounds(context, gateway, read_divisions(options.config / "divisions.csv"))
    rounds.open()
    return rounds.close


def alarm_routes_file(options: argparse.Namespace) -> Path | None:
    """Return the file of `--alarms`, else that of `ALARMS_VARIABLE`, None for none."""
    named = os.environ.get(ALARMS_VARIABLE, "")
    found: Path | None = options.alarms
    return found or (Path(named) if named else None)


PARTS = (
    _open_offices,
    _open_messages,
    _open_desk,
    _open_webhooks,
    _open_monitor,
    _open_page_moves,
    _open_wishes,
)
"""What runs beside the server; each returns how it is stopped, None where it does not run."""


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"{host}:{port}"


def _server_config(context: AppContext, app: ASGIApp) -> GuardedConfig:
    return GuardedConfig(
        app,
        context.policy.connections,
        None,
        log_level="warning",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def _watch_certificates(
    options: argparse.Namespace, context: AppContext, config: GuardedConfig
) -> Callable[[], None]:
    """Let the server speak TLS, also after its first certificate is over; return what ends that."""
    watch = CertificateWatch(
        options.data,
        (options.host, *options.name),
        context.policy.certificates,
        context.now,
        config.use_tls,
    )
    watch.look()
    rounds = Rounds("certificates", watch.look, LOOK_SECONDS)
    rounds.open()
    return rounds.close


def _stop_with_parent(descriptor: int, server: uvicorn.Server) -> None:
    # Not through sys.stdin's buffer: its lock would abort the interpreter at exit.
    while os.read(descriptor, 1024):
        pass
    server.should_exit = True
