"""The service point of this terminal, from the signed list or, in a demo, from a file."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path

from kiosk.config.schema import ConfigError, Problem
from kiosk.config.settings import Profile, Settings
from kiosk.crypto.pinned_keys import read_central_keys
from kiosk.fleet.point_list import FILE, KeptPoints
from kiosk.operator_texts import text_of
from kiosk.retirement.divisions import Divisions
from kiosk.retirement.points import CODE, PointKind, ServicePoint, read_points

KEY = "terminal.point"


def kept_points(settings: Settings) -> KeptPoints | None:
    """Return where this terminal keeps the list; None before it was enrolled."""
    try:
        keys = read_central_keys(Path(settings.central.keys))
    except ConfigError:
        return None
    return KeptPoints(Path(settings.store.path).with_name(FILE), keys.receipt)


def own_point(settings: Settings, packaged: Path, divisions: Divisions) -> ServicePoint:
    """Return the service point that `terminal.point` names. Raises ConfigError for a wrong code.

    In production only the signed list counts. A terminal that has none yet, because it is not
    enrolled or ran an older program, goes by its code alone until the central service has told it:
    `ServicePoint.is_listed` is then false. `packaged` is the file of demo and training, which no
    package for production holds.
    """
    code = settings.terminal.point
    if CODE.fullmatch(code) is None:
        problem = Problem(text_of("fleet.settings"), 0, KEY, text_of("fleet.code_shape"))
        raise ConfigError((problem,))
    kept = kept_points(settings)
    is_training = settings.profile is Profile.TRAINING and packaged.is_file()
    if settings.profile is Profile.DEMO or is_training:
        return _named(code, read_points(packaged, divisions), packaged, is_packaged=True)
    if kept is None and packaged.is_file():  # no terminal yet: somebody tries settings in a clone
        return read_points(packaged, divisions).get(code, unlisted_point(code))
    found = kept.read() if kept is not None else None
    if kept is None or found is None:
        return unlisted_point(code)
    return _named(code, found.points, kept.path, is_packaged=False)


def unlisted_point(code: str) -> ServicePoint:
    """Return a service point of which nothing but its code is known yet."""
    return ServicePoint(code, code, PointKind.COMMUNITY, "", is_listed=False)


def _named(
    code: str, points: Mapping[str, ServicePoint], source: Path, *, is_packaged: bool
) -> ServicePoint:
    if code not in points:
        near = difflib.get_close_matches(code, points, n=1)
        if is_packaged:
            expected = text_of("fleet.not_packaged", code=code)
        else:
            expected = text_of("fleet.not_listed", code=code)
        raise ConfigError((Problem(str(source), 0, KEY, expected, *near),))
    return points[code]
