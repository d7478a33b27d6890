"""How is the central service started? `serve`, for demo, tests, training and a pilot."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import ssl
import sys
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import uvicorn

from central.app import build_app
from central.card_keys import StandInKeyModule
from central.certificates import open_certificates
from central.composition import compose_office
from central.people import read_people
from central.policy import read_policy
from central.staff import read_staff
from central.vault import AUTHORITY_FILE, PUBLIC_FILE, open_vault
from kiosk.retirement.calendar import read_holidays
from kiosk.retirement.reading import read_catalogue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from central.office import Office
    from central.tasks import Needs

GRACE_SECONDS = 5

CONFIG = Path(__file__).resolve().parents[1] / "config"


def parser() -> argparse.ArgumentParser:
    """Return the options of `serve`."""
    found = argparse.ArgumentParser(prog="serve", description=__doc__)
    add_data_options(found)
    found.add_argument("--people", type=Path, default=CONFIG / "personas")
    found.add_argument("--portrait", type=Path, default=None, help="JPEG that stands for everyone")
    found.add_argument("--card-key", type=Path, help="for simulated social security cards only")
    found.add_argument("--staff", type=Path, default=CONFIG / "staff", help="POINT.toml each")
    found.add_argument("--point", default="", help="where the terminals of --terminal stand")
    found.add_argument("--terminal", action="append", default=[], help="make a token for this one")
    found.add_argument("--host", default="127.0.0.1")
    found.add_argument("--tls", action="store_true", help="TLS 1.3, by a private authority")
    found.add_argument("--name", action="append", default=[], help="another name of this host")
    found.add_argument("--port", type=int, default=0, help="0: any free one, told on stdout")
    found.add_argument(
        "--with-parent", action="store_true", help="stop when standard input closes, too"
    )
    return found


def add_data_options(parser: argparse.ArgumentParser) -> None:
    """Add what every command needs to find the service's data."""
    parser.add_argument("--data", type=Path, required=True, help="keys, tokens and database")
    parser.add_argument("--config", type=Path, default=CONFIG)
    parser.add_argument("--database", default="", help="SQLAlchemy URL; default: a file in --data")


def serve(arguments: Sequence[str]) -> int:
    """Serve until SIGTERM or SIGINT; tells addresses and files as one line when ready.

    A parent that is killed can't send either; its end of our standard input closes all the same.
    """
    options = parser().parse_args(arguments)
    options.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    here = open_office(options)
    listener = socket.create_server((options.host, options.port))
    told = {
        "url": f"{'https' if options.tls else 'http'}://{_address(listener)}",
        "keys": str(options.data / PUBLIC_FILE),
        "tokens": str(options.data / "tokens"),
    }
    if options.tls:
        told["authority"] = str(options.data / AUTHORITY_FILE)
    # uvicorn raises the signal again after a graceful stop; that second one ends nothing.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    server = _Telling(_served(options, here), json.dumps(told))
    if options.with_parent:
        Thread(target=_stop_with_parent, args=(sys.stdin.fileno(), server), daemon=True).start()
    asyncio.run(server.serve(sockets=[listener]))
    here.store.close()
    return 0


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"{host}:{port}"


def _served(options: argparse.Namespace, here: Office) -> uvicorn.Config:
    config = uvicorn.Config(
        build_app(here),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    if options.tls:
        names = (options.host, *options.name)
        files = open_certificates(options.data, names, here.policy.certificates, here.now())
        config.ssl_certfile, config.ssl_keyfile = files.certificate, files.key
        config.load()
        assert config.ssl is not None
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_3
    return config


def open_office(options: argparse.Namespace) -> Office:
    """Read everything that the options name. Raises kiosk.schema.ConfigError."""
    catalogue = read_catalogue(options.config)
    needs: Needs = {
        code: (service.needs_any, service.needs_all) for code, service in catalogue.services.items()
    }
    here = compose_office(
        database=options.database or f"sqlite:///{options.data / 'central.db'}",
        vault=open_vault(options.data, options.terminal, os.urandom),
        needs=needs,
        policy=read_policy(options.config / "central.toml"),
        people=read_people(options.people, options.portrait),
        holidays=read_holidays(options.config / "holidays.toml"),
        promise_working_days=catalogue.offices.promised.days,
        staff=read_staff(options.staff),
        configuration=options.data / "configuration",
        now=lambda: datetime.now().astimezone(),
        random=os.urandom,
        key_module=StandInKeyModule(options.card_key.read_bytes()) if options.card_key else None,
    )
    if options.point:
        for terminal in options.terminal:
            here.store.terminals.place(terminal, options.point)
    return here


def open_data(options: argparse.Namespace) -> Office:
    """Open what `add_data_options` names, and nothing that only serving needs."""
    words = ("--data", options.data, "--config", options.config, "--database", options.database)
    return open_office(parser().parse_args([str(word) for word in words]))


def _stop_with_parent(descriptor: int, server: uvicorn.Server) -> None:
    # Not through sys.stdin's buffer: its lock would abort the interpreter at exit.
    while os.read(descriptor, 1024):
        pass
    server.should_exit = True


class _Telling(uvicorn.Server):
    """Prints its line once it answers."""

    def __init__(self, config: uvicorn.Config, line: str) -> None:
        super().__init__(config)
        self._line = line

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(self._line, flush=True)
