"""The command `readiness`: try everything once and report it on one sheet."""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from kiosk.civil_time import civil_now
from kiosk.config.schema import ConfigError
from kiosk.failures import Failure
from kiosk.operator_texts import text_of, texts_of
from kiosk.progress import ProgressLine
from kiosk.units import MIB
from wiring.places import ASSETS, CONFIG, DEFAULTS, VERSION

if TYPE_CHECKING:
    from drivers.commands.trial import DeviceTrial
    from drivers.stable_names import SystemTree
    from kiosk.config.settings import Settings
    from kiosk.crypto.terminal_identity import TerminalIdentity
    from kiosk.maintenance.device_proposal import ProposalTrouble
    from kiosk.maintenance.network_test import LineTest
    from kiosk.maintenance.readiness_report import Sheet
    from kiosk.maintenance.report_formats import Forms
    from kiosk.maintenance.report_lines import DeviceLook, FindingLook, Judge, QueueLook

FILES = "readiness"


def report_readiness(options: argparse.Namespace) -> int:
    """Print the readiness sheet; return 0 when all is green, 1 when not, 2 for wrong settings."""
    from kiosk.config.active import read_in_force

    try:
        settings = read_in_force(DEFAULTS, options.settings)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    if options.out is not None and (why := reason_not_writable(options.out)):
        print(text_of("logs.unwritable", why=why), file=sys.stderr)
        return 1
    return report(options, settings, examine(settings))


def reason_not_writable(folder: Path) -> str:
    """Return why no file can be made in `folder`, "" when one can; makes the folder.

    Asked before the devices are tried, which takes a while.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return error.strerror or str(error)


def report(options: argparse.Namespace, settings: Settings, sheet: Sheet) -> int:
    """Print the sheet, write its files and print it as a slip, as the options say.

    Return 0 for a green sheet, 1 otherwise or when the slip can't be printed.
    """
    from drivers import registry
    from kiosk.maintenance.readiness_report import LineState

    forms = forms_of()
    print(forms.as_json(sheet) if options.json else forms.as_text(sheet), end="")
    if options.out is not None and not write_files(options.out, forms, sheet):
        return 1
    if options.print:
        slip = forms.as_slip(sheet, settings.printer.columns)
        if (failure := registry.make_printer(settings).print_slip(slip)) is not None:
            print(judge_of(settings).cures[failure], file=sys.stderr)
            return 1
    return 0 if sheet.state is LineState.GREEN else 1


def write_files(folder: Path, forms: Forms, sheet: Sheet) -> bool:
    """Write the sheet into `folder` as JSON, text and HTML; False, with words, when it can't be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for ending, text in (
            ("json", forms.as_json(sheet)),
            ("txt", forms.as_text(sheet)),
            ("html", forms.as_html(sheet)),
        ):
            (folder / f"{FILES}.{ending}").write_text(text, "utf-8")
    except OSError as error:
        print(text_of("logs.unwritable", why=error.strerror), file=sys.stderr)
        return False
    return True


def forms_of() -> Forms:
    """Return the formats of sheets, with the words of config/texts."""
    from kiosk.config.schema import read_table
    from kiosk.maintenance.report_formats import Forms

    return Forms(read_table(CONFIG / "texts" / "upkeep.toml"))


def judge_of(settings: Settings) -> Judge:
    """Return the judge that turns readings into lines of the sheet."""
    from kiosk.config.schema import read_table
    from kiosk.failures import read_cures, read_titles
    from kiosk.maintenance.report_lines import Judge

    texts = CONFIG / "texts"
    words, said = read_table(texts / "upkeep.toml"), texts / "failures.toml"
    return Judge(words, read_cures(said), read_titles(said), settings.maintenance)


def examine(settings: Settings, machine: SystemTree | None = None) -> Sheet:
    """Try everything once and return the sheet; the kiosk must not be running.

    `machine`: the system's device tree, by default the real one.
    """
    from drivers.stable_names import SystemTree

    system, steps = machine or SystemTree(), texts_of("terminal.readiness_steps")
    with ProgressLine(text_of("terminal.readiness"), len(steps)) as line:
        line.begin(steps["devices"])
        devices = look_at_devices(settings, system)
        line.step(steps["line"])
        tried = try_line(settings)
        line.step(steps["machine"])
        sheet = sheet_of(settings, devices, tried, system)
        line.step()
    return sheet


def sheet_of(
    settings: Settings, devices: tuple[DeviceLook, ...], line: LineTest, machine: SystemTree
) -> Sheet:
    """Return the sheet of tried devices and line, together with what the machine itself reports.

    `machine` is where its temperatures are read.
    """
    from drivers.machine_state import disk_of, hottest
    from kiosk.maintenance.readiness_report import Sheet
    from kiosk.maintenance.report_lines import Looks

    now, store = civil_now(), Path(settings.store.path)
    looks = Looks(
        settings.profile,
        devices,
        look_as_doctor(settings),
        line.steps,
        line.ahead,
        disk_of(store, settings.store.min_free_mib * MIB),
        hottest(machine.sys),
        queue_of(settings, now),
        {"app": VERSION},
    )
    terminal = settings.terminal
    lines = judge_of(settings).lines(looks)
    return Sheet(terminal.code, terminal.point, settings.profile.value, VERSION, now, lines)


