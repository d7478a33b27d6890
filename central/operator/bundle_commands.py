"""The commands `central bundle …`: sign settings for terminals, replace keys, withdraw layers."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING

from central.fleet.point_register import read_copy
from central.operator.bundles import BundleTrouble, Repository
from central.operator.data_commands import explain_wrong_files
from central.operator.phone_commands import APPROVERS_FILE
from central.operator.point_commands import trouble_with_district, trouble_with_point
from central.policy import read_policy
from kiosk.civil_time import civil_day, civil_now, to_civil
from kiosk.config.bundle import EMPLOYERS, LISTS
from kiosk.config.layers import Layers, check_site
from kiosk.config.phone_list import FILE as PHONES_FILE
from kiosk.config.renamed_settings import old_names_in
from kiosk.config.schema import ConfigError
from kiosk.fleet.point_list import FILE as POINTS_FILE
from kiosk.retirement.pick_lists.employers import read_employers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

DEFAULTS = "kiosk.toml"


def layer_name(kind: str, code: str = "") -> str:
    """Return the name of a layer in the repository."""
    return f"{kind}/{code}.toml" if code else f"{kind}.toml"


def on_repository(
    work: Callable[[Repository, argparse.Namespace], int],
) -> Callable[[argparse.Namespace], int]:
    """Return a command that runs `work` on the repository of its options."""

    @explain_wrong_files
    @wraps(work)
    def command(options: argparse.Namespace) -> int:
        return work(_opened(options), options)

    return command


def _opened(options: argparse.Namespace) -> Repository:
    days = read_policy(options.config / "central.toml").bundles
    return Repository(options.data / "configuration", options.keys, days, civil_now)


def _exit_code(trouble: BundleTrouble | None) -> int:
    if trouble is None:
        return 0
    print(f"bundle: {trouble.value}", file=sys.stderr)
    return 1


@on_repository
def create_repository(repository: Repository, _options: argparse.Namespace) -> int:
    """Make the keys and the first root, and print its file; return the exit code."""
    if trouble := repository.begin():
        return _exit_code(trouble)
    print(repository.folder / "1.root.json")
    return 0


@on_repository
def publish_layers(repository: Repository, options: argparse.Namespace) -> int:
    """Sign layers of settings that a terminal would take; return the exit code."""
    files = {layer_name("city"): options.city} if options.city else {}
    files |= {PHONES_FILE: options.phones} if options.phones else {}
    files |= {EMPLOYERS: options.employers} if options.employers else {}
    for kind in ("district", "point"):
        files |= {layer_name(kind, code): Path(file) for code, file in getattr(options, kind)}
    if trouble := "\n".join(_unknown_places(options)):
        print(trouble, file=sys.stderr)
        return 1
    try:
        layers = _checked(repository, files, options)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 1
    return _exit_code(repository.publish(layers))


def _unknown_places(options: argparse.Namespace) -> Iterator[str]:
    """Yield what is wrong with the districts and service points that layers are signed for."""
    for code, _ in options.district:
        if trouble := trouble_with_district(options.config, code):
            yield trouble
    points = read_copy(options.data / POINTS_FILE) if options.point else None
    for code, _ in options.point:
        if trouble := trouble_with_point(points, code):
            yield trouble


def _checked(
    repository: Repository, files: Mapping[str, Path], options: argparse.Namespace
) -> Mapping[str, bytes]:
    """Return the contents to be signed by layer name.

    Raises ConfigError for what a terminal refuses.

    Telephone numbers are looked up in the list that is being signed, otherwise in the published
    one.
    """
    below = Layers(
        options.config / DEFAULTS,
        tuple(options.model),
        phones=files.get(PHONES_FILE) or repository.file_of(PHONES_FILE),
        approvers=options.keys / APPROVERS_FILE,
    )
    today = civil_day(civil_now())
    if PHONES_FILE in files:
        check_site(below, today)
    if EMPLOYERS in files:
        read_employers(files[EMPLOYERS])
    for name, file in files.items():
        if name not in LISTS:
            check_site(replace(below, site=(file,)), today)
            for old in old_names_in((file,)):
                print(old.words(), file=sys.stderr)
    return {name: file.read_bytes() for name, file in files.items()}


@on_repository
def withdraw_layer(repository: Repository, options: argparse.Namespace) -> int:
    """Withdraw a layer; return the exit code."""
    return _exit_code(repository.withdraw(options.layer))


@on_repository
def refresh_signatures(repository: Repository, options: argparse.Namespace) -> int:
    """Sign the same layers again; return the exit code."""
    return _exit_code(repository.refresh(options.days))


@on_repository
def replace_role_key(repository: Repository, options: argparse.Namespace) -> int:
    """Make another key for a role and revoke the old one; return the exit code."""
    return _exit_code(repository.replace_key(options.role))


@on_repository
def list_layers(repository: Repository, _options: argparse.Namespace) -> int:
    """Print the published layers; return the exit code."""
    for name in repository.layers():
        print(name)
    if (ends := repository.ends()) is not None:
        print(f"refresh before {to_civil(ends):%Y-%m-%d}", file=sys.stderr)
    return 0
