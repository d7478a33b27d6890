"""The public pages: the data of the kiosk, without log-in, script or anything about a person."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from central.load import RateLimit
from central.web.app import OPEN_PAGES, build_web_app
from central.web.public.points import count_places
from central.web.public.progress import application_of_code
from kiosk.people.facts import InsuredKind
from kiosk.retirement.age import Category
from kiosk.retirement.divisions import CITY
from kiosk.retirement.guide import entries
from kiosk.retirement.months import Month
from kiosk.retirement.plan import make_plan
from kiosk.retirement.points import PointKind, ServicePoint
from kiosk.retirement.situation import assess
from tests.central.standing import LIU, NAMES, Standing, numbered
from tests.central.web.conftest import desk
from tests.central.web.desk import WebDesk

__all__ = ["desk"]
WANG = "category=F50&year=1976&month=3&kind=QY&draws=no&paid=20"


def text(answer: Response) -> str:
    return answer.text


def test_the_guide_has_every_service_with_what_the_kiosk_says(desk: WebDesk) -> None:
    browser, catalogue = desk.browser(), desk.context.public.book.catalogue
    listed = browser.get("/guide").text
    for one in entries(catalogue):
        assert f'href="/guide/{one.code}"' in listed
        page = browser.get(f"/guide/{one.code}").text
        for words in (one.plain, one.who, one.papers, one.days, one.office, one.phone, one.basis):
            assert words in page, (one.code, words)
    assert browser.get("/guide/X99").status_code == 404


def test_the_guide_leads_to_the_pages_for_phones_where_there_are_any(desk: WebDesk) -> None:
    assert "不出门也能办" not in desk.browser().get("/guide").text
    origin = "https://phone.city.example"
    public = replace(desk.context.public, phone_site=origin)
    app = build_web_app(replace(desk.context, public=public))
    shown = TestClient(app, "https://testserver").get("/guide").text
    for path in ("/", "/wishes", "/employer"):
        assert f'href="{origin}{path}"' in shown


@pytest.mark.parametrize("page", [one for one in OPEN_PAGES if one.method == "GET"])
def test_no_page_runs_or_loads_anything(desk: WebDesk, page: object) -> None:
    path = re.sub(r"\{.*\}", "R01", page.path)  # type: ignore[attr-defined]
    answer = desk.browser().get(path)
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert not re.search(r'(src|href)="(https?:)?//', answer.text)
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "__Host-session" not in str(answer.headers)


def test_what_can_be_had_is_what_the_rules_say(desk: WebDesk) -> None:
    public, today = desk.context.public, desk.context.now().date()
    facts = {"kind": InsuredKind.ENTERPRISE, "draws_pension": False, "paid_months": 240}
    case = assess(public.ages, Category.F50, Month.of(1976, 3), today, facts)
    plan = make_plan(public.book, case)
    page = desk.browser().get(f"/needs?{WANG}").text
    for code, verdict in plan.verdicts.items():
        assert f'href="/guide/{code}"' in page
        assert verdict.reason in page
    for need in plan.papers:
        assert need.name in page
    assert "2026年11月" in page


def test_the_calculator_gives_the_month_of_the_law(desk: WebDesk) -> None:
    page = desk.browser().get("/age?category=F50&year=1976&month=3").text
    for words in ("2026年11月", "2026年3月", "2029年11月", "50 岁 8 个月"):
        assert words in page


@pytest.mark.parametrize(
    "said",
    [
        "category=F50&year=1976",
        "category=X&year=1976&month=3",
        "category=F50&year=76&month=3",
        "category=F50&year=1976&month=13",
        "category=F50&year=１９７６&month=3",
        "category=F50&year=" + "9" * 5000 + "&month=3",
        "category=F50&year=2099&month=3",
    ],
)
def test_wrong_answers_get_words_and_stay(desk: WebDesk, said: str) -> None:
    for page in ("age", "needs"):
        answer = desk.browser().get(f"/{page}?{said}")
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    assert desk.browser().get(f"/needs?{WANG}&paid=x").status_code in {200, 422}
    assert desk.browser().get("/needs?category=F50&year=1976&month=3&paid=99").status_code == 422


def test_points_are_found_by_county_and_town(desk: WebDesk) -> None:
    browser = desk.browser()
    assert "谯城区" in browser.get("/points").text
    town = "341602001"
    page = browser.get(f"/points?at={town}").text
    assert "示范社区便民服务点" in page
    assert "时间和电话是示例" in page
    for wrong in ("11", "x", "341602001001", "' OR 1=1"):
        assert "谯城区" in browser.get("/points", params={"at": wrong}).text
    divisions = desk.context.public.divisions
    points = [ServicePoint("A", "a", PointKind.BANK, "341602001001")] * 3
    counts = count_places(divisions, CITY, points)
    assert {one.place.code: one.count for one in counts}["341602"] == 3


def look(desk: WebDesk, code: str) -> Response:
    return desk.browser().post("/progress", {"code": code}, "/progress")


def test_a_slip_tells_states_and_nobody(
    desk: WebDesk, central: Standing, client: TestClient
) -> None:
    path = f"/v1/applications/{numbered(1)}"
    assert client.put(path, content=central.body(1), headers=central.headers()).is_success
    for code in (f"TX1:{numbered(1)}", f" {numbered(1)[:8]} {numbered(1)[8:]}\n"):
        answer = look(desk, code)
        assert answer.status_code == 200
        assert "等着办" in answer.text
        for told in (LIU, NAMES[LIU], "刘", "亳退", numbered(1)):
            assert told not in answer.text
    assert central.office.store.cases.progress(numbered(1))


def test_another_code_leads_to_words_and_a_link_to_nothing(desk: WebDesk) -> None:
    assert look(desk, f"TX1:{uuid4()}").status_code == 404
    for wrong in ("", "TX1:", "1234", "TX1:zz", "x" * 10_000):
        assert look(desk, wrong).status_code == 422
    page = desk.browser().get(f"/progress?code=TX1:{numbered(1)}")
    assert page.status_code == 200
    assert numbered(1) not in page.text
    assert application_of_code(f"TX1:{numbered(1)}") == numbered(1)


def test_who_tries_codes_has_to_wait(desk: WebDesk) -> None:
    limit = desk.context.public.policy.progress
    pace = RateLimit(limit.burst, limit.a_second)
    slow = replace(
        desk, context=replace(desk.context, public=replace(desk.context.public, pace=pace))
    )
    statuses = [look(slow, f"TX1:{uuid4()}").status_code for _ in range(limit.burst + 1)]
    assert statuses == [404] * limit.burst + [429]
    assert int(look(slow, f"TX1:{uuid4()}").headers["Retry-After"]) > 0
    desk.central.clock[0] += timedelta(minutes=1)
    assert look(slow, f"TX1:{uuid4()}").status_code == 404


def test_a_form_from_elsewhere_looks_nothing_up(desk: WebDesk) -> None:
    browser = desk.browser()
    answer = browser.client.post("/progress", data={"code": f"TX1:{numbered(1)}"})
    assert answer.status_code == 403
