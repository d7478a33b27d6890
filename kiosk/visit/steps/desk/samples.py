"""Sample desks and reports of a month, for the gallery."""

from __future__ import annotations

from datetime import date

from kiosk.failures import Failure
from kiosk.staff.desk import Correction, Desk, MonthReport, News, Turn, Unsent
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import Samples, SampleSource
from kiosk.visit.steps.desk.events import DeskSeen, MonthKnown, MonthUnknown

DESKS = (
    Desk(),
    Desk(corrections=()),
    Desk(
        unsent=(
            Unsent("赵**", "2026-11-23T09:05:00+08:00", refused=False),
            Unsent("陈*", "2026-11-23T08:50:00+08:00", refused=False),
            Unsent("欧阳**", "2026-11-22T16:20:00+08:00", refused=True),
        ),
        corrections=(
            Correction("c-1", "王**", "R12", "独生子女证照片不清，请重拍一张", date(2026, 11, 23)),
            Correction("c-2", "张*", "R07", "缺银行卡照片", date(2026, 11, 25)),
            Correction("c-3", "刘**", "R01", "档案里的出生月份和身份证不一样，要本人说明", None),
        ),
        news=(
            News("孙**", Turn.SUSPENDED, "R09", "在等外省回函", date(2026, 11, 22)),
            News("周*", Turn.RESUMED, "R10", "", date(2026, 11, 22)),
            News("吴**", Turn.REFUSED, "R17", "户口本上的名字和身份证不一样", date(2026, 11, 21)),
            News("郑*", Turn.ENDED, "R16", "本人说不办了", date(2026, 11, 21)),
            News("欧阳**", Turn.DONE, "", "", date(2026, 11, 20)),
        ),
        done=6,
    ),
)


def samples(visit: Visit, _source: SampleSource) -> Samples:
    """Yield desks, or reports of a month."""
    if visit.stage is Stage.DESK:
        yield from (DeskSeen(one) for one in DESKS)
        yield DeskSeen(Desk(), Failure.STORE_UNREADABLE)
        return
    ways, grades = {"self": 12, "helper_present": 20, "x": 1}, {"5": 17, "4": 2, "2": 1}
    yield MonthKnown(MonthReport("2026-11", 33, 20, 241, 18, ways, grades))
    yield MonthKnown(MonthReport("2026-11", 0, 0, 0, 0, {}, {}))
    yield MonthUnknown(Failure.CENTRAL_UNREACHABLE)
