"""The radar prepares for whose month is near; the person sees it, opts out, or files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from central.people import People, Registered, read_people
from central.radar.judgement import NotPrepared, Preparation, RadarPerson, prepare_filing
from central.radar.looks import LookFinding, LookKind
from central.radar.rules import read_radar_policy
from central.radar.run import Radar
from central.registries.ports import (
    HouseholdRecord,
    RegisteredUser,
    RegistryPerson,
    RegistryTrouble,
)
from central.registries.registries import Registries
from central.store.preparations import SealedPreparation
from central.store.radar_tables import OfficeLookRow, PreparationRow
from central.store.tables import ApplicationRow
from kiosk.civil_time import civil_day
from kiosk.config.schema import ConfigError
from kiosk.people.facts import FinishedService, InsuredKind, SharedFacts
from kiosk.people.id_number import check_digit
from kiosk.retirement.age import Category, estimate
from kiosk.retirement.months import Month
from kiosk.retirement.questions import read_questions
from kiosk.retirement.reading import read_catalogue
from tests.central.standing import CONFIG, LIU, NOON, WANG, Standing, numbered, radar_rules

TODAY = NOON.date()
MOBILE = "13900005502"
READY = ("R01", "R17", "R05", "R06", "R07", "R08", "R09", "R10", "R11", "R13", "R14", "R18")


def ask(central: Standing, client: TestClient, what: str, number: str = WANG) -> Any:
    answer = client.post(
        f"/v1/people/{what}", json=central.visit(number), headers=central.headers()
    )
    return answer.json()


def radar(central: Standing, people: People | None = None) -> Radar:
    here = central.office if people is None else replace(central.office, people=people)
    return here.open_radar()


def facts_of(central: Standing, number: str = WANG) -> SharedFacts:
    return central.office.people.facts[number]


def changed(central: Standing, number: str = WANG, **facts: Any) -> People:
    people = central.office.people
    return replace(people, facts={**people.facts, number: replace(people.facts[number], **facts)})


def born(month: str, sequence: str = "001") -> str:
    """The number of an invented man who was born on the 15th of this month."""
    body = f"341602{month.replace('-', '')}15{sequence}"
    return body + check_digit(body)


def judged(number: str, facts: SharedFacts, on: date = TODAY) -> Preparation | NotPrepared:
    return prepare_filing(RadarPerson(number, facts, Registered()), radar_rules(), on)


def test_who_is_due_is_prepared_for_and_nobody_else(central: Standing, client: TestClient) -> None:
    assert ask(central, client, "facts")["prepared"] is False
    assert ask(central, client, "prepared")["type"] == "unknown"
    counts = radar(central).run(NOON)
    assert counts == {"prepared": 2, "far": 4, "long-past": 2}
    assert ask(central, client, "facts")["prepared"] is True
    found = ask(central, client, "prepared")
    assert (found["state"], found["month"]) == ("ready", f"{TODAY:%Y-%m}")
    assert set(found["services"]) == set(READY)
    assert found["answers"] == {
        "mobile": MOBILE,
        "live": "same",
        "bank": "card",
        "card_request": "keep",
        "talent": "rest",
    }
    assert {one["kind"]: one["finding"] for one in found["looks"]} == {
        "archive": "in_order",
        "transfer": "in_order",
        "medical": "in_order",
    }
    told = central.office.store.preparations.looks_of(central.office.vault.person(WANG))
    assert [(one.office, one.looked_at) for one in told] == [
        (office, NOON.isoformat(timespec="seconds")) for office in ("RS", "YB", "RS")
    ]
    for _ in range(2):  # nothing was handed in, and nothing changes by looking
        assert ask(central, client, "prepared") == found
    assert central.rows([ApplicationRow.id]) == []


@pytest.mark.parametrize(
    ("months", "outcome"),
    [(-25, "long-past"), (-24, True), (0, True), (3, True), (4, False), (12, False), (13, "far")],
)
def test_the_window_is_counted_in_months(months: int, outcome: bool | str) -> None:
    """A man is judged so many months before his month, which for him is known from the table."""
    facts = read_people(CONFIG / "personas", None).facts[LIU]
    number = born("1968-01")
    month = estimate(radar_rules().ages, Category.M60, Month.of(1968, 1)).statutory
    on = month.later(-months)
    found = judged(number, facts, date(on.year, on.month, 15))
    if isinstance(outcome, str):
        assert found is NotPrepared(outcome)
        return
    assert isinstance(found, Preparation)
    assert found.is_ready is outcome
    assert bool(found.answers) is outcome, "too early for the pension: only looks"
    assert {one.kind for one in found.looks} == set(LookKind)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"draws_pension": True}, NotPrepared.NO_PENSION_SOUGHT),
        ({"kind": InsuredKind.RESIDENT}, NotPrepared.NO_PENSION_SOUGHT),
        ({"services_open": ("R01",)}, NotPrepared.FILED),
        ({"services_done": (FinishedService("R03", "2026-01-05"),)}, NotPrepared.FILED),
    ],
)
def test_who_needs_nothing_is_left_alone(facts: dict[str, Any], reason: NotPrepared) -> None:
    people = read_people(CONFIG / "personas", None).facts
    assert judged(WANG, replace(people[WANG], **facts)) is reason


@pytest.mark.parametrize("number", ["341623197603200343", "34162319760230034X", "1", ""])
def test_a_number_that_is_none_prepares_nothing(number: str) -> None:
    people = read_people(CONFIG / "personas", None).facts
    assert judged(number, people[WANG]) is NotPrepared.NUMBER


def test_offices_say_what_is_missing() -> None:
    people = read_people(CONFIG / "personas", None).facts
    odd = replace(
        people[WANG], resume=(), earlier_places=("上海市",), medical_months=290, paid_months=400
    )
    found = judged(WANG, odd)
    assert isinstance(found, Preparation)
    assert [(one.finding, one.months) for one in found.looks] == [
        (LookFinding.GAP, 0),
        (LookFinding.UNKNOWN, 0),
        (LookFinding.GAP, 10),
    ]
    assert "pay_mode" not in found.answers, "how to pay is the person's own decision"


@pytest.mark.parametrize(
    ("facts", "left_out"),
    [
        ({"household_matches": False}, "live"),
        ({"card_account_active": False}, "bank"),
        ({"account": ""}, "bank"),
        ({"ss_card_number": ""}, "card_request"),
    ],
)
def test_what_is_not_known_is_asked_and_not_guessed(facts: dict[str, Any], left_out: str) -> None:
    people = read_people(CONFIG / "personas", None).facts
    found = judged(WANG, replace(people[WANG], **facts))
    assert isinstance(found, Preparation)
    assert left_out not in found.answers
    assert "mobile" not in found.answers, "the registry of these tests has none"


def test_an_opt_out_at_the_terminal_erases(central: Standing, client: TestClient) -> None:
    radar(central).run(NOON)
    assert ask(central, client, "prepared/opt-out") == {"version": 1, "opted_out": True}
    assert ask(central, client, "facts")["prepared"] is False
    assert ask(central, client, "prepared")["type"] == "unknown"
    assert central.rows([PreparationRow.person]) == [(central.office.vault.person(LIU),)]
    assert len(central.rows([OfficeLookRow.kind])) == 3, "those of the other person"
    counts = radar(central).run(NOON + timedelta(days=1))
    assert (counts["prepared"], counts["opted-out"]) == (1, 1)
    assert central.office.store.preparations.opt_in(central.office.vault.person(WANG))
    assert not central.office.store.preparations.opt_in(central.office.vault.person(WANG))
    assert radar(central).run(NOON + timedelta(days=2))["prepared"] == 2


def test_an_opt_out_during_a_run_counts(central: Standing) -> None:
    here, person = central.office, central.office.vault.person(WANG)
    here.store.preparations.opt_out(person, "2026-11-23T12:00:00+08:00")
    made = SealedPreparation(person, b"", ready=True, at="2026-11-23T12:00:01+08:00")
    assert not here.store.preparations.keep(made, ())
    assert central.rows([PreparationRow.person]) == []


@pytest.mark.parametrize("path", ["prepared", "prepared/opt-out"])
def test_nobody_is_told_without_a_visit_or_under_another_name(
    central: Standing, client: TestClient, path: str
) -> None:
    radar(central).run(NOON)
    answer = client.post(f"/v1/people/{path}", json={"id_number": WANG}, headers=central.headers())
    assert (answer.status_code, answer.json()["type"]) == (422, "no-visit")
    other = client.post(
        f"/v1/people/{path}",
        json=central.visit(WANG, name="王秀芳"),
        headers=central.headers(),
    )
    assert (other.status_code, other.json()["type"]) == (404, "unknown")
    assert central.office.store.preparations.is_ready(central.office.vault.person(WANG))


def test_once_the_person_files_it_is_gone(central: Standing, client: TestClient) -> None:
    radar(central).run(NOON)
    path = f"/v1/applications/{numbered(1)}"
    filed = client.put(path, content=central.body(person=WANG), headers=central.headers())
    assert filed.status_code == 201
    assert ask(central, client, "prepared")["type"] == "unknown"
    assert central.rows([PreparationRow.person]) == [(central.office.vault.person(LIU),)]
    assert radar(central).run(NOON)["filed"] == 1


@pytest.mark.parametrize(
    ("later", "facts", "state"),
    [
        (timedelta(days=1), {}, "ready"),
        (timedelta(days=31), {}, "month-passed"),
        (timedelta(days=1), {"has_fund_account": False}, "changed"),
        (timedelta(days=1), {"card_account_active": False}, "changed"),
        (timedelta(days=1), {"household_matches": False}, "changed"),
        (timedelta(days=1), {"draws_pension": True}, "changed"),
    ],
)
def test_what_is_stale_is_not_shown(
    central: Standing, later: timedelta, facts: dict[str, Any], state: str
) -> None:
    radar(central).run(NOON)
    people = changed(central, **facts)
    found = radar(central, people).answer_for(WANG, civil_day(NOON + later))
    assert found is not None
    assert found["state"] == state
    assert bool(found["answers"]) is (state == "ready")
    assert bool(found["services"]) is (state == "ready")


def test_a_run_mends_what_is_stale(central: Standing) -> None:
    radar(central).run(NOON)
    people = changed(central, has_fund_account=False)
    radar(central, people).run(NOON + timedelta(days=1))
    found = radar(central, people).answer_for(WANG, civil_day(NOON + timedelta(days=1)))
    assert found is not None
    assert found["state"] == "ready"
    assert "R14" not in found["services"]


class Register:
    """A household register that says the same of everybody."""

    def __init__(self, said: HouseholdRecord | RegistryTrouble | None) -> None:
        self.said = said
        self.asked: list[str] = []

    def household_of(self, person: RegistryPerson) -> HouseholdRecord | RegistryTrouble | None:
        self.asked.append(person.number)
        return self.said


def test_no_registry_is_asked_about_who_opted_out(central: Standing) -> None:
    register = Register(HouseholdRecord(matches=True))
    people = replace(central.office.people, registries=Registries(households=register))
    central.office.store.preparations.opt_out(central.office.vault.person(WANG), "2026-11-20")
    counts = radar(central, people).run(NOON)
    assert counts["opted-out"] == 1
    assert register.asked == [LIU]


@pytest.mark.parametrize(
    ("said", "outcome", "left"),
    [
        (HouseholdRecord(matches=True), "prepared", 2),
        (HouseholdRecord(matches=True, cancelled=True), "dead", 0),
        (HouseholdRecord(matches=False), "moved", 0),
        (None, "moved", 0),
        (RegistryTrouble.UNREACHABLE, "register-away", 2),
    ],
)
def test_who_died_or_moved_is_forgotten(
    central: Standing, said: HouseholdRecord | RegistryTrouble | None, outcome: str, left: int
) -> None:
    radar(central).run(NOON)
    registries = Registries(households=Register(said))
    people = replace(central.office.people, registries=registries)
    counts = radar(central, people).run(NOON + timedelta(days=1))
    assert counts[outcome] == 2
    assert counts.get("erased", 0) == 2 - left
    assert len(central.rows([PreparationRow.person])) == left
    assert len(central.rows([OfficeLookRow.person])) == 3 * left


def test_who_stands_in_no_registry_any_more_is_forgotten(central: Standing) -> None:
    radar(central).run(NOON)
    people = central.office.people
    without = {number: facts for number, facts in people.facts.items() if number != WANG}
    gone = replace(people, facts=without)
    assert radar(central, gone).answer_for(WANG, TODAY) is None
    assert radar(central, gone).run(NOON + timedelta(days=1))["erased"] == 1
    assert central.rows([PreparationRow.person]) == [(central.office.vault.person(LIU),)]


class Users:
    """The platform's accounts, all with the same mobile number."""

    def user_of(self, person: RegistryPerson) -> RegisteredUser | RegistryTrouble | None:
        return RegisteredUser(person.name, "13900009999")


