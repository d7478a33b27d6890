"""Who asks the employer for the personnel file, and by when: on the slip, the plan, at the office."""

from __future__ import annotations

from tests.central.intake.test_promised_dates import born, central, side
from tests.central.offices.test_offices import RecordingOffice, offices
from tests.central.standing import Standing
from tests.central.terminals.test_terminal_side import TerminalSide

__all__ = ["central", "side"]

ASKED = "· 人事档案：人社局去要，11月30日前到"


def test_the_same_day_stands_on_slip_and_plan_and_is_told_to_the_office(
    central: Standing, side: TerminalSide
) -> None:
    counter = born(side, central, "1966-06", earlier_places=(), deemed_months=24).file()
    slip = counter.slip()
    assert slip[slip.index(ASKED) - 1] == "单位或托管机构转来："
    assert counter.plan()["人事档案"] == "人社局去要，11月30日前到"
    recorder = RecordingOffice()
    offices(central, recorder).work()
    told = {one.service: one.view["requests"] for one in recorder.seen}
    wanted = [{"paper": "P1", "due_on": "2026-11-30"}]
    assert told["R01"] == told["R05"] == told["R18"] == wanted
    assert told["R10"] == [], "another office asks for it"
    assert told["R08"] == [], "a service without the file"


def test_who_files_nothing_that_needs_the_file_reads_nothing_of_it(
    central: Standing, side: TerminalSide
) -> None:
    counter = born(side, central, "1966-06").file(keep=("R04", "R08", "R17"))
    assert "人事档案" not in "".join(counter.slip())
    assert "人事档案" not in counter.plan()


def test_a_document_of_another_program_asks_for_nothing(central: Standing) -> None:
    dates, at = central.opening.dates, "2026-11-23T10:00:00+08:00"
    assert dates.requested_papers({}, "R01", at) == []
    assert dates.requested_papers({"papers": [{}, {"code": "Z9"}]}, "R01", at) == []
    assert dates.requested_papers({"papers": [{"code": "P1"}]}, "R01", at) == []
    assert (
        dates.requested_papers({"papers": [{"code": "P1", "settled": "employer"}]}, "Z9", at) == []
    )
