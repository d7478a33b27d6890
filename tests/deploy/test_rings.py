"""The bench of rings: which terminals it takes, and what it reads off the control room's page."""

from __future__ import annotations

from pathlib import Path

import pytest

from central.fleet.releases import Release
from central.web_accounts import WebRole
from script.benches.machine.ring_systems import PROGRAM
from script.benches.machine.rings import RINGS, WHOLE, names_for, ring_of
from script.benches.machine.room_processes import STOP, WAITS
from script.benches.machine.three_versions import break_program
from script.benches.machine.update import MAIN
from tests.central.standing import NOON, standing
from tests.central.web.desk import desk_over


@pytest.mark.parametrize("count", [3, WHOLE])
def test_every_ring_holds_terminals_that_the_one_before_does_not(count: int) -> None:
    names = names_for(count)
    assert len(set(names)) == count
    sizes = [len(ring_of(names, percent)) for percent in RINGS]
    assert sizes == [1, 3, count]
    for percent in RINGS:
        release = Release("0.2.0", percent)
        assert ring_of(names, percent) == {name for name in names if release.has(name)}


def test_a_technician_finds_the_form_that_stops_a_ring(tmp_path: Path) -> None:
    with standing(tmp_path) as central, desk_over(central) as desk:
        central.office.store.release_rings.set("0.2.0", 100, NOON.isoformat())
        page = desk.logged_in("T-0001", WebRole.TECHNICIAN).get("/fleet").text
    found = STOP.search(page)
    assert found is not None
    assert found[1] == "1"
    assert WAITS.findall(page) == []


def test_a_technician_finds_the_form_of_a_terminal_that_waits() -> None:
    entry = (
        '<li class="alarm">\n<h3>{0}</h3>\n<p>x</p>\n'
        '<form method="post" action="/fleet/enrolments/{1}/confirm"></form></li>\n'
    )
    other = '<li class="alarm"><h3>BZ-R-0003</h3><p>wait</p></li>\n'
    page = entry.format("BZ-R-0001", "a-1") + other + entry.format("BZ-R-0002", "b-2")
    assert WAITS.findall(page) == [("BZ-R-0001", "a-1"), ("BZ-R-0002", "b-2")]


def test_the_broken_version_only_fails_to_run(tmp_path: Path) -> None:
    program = tmp_path / MAIN
    program.parent.mkdir(parents=True)
    program.write_text("import sys\nprint(sys.argv[1:])\n")
    break_program(tmp_path)
    assert "if 'run' in sys.argv: raise SystemExit" in program.read_text()
    program.write_text("nothing to break\n")
    with pytest.raises(RuntimeError, match="nothing to break"):
        break_program(tmp_path)


def test_what_runs_in_a_terminal_is_python() -> None:
    compile(PROGRAM, "program", "exec")
