"""The parsed options of a command line, for tests that call a command's function themselves."""

from __future__ import annotations

import argparse

from kiosk.cli.dispatch import Invocation, parse
from wiring.command_line import make_parser


def options_of(*words: object) -> argparse.Namespace:
    """Return the options of a command line that is right."""
    found = parse(make_parser(), [str(word) for word in words])
    assert isinstance(found, Invocation), found
    return found.options