def look_at_devices(settings: Settings, machine: SystemTree) -> tuple[DeviceLook, ...]:
    """Try every device that the settings name."""
    from drivers.commands.list_devices import ask_sam
    from drivers.commands.trial import addresses, try_devices
    from drivers.device_matching import doubts
    from drivers.discovery import find_candidates, this_user

    trials = try_devices(settings, tuple(addresses(settings)), machine)
    failures = {one.name: one.failure for one in trials}
    found = find_candidates(machine, this_user(), ask_sam if any(failures.values()) else None)
    doubted = doubts(found, settings, failures)
    looks = (
        look_of(one) if one.name not in doubted else look_of_trouble(one.name, doubted[one.name])
        for one in trials
    )
    return (*looks, *paper_camera_of(settings), *document_printer_of(settings))


def look_of_trouble(name: str, trouble: ProposalTrouble) -> DeviceLook:
    """Return a trouble that was found by matching devices as a line's reading."""
    from kiosk.maintenance.report_lines import DeviceLook

    return DeviceLook(name, trouble.failure, trouble.evidence, trouble.cure)


def look_of(trial: DeviceTrial) -> DeviceLook:
    """Return one trial of a device as a line's reading."""
    from drivers.commands.evidence_words import cure_of, evidence_words
    from kiosk.maintenance.report_lines import DeviceLook

    counters = trial.life.counters
    seen = evidence_words(trial)
    evidence = text_of(
        "terminal.device_seen", seen=seen, answered=counters.answered, faults=counters.faults
    )
    return DeviceLook(trial.name, trial.failure, evidence, cure_of(trial))


def paper_camera_of(settings: Settings) -> tuple[DeviceLook, ...]:
    """Take a picture with the document camera, if there is one, and return the reading."""
    from drivers import registry
    from kiosk.maintenance.report_lines import DeviceLook

    url = settings.paper_camera.url
    if not url:
        return ()
    found = registry.make_paper_camera(settings).capture(lambda: False)
    lost = Failure.PAPER_CAMERA_LOST
    return (DeviceLook("paper_camera", lost if found is lost else None, url),)


def document_printer_of(settings: Settings) -> tuple[DeviceLook, ...]:
    """Ask the printer of A4 sheets for its state, if there is one, and return the reading."""
    from drivers import registry
    from kiosk.maintenance.report_lines import DeviceLook

    url = settings.document_printer.url
    if not url:
        return ()
    return (DeviceLook("document_printer", registry.make_document_printer(settings).check(), url),)


def look_as_doctor(settings: Settings) -> tuple[FindingLook, ...]:
    """Return the doctor's findings about the machine."""
    from drivers.doctor.checks import examine_machine
    from drivers.doctor.finding import FindingLevel
    from drivers.doctor.machine import HostProbe
    from kiosk.maintenance.report_lines import FindingLook

    found = examine_machine(HostProbe(), settings, ASSETS, CONFIG / "face.toml", civil_now)
    return tuple(
        FindingLook(
            one.what, one.seen, one.cure, one.verdict is not FindingLevel.FAULT, one.failure
        )
        for one in found
    )


def queue_of(settings: Settings, now: datetime) -> QueueLook | Failure | None:
    """Return the records that have not arrived yet; None before there is a database.

    A database that can't be read is returned as its failure.
    """
    from kiosk.maintenance.outbox_summary import look_at_queue
    from kiosk.storage.database import StoreError
    from wiring.storage import open_to_read

    on_disk = not settings.store.url.startswith("postgresql")
    if on_disk and not Path(settings.store.path).is_file():
        return None
    try:
        opened = open_to_read(settings)
    except ConfigError:  # without the terminal's own key
        return Failure.KEYS_MISSING
    if isinstance(opened, Failure):
        return opened
    try:
        with closing(opened):
            return look_at_queue(opened, now)
    except StoreError as error:
        return error.failure


def own_identity(settings: Settings) -> TerminalIdentity | None:
    """Return the terminal's identity.

    None before it is enrolled, when the line can be tried anyway.
    """
    from wiring.delivery_service import identity_of

    try:
        return identity_of(settings)
    except ConfigError:
        return None


def try_line(settings: Settings) -> LineTest:
    """Try the links to the central service in order and return the results."""
    import os

    from drivers.central.line_trial import LineLimits, LineTester
    from drivers.central.name_lookup import Directory
    from drivers.central.trust import trusted
    from kiosk.maintenance.network_test import LineTest, Link, LinkResult
    from wiring.delivery_service import central_of

    limits = settings.maintenance
    try:
        central = central_of(settings, own_identity(settings))
    except ConfigError as error:
        return LineTest(
            (LinkResult(Link.CENTRAL, Failure.KEYS_MISSING, error.problems[0].expected),)
        )
    return LineTester(
        settings.central.url,
        settings.terminal.point,
        Directory(os.urandom),
        trusted(settings.central.authority),
        central,
        LineLimits(
            settings.central.deadline_seconds,
            limits.max_answer_seconds,
            limits.max_clock_offset_seconds,
        ),
        time.monotonic,
        civil_now,
    ).test()
