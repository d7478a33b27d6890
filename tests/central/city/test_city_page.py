"""The supervisor's page of the city: the figures, the chart with its table, savings, CSV."""

from __future__ import annotations

import csv
import io
import re

import pytest

from central.store.city.city_policy import read_city_policy
from central.store.city.figures import KeyFigures
from central.store.city.savings import measure_savings
from central.web.city.charts import draw_bars
from tests.central.city.test_roll_up import CLOSED, add, case, refresh, task
from tests.central.standing import CONFIG, Standing, catalogue
from tests.central.web.conftest import desk
from tests.central.web.desk import WebDesk

__all__ = ["desk"]
TABLES = ("periods", "offices", "services", "ways", "points", "savings")


@pytest.fixture
def filled(desk: WebDesk, central: Standing) -> WebDesk:
    add(
        central.office.store.database,
        case(1, closed=CLOSED),
        case(2),
        task(2, "R01"),
        task(2, "R13"),
    )
    refresh(central, central.clock[0].date())
    return desk


def test_the_page_shows_the_figures_beside_the_promise(filled: WebDesk) -> None:
    text = filled.logged_in("S-0001").get("/city").text
    assert re.search(r"来的（件）</dt><dd>2</dd>", text)
    assert re.search(r"一半办完用了</dt><dd><strong>15</strong>", text)
    assert "对外说的是 15 个工作日" in text
    assert text.count("<svg") == 1
    assert re.search(r'data-name="时间">2026-11-02</th>.*?>2</td>', text)
    assert "style=" not in text  # the policy of the pages runs no inline style


def test_an_empty_city_has_a_page(desk: WebDesk) -> None:
    text = desk.logged_in("S-0001").get("/city?days=366").text
    assert "还没有事项交到部门" in text
    assert "还没有件可以算" in text


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_a_file(filled: WebDesk, name: str) -> None:
    browser = filled.logged_in("S-0001")
    answer = browser.get(f"/city/{name}.csv?days=30")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert len(lines) > 1
    assert len({len(one) for one in lines}) == 1
    assert ("S-0001", "exported", f"city {name} 30") in filled.events()


def test_other_spans_and_tables_are_refused(filled: WebDesk) -> None:
    browser = filled.logged_in("S-0001")
    for path in ("/city?days=8", "/city?days=x", "/city/other.csv", "/city/ways.csv?days=-1"):
        assert browser.get(path).status_code == 400


def test_savings_are_one_term_less_another() -> None:
    whole = KeyFigures({"cases": 2, "pages": 3, "corrections": 1})
    figures = {
        "all": {"": whole},
        "office": {"RS": KeyFigures({"cases": 2}), "GJJ": KeyFigures({"cases": 1})},
        "service": {"R01": KeyFigures({"parts": 2}), "R13": KeyFigures({"parts": 1})},
    }
    services = catalogue().services
    papers, stamps, trips = measure_savings(figures, read_city_policy(CONFIG), services)
    asked = 2 * len(services["R01"].materials) + len(services["R13"].materials)
    assert (papers.before, papers.after, papers.saved) == (asked, 3, asked - 3)
    assert (stamps.saved, stamps.a_case) == (4, 2.0)
    assert (trips.before, trips.after, trips.saved) == (3, 3, 0)


def test_the_stamps_of_all_services_are_those_that_were_announced() -> None:
    policy = read_city_policy(CONFIG)
    assert sum(policy.stamps.values()) == policy.baseline.stamps_saved
    assert policy.stamps.keys() <= catalogue().services.keys()


def test_bars_reach_as_high_as_their_count() -> None:
    chart = draw_bars({"2026-11-01": (4, 0), "2026-11-02": (2, 1)})
    assert [mark.words for mark in chart.scale] == ["0", "1", "2", "3", "4"]
    assert [bar.height for bar in chart.bars] == [192.0, 0.0, 96.0, 48.0]
    assert [mark.words for mark in chart.names] == ["11-01", "11-02"]
    assert draw_bars({}).bars == ()
    assert draw_bars({"2026-11": (1234, 0)}).scale[-1].words == "2000"
