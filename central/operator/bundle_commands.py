"""The commands `central bundle …`: sign settings for terminals, replace keys, withdraw layers."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from central.fleet.point_register import PointRegister
from central.open_service import CONFIG
from central.operator.bundles import ROLES, BundleTrouble, Repository
from central.operator.phone_commands import APPROVERS_FILE
from central.operator.point_commands import trouble_with_district, trouble_with_point
from central.policy import read_policy
from kiosk.civil_time import civil_day, civil_now, to_civil
from kiosk.config.layers import Layers, check_site
from kiosk.config.phone_list import FILE as PHONES_FILE
from kiosk.config.renamed_settings import old_names_in
from kiosk.config.schema import ConfigError
from kiosk.fleet.point_list import FILE as POINTS_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

DEFAULTS = "kiosk.toml"


def add_bundle_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `bundle` and its steps."""
    bundle = commands.add_parser("bundle", help="signed settings for terminals")
    steps = bundle.add_subparsers(required=True, metavar="STEP")
    _step(steps, "begin", _begin, "make the keys and the first root, which terminals pin")
    publish = _step(steps, "publish", _publish, "sign layers; those not named stay as they are")
    publish.add_argument("--city", type=Path, help="TOML for every terminal")
    publish.add_argument("--district", nargs=2, action="append", default=[], metavar=("CODE", "F"))
    publish.add_argument("--point", nargs=2, action="append", default=[], metavar=("CODE", "F"))
    publish.add_argument(
        "--phones", type=Path, help="numbers that layers may show: central phones sign"
    )
    publish.add_argument(
        "--model", type=Path, action="append", default=[], help="check them over this profile"
    )
    _step(steps, "withdraw", _withdraw, "take a layer back").add_argument("layer")
    refresh = _step(steps, "refresh", _refresh, "sign the same again before it expires")
    refresh.add_argument("--days", type=float, help="from now; 0 ends it at once")
    replace = _step(steps, "replace-key", _replace_key, "another key for a role; revoke the old")
    replace.add_argument("role", choices=ROLES)
    _step(steps, "list", _list, "what is published")


def layer_name(kind: str, code: str = "") -> str:
    """Return the name of a layer in the repository."""
    return f"{kind}/{code}.toml" if code else f"{kind}.toml"


def _step(
    steps: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    work: Callable[[Repository, argparse.Namespace], int],
    words: str,
) -> argparse.ArgumentParser:
    found = steps.add_parser(name, help=words)
    found.add_argument("--data", type=Path, required=True, help="the data folder of the service")
    found.add_argument("--keys", type=Path, required=True, help="keys; keep them off the service")
    found.add_argument("--config", type=Path, default=CONFIG)
    found.set_defaults(work=None, alone=lambda options: _run(work, options))
    return found


def _run(work: Callable[[Repository, argparse.Namespace], int], options: argparse.Namespace) -> int:
    if not options.data.is_dir():
        print(f"{options.data}: there is no such folder; mend --data", file=sys.stderr)
        return 1
    return work(_opened(options), options)


def _opened(options: argparse.Namespace) -> Repository:
    days = read_policy(options.config / "central.toml").bundles
    return Repository(options.data / "configuration", options.keys, days, civil_now)


def _said(trouble: BundleTrouble | None) -> int:
    if trouble is None:
        return 0
    print(f"bundle: {trouble.value}", file=sys.stderr)
    return 1


def _begin(here: Repository, _options: argparse.Namespace) -> int:
    if trouble := here.begin():
        return _said(trouble)
    print(here.folder / "1.root.json")
    return 0


def _publish(here: Repository, options: argparse.Namespace) -> int:
    files = {layer_name("city"): options.city} if options.city else {}
    files |= {PHONES_FILE: options.phones} if options.phones else {}
    for kind in ("district", "point"):
        files |= {layer_name(kind, code): Path(file) for code, file in getattr(options, kind)}
    if trouble := "\n".join(_unknown_places(options)):
        print(trouble, file=sys.stderr)
        return 1
    try:
        layers = _checked(here, files, options)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 1
    return _said(here.publish(layers))


def _unknown_places(options: argparse.Namespace) -> Iterator[str]:
    """Yield what is wrong with the districts and service points that layers are signed for."""
    for code, _ in options.district:
        if trouble := trouble_with_district(options.config, code):
            yield trouble
    points = PointRegister(options.data / POINTS_FILE).read() if options.point else None
    for code, _ in options.point:
        if trouble := trouble_with_point(points, code):
            yield trouble


def _checked(
    here: Repository, files: Mapping[str, Path], options: argparse.Namespace
) -> Mapping[str, bytes]:
    """Return the contents to be signed by layer name.

    Raises ConfigError for what a terminal refuses.

    Telephone numbers are looked up in the list that is being signed, otherwise in the published
    one.
    """
    below = Layers(
        options.config / DEFAULTS,
        tuple(options.model),
        phones=files.get(PHONES_FILE) or here.file_of(PHONES_FILE),
        approvers=options.keys / APPROVERS_FILE,
    )
    today = civil_day(civil_now())
    if PHONES_FILE in files:
        check_site(below, today)
    for name, file in files.items():
        if name != PHONES_FILE:
            check_site(replace(below, site=(file,)), today)
            for old in old_names_in((file,)):
                print(old.words(), file=sys.stderr)
    return {name: file.read_bytes() for name, file in files.items()}


def _withdraw(here: Repository, options: argparse.Namespace) -> int:
    return _said(here.withdraw(options.layer))


def _refresh(here: Repository, options: argparse.Namespace) -> int:
    return _said(here.refresh(options.days))


def _replace_key(here: Repository, options: argparse.Namespace) -> int:
    return _said(here.replace_key(options.role))


def _list(here: Repository, _options: argparse.Namespace) -> int:
    for name in here.layers():
        print(name)
    if (ends := here.ends()) is not None:
        print(f"refresh before {to_civil(ends):%Y-%m-%d}", file=sys.stderr)
    return 0
