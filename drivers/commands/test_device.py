"""The command `devices test NAME`: opens and tests one device, and says the cure of its failure."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from drivers.commands import Exit
from drivers.commands.evidence_words import cure_of
from drivers.commands.trial import DeviceTrial, addresses, try_devices
from drivers.stable_names import SystemTree
from drivers.supervisor import READER
from kiosk.config.active import read_in_force
from kiosk.config.schema import ConfigError
from kiosk.operator_texts import text_of, texts_of


def examine_device(
    options: argparse.Namespace, defaults: Path, machine: SystemTree | None = None
) -> int:
    """Test one device and return the exit code.

    0: in order. 4: not. 2: no such device, or wrong settings. `defaults` is the settings file below
    those of --config.
    """
    try:
        settings = read_in_force(defaults, options.config)
    except ConfigError as problem:
        print(problem, file=sys.stderr)
        return Exit.USAGE
    if options.name not in addresses(settings):
        kind = texts_of("devices.kinds")[options.name]
        print(text_of("devices.not_configured", kind=kind, name=options.name), file=sys.stderr)
        return Exit.USAGE
    (trial,) = try_devices(settings, (options.name,), machine or SystemTree())
    return report(trial)


def _right_words(trial: DeviceTrial) -> str:
    if trial.name == READER:
        return text_of("devices.reader_right", identity=trial.identity)
    return texts_of("devices.right")[trial.name]


def report(trial: DeviceTrial) -> int:
    """Print what is right on standard output, the cure on standard error; return the exit code."""
    print(f"{trial.kind} {trial.url}")
    if trial.evidence and trial.evidence.node != trial.url:
        print(text_of("devices.now_at", node=trial.evidence.node))
    if trial.failure is None:
        print(_right_words(trial))
        return Exit.READ
    if trial.life.counters.opened and trial.name == READER:
        print(text_of("devices.reader_self_test"))
    print(cure_of(trial), file=sys.stderr)
    return Exit.DEVICE_FAULT
