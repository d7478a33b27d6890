"""The command `central web`: the pages for the staff, as a process of its own."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import sys
from contextlib import ExitStack
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from central.blob_store.addresses import blob_store_of
from central.office_desk.rules import read_desk_rules
from central.office_desk.texts import read_web_texts
from central.policy import read_policy
from central.remote_help.room_socket import SOCKET_VARIABLE, RoomLine
from central.results.reading import read_result_rules
from central.store.city.city_policy import read_city_policy
from central.store.database_url import check_url
from central.store.upgrade import SchemaTrouble
from central.terminals.server.browser_tls import CertificateError, browser_tls, read_own
from central.terminals.server.connections import raise_file_limit
from central.terminals.server.http_server import (
    AnnouncingServer,
    GuardedConfig,
    open_listener,
)
from central.vault.client import VaultClient, VaultLink
from central.vault_port import VAULT_VARIABLE
from central.web.app import PAGES, PUBLIC_PAGES, build_web_app
from central.web.fleet_policy import read_fleet_policy
from central.web.live.policy import read_live_policy
from central.web.public_data import read_public_data
from central.web.web_context import PagePolicies, WebContext, open_web
from kiosk.application.forms.definitions import read_form_definitions
from kiosk.civil_time import civil_now
from kiosk.config.schema import ConfigError
from kiosk.retirement.divisions import read_divisions
from kiosk.retirement.points import read_points
from kiosk.retirement.reading import read_catalogue

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping
    from types import FrameType

    from central.policy import Policy
    from central.web.live.hub import LiveHub

GRACE_SECONDS = 5
ABSENT = 2
"""Exit code where there is no database yet; kiosk-central-web.service does not restart after it."""
DATABASE_VARIABLE = "KIOSK_WEB_DATABASE"
"""Environment variable of the database URL: a password there shows in no list of processes."""
CHECK_KEY_VARIABLE, SEAL_VARIABLE = "KIOSK_WEB_CHECK_KEY", "KIOSK_WEB_SEAL_AUTHORITY"
"""Environment variables that name the files by which forms are checked; neither has to be there."""
PHONE_SITE_VARIABLE = "KIOSK_WEB_PHONE_SITE"
"""Environment variable with the origin of the pages for phones, to which the public ones lead."""
_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:\d{1,5})?", re.ASCII)
PHONE_SITE_WORDS = f"{PHONE_SITE_VARIABLE} is no origin such as https://phone.city.example"
NO_URL = f"which database? name it with --database or {DATABASE_VARIABLE} (docs/central.md)"
PLAIN_WORDS = (
    "without TLS the pages are for this machine alone; name --certificate and --certificate-key, "
    "or leave out --host"
)
BOTH_WORDS = "--certificate and --certificate-key belong together"


class PagesServer(AnnouncingServer):
    """A server whose stop ends the streams of open pages (`live`) instead of waiting for them."""

    live: LiveHub

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End the streams, then stop as uvicorn does; `sig` and `frame` are the signal's."""
        self.live.stop()
        super().handle_exit(sig, frame)


def serve_pages(options: argparse.Namespace) -> int:
    """Serve the pages until SIGTERM or SIGINT; print the address as a line of JSON when ready.

    Return the exit code: 0 after a stop, 1 for what can't be used, 2 (`ABSENT`) where the service
    has no database yet. The reason and its cure are printed on standard error.
    """
    try:
        tls = _tls_of(options)
        context = _open(options) if not isinstance(tls, str) else tls
    except (ConfigError, CertificateError, OSError) as error:
        return _refuse(str(error))
    if isinstance(context, SchemaTrouble):
        return _refuse(context.value, ABSENT if context is SchemaTrouble.ABSENT else 1)
    if isinstance(context, str):
        return _refuse(context)
    assert not isinstance(tls, str)
    return _serve(options, with_help_line(context), tls)


