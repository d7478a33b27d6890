"""The command `devices list`: tries the configured devices and shows what else is plugged in."""

from __future__ import annotations

import argparse
import json
import stat
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drivers import registry
from drivers.commands import Exit
from drivers.commands.evidence_words import cure_of, trap_words
from drivers.commands.trial import DeviceTrial, addresses, try_devices
from drivers.devices.id_card_reader import CardReader
from drivers.discovery import Candidate, find_candidates, this_user
from drivers.protocols.samv import BAUDS
from drivers.stable_names import SystemTree
from kiosk.config.active import read_in_force
from kiosk.config.schema import ConfigError
from kiosk.failures import Failure
from kiosk.operator_texts import text_of, texts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

INDENT = " " * 11


def list_devices(
    options: argparse.Namespace, defaults: Path, machine: SystemTree | None = None
) -> int:
    """Try every configured device once, list what else is plugged in, and return the exit code.

    2: wrong settings. `defaults` is the settings file below those of --config.
    """
    system = machine or SystemTree()
    try:
        settings = read_in_force(defaults, options.config)
    except ConfigError as problem:
        print(problem, file=sys.stderr)
        return Exit.USAGE
    trials = try_devices(settings, tuple(addresses(settings)), system)
    probe = ask_sam if options.probe else None
    candidates = find_candidates(system, this_user(), probe)
    if options.json:
        told = {
            "devices": [describe(one) for one in trials],
            "candidates": [describe_candidate(one) for one in candidates],
        }
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        print("\n".join([*_table(trials), *_list(candidates)]))
    return Exit.READ


def ask_sam(url: str) -> str | Failure:
    """Return the SAM number of the reader that answers at `url`, or the failure."""
    reader = CardReader(
        lambda: registry.open_reader_port(url, BAUDS[0]),
        time.monotonic,
        registry.sleep,
        registry.today,
    )
    try:
        return reader.check() or reader.sam_number
    finally:
        reader.close()


def describe(trial: DeviceTrial) -> dict[str, Any]:
    """Return one configured device as the object of `--json`."""
    counters, evidence = trial.life.counters, trial.evidence
    return {
        "name": trial.name,
        "kind": trial.kind,
        "url": trial.url,
        "state": trial.condition.value,
        "failure": trial.failure.value if trial.failure else None,
        "cure": cure_of(trial),
        "identity": trial.identity,
        "counters": {
            "opened": counters.opened,
            "answered": counters.answered,
            "missed": counters.missed,
            "faults": counters.faults,
        },
        "evidence": describe_candidate(evidence) if evidence else None,
    }


def describe_candidate(found: Candidate) -> dict[str, Any]:
    """Return one device that is plugged in as the object of `--json`."""
    rights = found.rights
    return {
        "sort": found.sort.value,
        "url": found.url,
        "node": found.node,
        "names": list(found.names),
        "usb": found.usb,
        "serial": found.serial,
        "words": found.words,
        "driver": found.driver,
        "holders": list(found.holders),
        "rights": stat.filemode(rights.mode) if rights else "",
        "traps": [trap.value for trap in found.traps],
        "cures": trap_words(found),
        "answer": found.answer,
    }


def _table(trials: Sequence[DeviceTrial]) -> list[str]:
    lines, conditions = [text_of("devices.configured")], texts_of("devices.conditions")
    for one in trials:
        lines.append(f"  {one.name:8} {one.kind}  {conditions[one.condition]}  {one.url}")
        if one.identity:
            lines.append(INDENT + text_of("devices.security_module", identity=one.identity))
        if one.evidence and one.evidence.node != one.url:
            lines.append(INDENT + text_of("devices.now_at", node=one.evidence.node))
        if words := cure_of(one):
            lines.append(INDENT + text_of("devices.cure", words=words))
    return lines


def _list(candidates: Sequence[Candidate]) -> list[str]:
    lines = [text_of("devices.plugged_in")] if candidates else [text_of("devices.none_plugged_in")]
    for one in candidates:
        known = " ".join(filter(None, (one.usb, one.serial, one.driver, one.words, one.answer)))
        lines.append(f"  {one.url}  {known}")
        lines += [INDENT + text_of("devices.cure", words=words) for words in trap_words(one)]
    return lines
