"""Are the settings that the central service signs in order on this machine?"""

from __future__ import annotations

from collections.abc import Iterator

from drivers.doctor.finding import Finding, fault, good, warning
from drivers.doctor.machine import Patient
from kiosk.settings import Settings
from kiosk.upkeep.shelf import Shelf
from kiosk.upkeep.trial import Standing

WHAT = "下发的设置"


def check_signed_settings(patient: Patient, settings: Settings) -> Iterator[Finding]:
    """Yield what keeps them from being taken, and what was tried in vain; nothing without them."""
    where = settings.configuration
    if not where.folder:
        return
    if not patient.at(where.root).is_file():
        yield fault(WHAT, f"没有 {where.root}", "请向中心要信任根文件 root.json，放到这里")
        return
    shelf = Shelf(patient.at(where.folder))
    try:
        standing = shelf.standing()
        there = shelf.files(standing.in_force) is not None
    except OSError as error:
        cure = f"请检查 {where.folder} 的主人和权限"
        yield fault(WHAT, f"读不出：{error.strerror}", cure)
        return
    yield _judged(standing, there=there)


def _judged(standing: Standing, *, there: bool) -> Finding:
    if standing.in_force and not there:
        cure = "请重新导入：script/kiosk config fetch，或 config import"
        return warning(WHAT, f"{standing.in_force} 损坏了，先用本机自己的", cure)
    if standing.refused:
        seen = f"{standing.refused} 试过不行，没好的：{' '.join(standing.lacking)}"
        return warning(WHAT, seen, "请先修好这些，再请中心重新发布，或用 config import 再试")
    return good(WHAT, standing.in_force or "还没有")
