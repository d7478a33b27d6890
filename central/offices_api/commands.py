"""The command `central offices-api serve`: the API for offices' systems, a process of its own."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import ssl
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from central.blob_store.addresses import blob_store_of
from central.keys.token_key import open_token_key
from central.office_desk.rules import read_desk_rules
from central.office_desk.texts import read_web_texts
from central.offices_api.api_context import ApiRules, OfficesApiContext, open_offices_api
from central.offices_api.app import build_offices_app
from central.offices_api.limits import read_api_limits
from central.offices_api.tokens import AccessTokens
from central.policy import read_policy
from central.results.file_check import CertificateCheck
from central.results.reading import read_result_rules
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
from kiosk.civil_time import civil_now
from kiosk.config.schema import ConfigError
from kiosk.operator_texts import text_of
from kiosk.retirement.reading import read_catalogue

if TYPE_CHECKING:
    from central.policy import Policy

GRACE_SECONDS = 5
ABSENT = 2
"""Exit code where there is no database yet: no new start mends that."""
DATABASE_VARIABLE = "KIOSK_OFFICES_API_DATABASE"
"""Environment variable of the database URL: a password there shows in no list of processes."""


def serve_offices_api(options: argparse.Namespace) -> int:
    """Serve the API until SIGTERM or SIGINT; print the address as a line of JSON when ready.

    Return the exit code: 0 after a stop, 1 for what can't be used, 2 (`ABSENT`) where the service
    has no database yet. The reason and its cure are printed on standard error.
    """
    try:
        tls = client_tls(options.certificate, options.certificate_key, options.authority)
    except CertificateError as error:
        return _refuse(str(error))
    try:
        policy = read_policy(options.config / "central.toml")
        context = _open(options, policy)
    except (ConfigError, OSError) as error:
        return _refuse(str(error))
    if isinstance(context, SchemaTrouble):
        return _refuse(context.value, ABSENT if context is SchemaTrouble.ABSENT else 1)
    if isinstance(context, str):
        return _refuse(context)
    return _serve(options, context, policy, tls)


def client_tls(certificate: Path, key: Path, authority: Path) -> ssl.SSLContext:
    """Return TLS that lets in only who has a certificate of the `authority` for clients.

    `certificate` and `key` are the server's. Raises CertificateError for what can't be used.
    """
    tls = browser_tls(certificate, key)
    tls.verify_mode = ssl.CERT_REQUIRED
    read_own(authority)
    try:
        tls.load_verify_locations(authority)
    except ssl.SSLError:
        raise CertificateError(text_of("central.api_authority", file=authority)) from None
    return tls


def _open(options: argparse.Namespace, policy: Policy) -> OfficesApiContext | SchemaTrouble | str:
    url = options.database or os.environ.get(DATABASE_VARIABLE, "")
    if not url:
        return text_of("central.api_database", variable=DATABASE_VARIABLE)
    check_url(url)
    rules = read_api_rules(options.config, policy)
    key = open_token_key(options.state, os.urandom)
    tokens = AccessTokens(key, rules.limits.token_seconds, os.urandom)
    named = os.environ.get(VAULT_VARIABLE, "")
    socket_path = options.vault or (Path(named) if named else None)
    vault = VaultClient(VaultLink(socket_path, policy.vault)) if socket_path else None
    return open_offices_api(url, rules, tokens, vault, civil_now, blob_store_of(os.environ))


def read_api_rules(config: Path, policy: Policy) -> ApiRules:
    """Return the rules in the folder `config`; raises ConfigError for a wrong file."""
    catalogue = read_catalogue(config)
    results = read_result_rules(config / "results.toml", catalogue.services)
    return ApiRules(
        catalogue=catalogue,
        desk=read_desk_rules(config, catalogue.services),
        results=results,
        certificates=CertificateCheck(results, policy.check),
        words=read_web_texts(config)["act"],
        limits=read_api_limits(config),
    )


def _serve(
    options: argparse.Namespace, context: OfficesApiContext, policy: Policy, tls: ssl.SSLContext
) -> int:
    with ExitStack() as stack:
        stack.callback(context.database.close)
        raise_file_limit(policy.connections)
        try:
            listener = stack.enter_context(open_listener(options.host, options.port))
        except OSError as error:
            where = f"{options.host}:{options.port}"
            return _refuse(text_of("central.api_address", where=where, why=error.strerror))
        config = GuardedConfig(
            build_offices_app(context),
            policy.connections,
            tls,
            log_level="warning",
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        host, port = listener.getsockname()[:2]
        server = AnnouncingServer(config, json.dumps({"url": f"https://{host}:{port}"}))
        # Before uvicorn installs the same handler, so that an earlier signal stops the server, too.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, server.handle_exit)
        asyncio.run(server.serve(sockets=[listener]))
    return 0


def _refuse(words: str, code: int = 1) -> int:
    print(f"central offices-api: {words}", file=sys.stderr)
    return code
