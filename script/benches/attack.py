"""Attacks on a terminal: answers, links, gateways and damaged files, each beside a control.

`hostile.*` answers in the central service's place, `links.*` the service's account against root's
updater, `gateway.*` a misrouted gateway, `damage.*` files that were damaged while the terminal was
off. Nothing may end the program. A control is the same attack on a terminal without its guard: a
`blind` bench would not have seen it.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from unittest.mock import patch

from kiosk import json_decoder
from script.benches.central.gateway_faults import try_gateway
from script.benches.central.hostile_answers import TerminalReaders, count_exceptions
from script.benches.figures import BenchFigure, Report
from script.benches.machine.link_races import harms, make_folder, naive_steps, steps_of_the_updater
from script.benches.storage.damaged_files import damages

SEED = 20261129
MOST_TRIES = 4_000  # of the control of the races, which ends with the first harm


@dataclass(frozen=True)
class AttackSize:
    """How much is tried; of a gateway's kinds of answer every `gateway_every`-th."""

    answers: int
    fewest_answers: int
    control_answers: int
    races: int
    applications: int
    gateway_every: int
    files: int
    fewest_files: int


WHOLE = AttackSize(32_000, 30_000, 3_000, 400, 7, 1, 600, 500)
QUICK = AttackSize(3_000, 3_000, 1_500, 20, 3, 24, 60, 60)


def measure(*, quick: bool) -> Report:
    """Run all attacks and count what must never happen."""
    size = QUICK if quick else WHOLE
    figures = hostile(size) | links(size) | gateways(size) | damages(size.files, SEED)
    figures["damage.files_too_few"] = too_few(size.fewest_files, figures["damage.files"])
    ends = ("hostile.exceptions", "gateway.exceptions", "damage.broken")
    figures["exceptions"] = BenchFigure(sum(figures[name].value for name in ends), "exceptions", 0)
    return Report("attack", figures)


def too_few(fewest: int, found: BenchFigure) -> BenchFigure:
    """Return by how much the tries fall short of the number required."""
    return BenchFigure(max(0, fewest - found.value), found.unit, 0)


def hostile(size: AttackSize) -> dict[str, BenchFigure]:
    """Return the exceptions that hostile answers raised; the control reads JSON without limits."""
    raised, tried = exceptions(size.answers)
    if raised:
        print(dict(raised), file=sys.stderr)
    with patch.object(json_decoder, "decode", lambda body, _limits: json.loads(body)):
        control, _ = exceptions(size.control_answers)
    answers = BenchFigure(tried, "answers")
    return {
        "hostile.answers": answers,
        "hostile.answers_too_few": too_few(size.fewest_answers, answers),
        "hostile.exceptions": BenchFigure(raised.total(), "exceptions", 0),
        "hostile.control_exceptions": BenchFigure(control.total(), "exceptions"),
        "hostile.control_blind": BenchFigure(not control, "", 0),
    }


def exceptions(many: int) -> tuple[Counter[str], int]:
    """Return the exceptions raised by `many` hostile answers, and how many answers there were."""
    with tempfile.TemporaryDirectory(prefix="kiosk-hostile-") as folder:
        terminal = TerminalReaders(Path(folder))
        with closing(terminal.store):
            raised = count_exceptions(terminal, many)
    return raised, terminal.central.asked


def links(size: AttackSize) -> dict[str, BenchFigure]:
    """Return what an account gained by swapping links; without root's rights nothing is raced."""
    is_root = os.geteuid() == 0
    if not is_root:
        return {
            "links.rounds": BenchFigure(0, "rounds"),
            "links.skipped": BenchFigure(1, "needs root"),
        }
    with tempfile.TemporaryDirectory(prefix="kiosk-links-") as name:
        folder = Path(name)
        gained = Counter(harms(make_folder(folder), size.races, steps_of_the_updater))
    with tempfile.TemporaryDirectory(prefix="kiosk-links-") as name:
        control = tuple(islice(harms(make_folder(Path(name)), MOST_TRIES, naive_steps), 1))
    return {
        "links.rounds": BenchFigure(size.races, "rounds"),
        "links.gained": BenchFigure(gained.total(), "files", 0),
        "links.control_gained": BenchFigure(len(control), "files"),
        "links.control_blind": BenchFigure(not control, "", 0),
    }


def gateways(size: AttackSize) -> dict[str, BenchFigure]:
    """Return the fate of applications behind a misrouted gateway."""
    found = try_gateway(size.applications, size.gateway_every)
    if found.raised:
        print(dict(found.raised), file=sys.stderr)
    return {
        "gateway.answers": BenchFigure(found.answered, "answers"),
        "gateway.exceptions": BenchFigure(found.raised.total(), "exceptions", 0),
        "gateway.set_aside": BenchFigure(found.set_aside, "applications", 0),
        "gateway.lost": BenchFigure(found.expected - found.arrived, "applications", 0),
        "gateway.control_set_aside": BenchFigure(found.control_set_aside, "applications"),
        "gateway.control_blind": BenchFigure(not found.control_set_aside, "", 0),
    }
