"""Handlers of commands that need the program's own folders, its clock or its database."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from kiosk.civil_time import civil_day, civil_now
from wiring.places import ASSETS, CONFIG, DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.face.commands import FaceCommand
    from kiosk.storage.store import Store

FACE_NUMBERS = CONFIG / "face.toml"


def check_settings(options: argparse.Namespace) -> int:
    """Run `check-config`."""
    from kiosk.cli.commands import check_config

    return check_config(options.settings, CONFIG, ASSETS)


def replay_journal(options: argparse.Namespace) -> int:
    """Run `replay`."""
    from kiosk.cli.commands import show_replay

    return show_replay(options.journal, options.settings, CONFIG)


def ask_rules(options: argparse.Namespace) -> int:
    """Run one of the commands `rules age`, `services`, `plan`, `guide` and `number`."""
    from kiosk.retirement.commands import answer

    return answer(options, CONFIG, civil_day(civil_now()))


def estimate_pension(options: argparse.Namespace) -> int:
    """Run `rules estimate`."""
    from kiosk.retirement.estimate.commands import show_estimate

    return show_estimate(options, CONFIG, civil_day(civil_now()))


def show_rules(options: argparse.Namespace) -> int:
    """Run `rules show`."""
    from kiosk.retirement.rule_review.commands import show_service

    return show_service(options.service, CONFIG)


def prove_verdict(options: argparse.Namespace) -> int:
    """Run `rules proof`."""
    from kiosk.retirement.law.commands import show_proof

    return show_proof(options, CONFIG, civil_day(civil_now()))


def compare_rules(options: argparse.Namespace) -> int:
    """Run `rules diff`."""
    from kiosk.retirement.rule_review.commands import show_changes

    return show_changes(options.old, options.new, CONFIG)


def list_outbox(options: argparse.Namespace) -> int:
    """Run `outbox list`."""
    from kiosk.delivery.outbox_commands import show

    return _on_store(options, show)


def count_outbox(options: argparse.Namespace) -> int:
    """Run `outbox count`."""
    from kiosk.delivery.outbox_commands import count

    return _on_store(options, count)


def retry_outbox(options: argparse.Namespace) -> int:
    """Run `outbox retry`."""
    from kiosk.delivery.outbox_commands import retry

    at = civil_now().isoformat(timespec="seconds")
    return _on_store(options, lambda store: retry(store, options.id, at))


def withdraw_outbox(options: argparse.Namespace) -> int:
    """Run `outbox withdraw`."""
    from kiosk.delivery.outbox_commands import take_back

    at = civil_now().isoformat(timespec="seconds")
    return _on_store(options, lambda store: take_back(store, options.id, at))


def _on_store(options: argparse.Namespace, work: Callable[[Store], int]) -> int:
    from kiosk.delivery.outbox_commands import run_on_store
    from wiring.storage import open_to_read

    return run_on_store(options.settings, work, DEFAULTS, open_to_read)


def export_audit(options: argparse.Namespace) -> int:
    """Run `audit export`."""
    from kiosk.delivery.audit_commands import export_chain
    from wiring.storage import open_to_read

    return export_chain(options, DEFAULTS, civil_now, open_to_read)


def examine_machine(options: argparse.Namespace) -> int:
    """Run `doctor`."""
    from drivers.doctor import commands

    return commands.examine_machine(options, DEFAULTS, ASSETS, FACE_NUMBERS, civil_now)


def list_devices(options: argparse.Namespace) -> int:
    """Run `devices list`."""
    from drivers.commands import list_devices as command

    return command.list_devices(options, DEFAULTS)


def examine_device(options: argparse.Namespace) -> int:
    """Run `devices test`."""
    from drivers.commands import test_device as command

    return command.examine_device(options, DEFAULTS)


def verify_face(options: argparse.Namespace) -> int:
    """Run `face verify`."""
    from drivers.face.commands import verify

    return _print_result(verify, options)


def judge_liveness(options: argparse.Namespace) -> int:
    """Run `face liveness`."""
    from drivers.face.commands import liveness

    return _print_result(liveness, options)


def calibrate_face(options: argparse.Namespace) -> int:
    """Run `face calibrate`."""
    from drivers.face.commands import calibrate

    return _print_result(calibrate, options)


def _print_result(command: FaceCommand, options: argparse.Namespace) -> int:
    from drivers.face.commands import print_result

    return print_result(command, options, ASSETS / "models", FACE_NUMBERS)