def with_help_line(context: WebContext) -> WebContext:
    """Return the context with the way to the service's sessions, where one is named."""
    named = os.environ.get(SOCKET_VARIABLE, "")
    return replace(context, help_line=RoomLine(Path(named))) if named else context


def _serve(options: argparse.Namespace, context: WebContext, tls: ssl.SSLContext | None) -> int:
    with ExitStack() as stack:
        stack.callback(context.database.close)
        raise_file_limit(context.policy.connections)
        try:
            listener = stack.enter_context(open_listener(options.host, options.port))
        except OSError as error:
            where = f"{options.host}:{options.port}"
            return _refuse(f"{where}: {error.strerror}; mend --host or --port")
        config = GuardedConfig(
            build_web_app(context, PUBLIC_PAGES if options.public else PAGES),
            context.policy.connections,
            tls,
            log_level="warning",
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        host, port = listener.getsockname()[:2]
        url = f"{'https' if tls else 'http'}://{host}:{port}"
        server = PagesServer(config, json.dumps({"url": url}))
        server.live = context.live
        # Before uvicorn installs the same handler, so that an earlier signal stops the server, too.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, server.handle_exit)
        asyncio.run(server.serve(sockets=[listener]))
    return 0


def _open(options: argparse.Namespace) -> WebContext | SchemaTrouble | str:
    url = options.database or os.environ.get(DATABASE_VARIABLE, "")
    if not url:
        return NO_URL
    check_url(url)
    phone_site = os.environ.get(PHONE_SITE_VARIABLE, "").rstrip("/")
    if phone_site and _ORIGIN.fullmatch(phone_site) is None:
        return PHONE_SITE_WORDS
    policy = read_policy(options.config / "central.toml")
    forms = read_form_definitions(options.config, read_catalogue(options.config)).contents
    services = forms.catalogue.services
    return open_web(
        url,
        policy,
        read_web_texts(options.config),
        points=_point_names(options),
        forms=forms,
        desk_rules=read_desk_rules(options.config, services),
        result_rules=read_result_rules(options.config / "results.toml", services),
        pages=PagePolicies(
            city=read_city_policy(options.config),
            public=read_public_data(options.config, forms.catalogue, options.points, phone_site),
            fleet=read_fleet_policy(options.config),
            live=read_live_policy(options.config),
        ),
        vault=_vault_of(options, policy),
        now=civil_now,
        random=os.urandom,
        check_key=_content_of(CHECK_KEY_VARIABLE),
        seal_authority=_content_of(SEAL_VARIABLE),
        sealed_pages=None if options.public else blob_store_of(os.environ),
    )


def _vault_of(options: argparse.Namespace, policy: Policy) -> VaultClient | None:
    """Return the client of the vault's socket, None for none: then no case can be opened."""
    named = os.environ.get(VAULT_VARIABLE, "")
    socket_path = options.vault or (Path(named) if named else None)
    return VaultClient(VaultLink(socket_path, policy.vault)) if socket_path else None


def _content_of(variable: str) -> bytes:
    """Return the content of the file that an environment variable names, b"" without one.

    Raises CertificateError.
    """
    named = os.environ.get(variable, "")
    return read_own(Path(named)) if named else b""


def _point_names(options: argparse.Namespace) -> Mapping[str, str]:
    if options.points is None:
        return {}
    divisions = read_divisions(options.config / "divisions.csv")
    return {code: one.name for code, one in read_points(options.points, divisions).items()}


def _tls_of(options: argparse.Namespace) -> ssl.SSLContext | str | None:
    """Return the TLS of the pages, None for none on this machine alone, or why that can't be.

    Raises CertificateError.
    """
    if (options.certificate is None) != (options.certificate_key is None):
        return BOTH_WORDS
    if options.certificate is None:
        return None if _is_own_machine(options.host) else PLAIN_WORDS
    return browser_tls(options.certificate, options.certificate_key)


def _is_own_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refuse(words: str, code: int = 1) -> int:
    print(f"central web: {words}", file=sys.stderr)
    return code
