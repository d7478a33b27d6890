"""The commands `central seal init`, the e-seal of demo and tests, and `central certificate`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from central.keys.certificates import open_certificates, read_certificate
from central.keys.seal_keys import AUTHORITY_CERTIFICATE, FOLDER, make_seal
from central.keys.service_keys import look_at_keys, write_for_owner
from central.operator.data_commands import explain_wrong_files, on_data
from central.policy import read_policy
from kiosk.civil_time import civil_now

if TYPE_CHECKING:
    from central.app_context import AppContext

THERE = (
    "this service has an e-seal; forms that it sealed are checked by its authority, so none is "
    "made beside it"
)


@on_data
def create_seal(context: AppContext, options: argparse.Namespace) -> int:
    """Make key, certificate and authority of an e-seal and print the authority's file.

    Returns the exit code: 1 where there is a seal already.
    """
    data = context.keys.folder
    if make_seal(data, options.name, context.policy.seal, context.now()) is None:
        print(f"central seal: {THERE}", file=sys.stderr)
        return 1
    print(data / FOLDER / AUTHORITY_CERTIFICATE)
    return 0


@explain_wrong_files
def write_certificate(options: argparse.Namespace) -> int:
    """Write the certificate and its key as one PEM file for the owner of its folder.

    It is the one that `serve --tls` would use, signed by the authority that terminals pin; made
    anew when its end is near or a name is new. Print the file and the last day; return the exit
    code.
    """
    if trouble := look_at_keys(options.data):
        print(f"central: {options.data}: {trouble.value}", file=sys.stderr)
        return 1
    policy = read_policy(options.config / "central.toml")
    files = open_certificates(options.data, options.name, policy.certificates, civil_now())
    whole = files.certificate.read_bytes() + files.key.read_bytes()
    try:
        write_for_owner(options.to, whole)
    except OSError as error:
        print(f"central: {options.to}: {error.strerror}; mend --to", file=sys.stderr)
        return 1
    end = read_certificate(files.certificate.read_bytes()).not_valid_after_utc
    print(options.to, f"{end:%Y-%m-%d}", sep="\t")
    return 0
