"""The commands `central offices-api …`: which offices' own systems may call the API."""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import Encoding

from central.keys.office_certificates import (
    certify_office,
    open_office_authority,
    read_request,
    thumbprint_of,
)
from central.offices_api.limits import read_api_limits
from central.operator.data_commands import on_data
from central.web_accounts import (
    ClientCertificate,
    OfficeClient,
    WebEvent,
    WebEventKind,
)
from kiosk.atomic_file import write_atomically
from kiosk.civil_time import civil_day, civil_time_of
from kiosk.operator_texts import text_of
from kiosk.retirement.reading import read_catalogue

if TYPE_CHECKING:
    from cryptography import x509

    from central.app_context import AppContext

READABLE = 0o644


@on_data
def add_client(context: AppContext, options: argparse.Namespace) -> int:
    """Make an account of an office's system with its first certificate; return the exit code."""
    offices = read_catalogue(options.config).offices.offices
    if options.office not in offices:
        return _refuse(text_of("central.no_office", office=options.office, all=", ".join(offices)))
    certificate = _certificate_for(context, options, options.office)
    if isinstance(certificate, str):
        return _refuse(certificate)
    client = OfficeClient(options.account, options.office)
    event = _event(context, client.id, WebEventKind.ADDED)
    if not context.store.office_clients.add(client, _listed(certificate), event):
        return _refuse(text_of("central.client_there", account=client.id))
    return _write(options, certificate)


@on_data
def certify_client(context: AppContext, options: argparse.Namespace) -> int:
    """Give an account one more certificate, as before its last one ends; return the exit code."""
    known = {one.client.id: one.client for one in context.store.office_clients.all()}
    client = known.get(options.account)
    if client is None:
        return _refuse(text_of("central.no_client", account=options.account))
    certificate = _certificate_for(context, options, client.office)
    if isinstance(certificate, str):
        return _refuse(certificate)
    event = _event(context, client.id, WebEventKind.CERTIFIED)
    context.store.office_clients.certify(client.id, _listed(certificate), event)
    return _write(options, certificate)


@on_data
def disable_client(context: AppContext, options: argparse.Namespace) -> int:
    """Let nobody in under an account any more, from now on; return the exit code."""
    event = _event(context, options.account, WebEventKind.DISABLED)
    if context.store.office_clients.disable(options.account, event):
        return 0
    return _refuse(text_of("central.no_client", account=options.account))


@on_data
def list_clients(context: AppContext, _options: argparse.Namespace) -> int:
    """Print all accounts: name, office, state, last days of certificates; return the exit code."""
    for one in context.store.office_clients.all():
        days = (civil_day(civil_time_of(until)).isoformat() for until in one.until)
        state = "disabled" if one.is_disabled else "used"
        print(one.client.id, one.client.office, state, " ".join(days), sep="\t")
    return 0


@on_data
def write_authority(context: AppContext, options: argparse.Namespace) -> int:
    """Write the certificate of the authority, for the server of the API; return the exit code."""
    authority = open_office_authority(options.data, context.policy.certificates, context.now())
    write_atomically(options.to, authority.path.read_bytes(), READABLE)
    return 0


def _certificate_for(
    context: AppContext, options: argparse.Namespace, office: str
) -> x509.Certificate | str:
    """Return a certificate for the request that the options name, or why there is none."""
    request = read_request(options.request.read_bytes())
    if request is None:
        return text_of("central.no_request", file=options.request)
    now, lifetime = context.now(), timedelta(days=read_api_limits(options.config).certificate_days)
    authority = open_office_authority(options.data, context.policy.certificates, now)
    return certify_office(authority, request, options.account, office, now, lifetime)


def _listed(certificate: x509.Certificate) -> ClientCertificate:
    return ClientCertificate(
        thumbprint_of(certificate), certificate.not_valid_after_utc.timestamp()
    )


def _write(options: argparse.Namespace, certificate: x509.Certificate) -> int:
    write_atomically(options.to, certificate.public_bytes(Encoding.PEM), READABLE)
    print(text_of("central.client_certified", account=options.account, file=options.to))
    return 0


def _event(context: AppContext, account: str, kind: WebEventKind) -> WebEvent:
    return WebEvent(context.now().isoformat(timespec="seconds"), account, "", kind)


def _refuse(words: str) -> int:
    print(words, file=sys.stderr)
    return 1
