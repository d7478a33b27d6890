"""The service point of this terminal, from the signed list or, in a demo, from a file."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path

from kiosk.config.schema import ConfigError, Problem
from kiosk.config.settings import Profile, Settings
from kiosk.crypto.pinned_keys import read_central_keys
from kiosk.fleet.point_list import FILE, KeptPoints
from kiosk.retirement.divisions import Divisions
from kiosk.retirement.points import CODE, PointKind, ServicePoint, read_points

KEY = "terminal.point"
CODE_WORDS = "应是派工单上的服务点编号，只有字母、数字和短横"
UNLISTED_WORDS = "中心的服务点名单里没有“{code}”，请照派工单改编号；没写错，请中心补上"
UNPACKED_WORDS = "service_points.csv 里没有“{code}”这个服务点，请改编号或补上这一行"


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
        raise ConfigError((Problem("设置", 0, KEY, CODE_WORDS),))
    kept = kept_points(settings)
    is_training = settings.profile is Profile.TRAINING and packaged.is_file()
    if settings.profile is Profile.DEMO or is_training:
        return _named(code, read_points(packaged, divisions), packaged, UNPACKED_WORDS)
    if kept is None and packaged.is_file():  # no terminal yet: somebody tries settings in a clone
        return read_points(packaged, divisions).get(code, unlisted_point(code))
    found = kept.read() if kept is not None else None
    if kept is None or found is None:
        return unlisted_point(code)
    return _named(code, found.points, kept.path, UNLISTED_WORDS)


def unlisted_point(code: str) -> ServicePoint:
    """Return a service point of which nothing but its code is known yet."""
    return ServicePoint(code, code, PointKind.COMMUNITY, "", is_listed=False)


def _named(code: str, points: Mapping[str, ServicePoint], source: Path, words: str) -> ServicePoint:
    if code not in points:
        near = difflib.get_close_matches(code, points, n=1)
        raise ConfigError((Problem(str(source), 0, KEY, words.format(code=code), *near),))
    return points[code]
