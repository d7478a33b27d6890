"""The command `central seal init`: the e-seal of demo, tests and training."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from central.keys.seal_keys import AUTHORITY_CERTIFICATE, FOLDER, make_seal
from central.operator.data_commands import on_data

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