def test_the_platform_knows_the_mobile_number(central: Standing) -> None:
    people = replace(central.office.people, registries=Registries(users=Users()))
    radar(central, people).run(NOON)
    found = radar(central, people).answer_for(WANG, TODAY)
    assert found is not None
    assert found["answers"]["mobile"] == "13900009999"


def test_nothing_of_it_is_readable_in_the_database(central: Standing, tmp_path: Path) -> None:
    radar(central).run(NOON)
    central.office.store.preparations.opt_out(central.office.vault.person(LIU), "2026-11-24")
    central.office.store.close()
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    for secret in (WANG, LIU, "王秀英", MOBILE, "card_request", '"R09"', "in_order"):
        assert not [one for one in files if secret.encode() in one], secret


@pytest.mark.parametrize(
    "change",
    [
        ('archive = "RS"', 'arkive = "RS"'),
        ('medical = "YB"', ""),
        ("[answers.live]", "[answers.lives]"),
        ('"household_checked"', '"household_chequed"'),
        ('registered = "mobile"', ""),
        ('value = "rest"', 'value = "rest"\nregistered = "mobile"'),
        ("months_ahead = 12", 'months_ahead = "a year"'),
    ],
)
def test_a_wrong_policy_is_refused(tmp_path: Path, change: tuple[str, str]) -> None:
    text = (CONFIG / "radar.toml").read_text("utf-8")
    assert change[0] in text
    path = tmp_path / "radar.toml"
    path.write_text(text.replace(*change), "utf-8")
    questions = read_questions(CONFIG / "questions.toml", read_catalogue(CONFIG).services)
    with pytest.raises(ConfigError):
        read_radar_policy(path, questions)
