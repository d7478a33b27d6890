"""Filings for somebody else begin only with the principal's word, whatever a terminal says."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import main
from central.employer_drafts import EmployerDraft, seal_handed
from central.messages.http_gateway import NoGateway
from central.open_service import compose_delivery
from central.ports import OutgoingText
from central.store.tables import Mark, MessageRow
from central.tasks import TaskMove, TaskState
from tests.central.filing import (
    ABSENT,
    LATE,
    PHONE_OF_LIU,
    PHONE_OF_WANG,
    PRESENT,
    PROXY,
    TYPED,
    FilingService,
    filing,
)
from tests.central.standing import LIU, OTHER_TERMINAL, POINT, WANG, Standing, face, numbered

NOBODY = "34160219650404000X"
LEASE, HOUR = timedelta(seconds=60), timedelta(hours=1)
DONE = TaskMove(TaskState.DONE)
SELF = {"way": "self"}
VOUCHED = {
    "method": "vouched",
    "at": "2026-11-23T11:59:00+08:00",
    "voucher": "W-0001",
    "reason": "face_failed",
}


@pytest.fixture
def here(central: Standing, client: TestClient) -> Iterator[FilingService]:
    with filing(central, client) as found:
        yield found


def test_nothing_begins_before_the_principal_confirms(here: FilingService) -> None:
    answer = here.put()
    assert (answer.status_code, answer.json()["due_on"]) == (201, "2026-12-14")
    assert set(here.states().values()) == {"waiting"}
    assert here.progress()["confirmation"] == {"state": "awaiting", "until": "2026-12-23"}
    assert here.central.office.store.work.claim("lease", here.central.clock[0], LEASE, 9) == ()
    assert not here.central.office.store.work.settle(numbered(1), "R01", DONE, "later")
    assert here.central.office.store.cases.open_case(here.central.office.vault.person(LIU)) == ""


def test_nobody_confirms_in_time(here: FilingService) -> None:
    here.put()
    here.work()
    code = here.code()
    here.pass_days(30)
    here.work()
    assert here.state() == "awaiting"
    here.pass_days(1)
    here.work()
    assert (here.state(), here.progress()["open"]) == ("expired", False)
    assert "三十天" in here.progress()["services"][0]["reason"]
    assert "已经作废" in here.inbox()[-1]
    assert "已经作废" in here.inbox(PHONE_OF_WANG)[-1]
    here.reply(code)
    assert here.replies() == ["too-late"]
    assert here.decide("confirm").json()["type"] == "confirmation-closed"
    assert here.put(2, **SELF).status_code == 201


def test_withdrawn_before_the_message_left_nobody_is_asked(here: FilingService) -> None:
    here.put()
    here.withdraw()
    here.work()
    assert here.inbox() == []
    assert here.sent() == [("confirm", "over"), ("withdrawn", "over")]


@pytest.mark.parametrize(
    ("person", "name", "outcome"),
    [
        (LIU, "刘青", "name-differs"),
        (NOBODY, "刘长青", "no-number"),
        ("340122197703030041", "金修远", "no-number"),
    ],
)
def test_who_can_not_be_told_confirms_in_person(
    here: FilingService, person: str, name: str, outcome: str
) -> None:
    applicant = {"name": name, "number": person}
    assert here.put(1, person, applicant=applicant).status_code == 201
    here.work()
    assert here.sent() == [("confirm", outcome)]
    assert here.provider.texts == {}
    assert here.decide("confirm", person=person, name=name).json()["state"] == "confirmed"


def test_a_number_that_is_also_the_filers_does_not_count(here: FilingService) -> None:
    people = here.central.office.people.registered
    people[LIU] = type(people[LIU])(people[LIU].name, PHONE_OF_WANG)
    here.put()
    here.work()
    assert here.sent() == [("confirm", "filers-number")]
    assert here.inbox(PHONE_OF_WANG) == []


def test_a_number_that_is_also_the_helpers_does_not_count(here: FilingService) -> None:
    people = here.central.office.people.registered
    people[LIU] = type(people[LIU])(people[LIU].name, "13900005511")  # of H-0001's own card
    here.put(1, LIU, **ABSENT)
    here.work()
    assert here.sent() == [("confirm", "filers-number")]


def test_the_principal_confirms_or_refuses_at_a_kiosk(here: FilingService) -> None:
    here.put()
    (item,) = here.waiting()
    assert item == {
        "application_id": numbered(1),
        "case_number": "亳退 0000 0001",
        "filed_at": "2026-11-23T12:00:00+08:00",
        "until": "2026-12-23",
        "state": "awaiting",
        "way": "proxy",
        "filer": "王**",
        "relation": "child",
        "point": POINT,
        "point_name": "示范社区便民服务点",
        "services": ["R01", "R06", "R07", "R17"],
    }
    assert here.waiting(WANG) == here.waiting(NOBODY, name="某人") == []
    assert here.decide("refuse", person=WANG).status_code == 404
    assert here.decide("refuse", 7).json() == here.decide("refuse", person=WANG).json()
    for _ in range(2):
        assert here.decide("confirm").json() == {
            "version": 1,
            "application_id": numbered(1),
            "case_number": "亳退 0000 0001",
            "state": "confirmed",
        }
    assert here.waiting() == []
    assert ("confirm", "kiosk", "awaiting to confirmed") in here.audit()


@pytest.mark.parametrize(("voucher", "channel"), [("H-0001", "helper"), ("W-0001", "window")])
def test_a_helper_or_the_window_vouches(here: FilingService, voucher: str, channel: str) -> None:
    here.put()
    proof = {**VOUCHED, "voucher": voucher}
    assert here.decide("confirm", proof=proof).json()["state"] == "confirmed"
    assert ("confirm", channel, "awaiting to confirmed") in here.audit()


def test_who_filed_does_not_vouch_for_the_principal(here: FilingService) -> None:
    here.put(1, LIU, **ABSENT)
    answer = here.decide("confirm", proof={**VOUCHED, "voucher": "H-0001"})
    assert (answer.status_code, answer.json()["type"]) == (422, "not-allowed")
    assert here.state() == "awaiting"
    assert here.decide("confirm", proof=VOUCHED).json()["state"] == "confirmed"


@pytest.mark.parametrize(
    "visit",
    [
        {"proof": None},
        {"card_at": "2026-11-23T09:59:00+08:00"},
        {"card_at": "2026-11-23T12:06:00+08:00"},
        {"card_at": "just now"},
        {"card_at": "2026-11-23T11:59:00"},
        {"name": ""},
        {"proof": face(score=0.43)},
        {"proof": face(score=0.7, threshold=0.9)},
        {"proof": face(score=-1)},
        {"proof": face(at="2026-11-22T12:00:00+08:00")},
        {"proof": {"method": "face"}},
        {"proof": {**VOUCHED, "voucher": "T-0001"}},
        {"proof": {**VOUCHED, "voucher": "H-0404"}},
        {"proof": {**VOUCHED, "reason": ""}},
        {"proof": {"method": "authority", "at": "2026-11-23T11:59:00+08:00"}},
    ],
)
def test_without_a_proof_nobody_decides(here: FilingService, visit: dict[str, Any]) -> None:
    here.put()
    for answer in (
        here.post("/v1/people/confirmations", here.central.visit(**visit)),
        here.decide("confirm", **visit),
        here.withdraw(1, **here.central.visit(WANG, **visit)),
    ):
        assert (answer.status_code, answer.json()["type"]) == (422, "no-visit")
    assert here.state() == "awaiting"


def test_nobody_vouches_for_themselves(here: FilingService) -> None:
    window = "341602198005120038"
    here.put(1, window, applicant={"name": "石明理", "number": window})
    answer = here.decide("confirm", person=window, name="石明理", proof=VOUCHED)
    assert answer.json()["type"] == "no-visit"


def test_who_left_the_staff_vouches_no_more(here: FilingService) -> None:
    here.put()
    here.central.clock[0] = here.central.clock[0].replace(year=2031)
    at = here.central.clock[0].isoformat()
    assert here.decide("confirm", proof={**VOUCHED, "at": at}).json()["type"] == "no-visit"
    assert here.withdraw(1, staff="H-0001").json()["type"] == "no-visit"


def test_only_who_filed_takes_it_back(here: FilingService) -> None:
    here.put()
    assert here.withdraw(1, **here.central.visit(LIU)).status_code == 404
    assert here.withdraw(1, staff="H-0001").status_code == 404
    assert here.withdraw(1, staff="T-0001").json()["type"] == "no-visit"
    assert here.withdraw(1).json()["state"] == "withdrawn"
    assert here.withdraw(1).json()["state"] == "withdrawn"
    assert here.decide("confirm").json()["state"] == "withdrawn"
    here.put(2, LIU, **ABSENT)
    assert here.withdraw(2).status_code == 404
    elsewhere = f"/v1/applications/{numbered(2)}/withdrawal"
    assert here.post(elsewhere, {"staff": "H-0001"}, OTHER_TERMINAL).json()["type"] == "no-visit"
    assert here.withdraw(2, staff="H-0001").json()["state"] == "withdrawn"


def test_what_has_begun_is_not_withdrawn(here: FilingService) -> None:
    here.put()
    here.decide("confirm")
    answer = here.withdraw()
    assert (answer.status_code, answer.json()["state"]) == (409, "confirmed")


@pytest.mark.parametrize("way", [PRESENT, LATE])
def test_what_starts_at_once_is_told_and_can_be_stopped(
    here: FilingService, way: dict[str, Any]
) -> None:
    assert here.put(1, LIU, **way).status_code == 201
    assert (here.state(), here.states()["R01"]) == ("started", "ready")
    here.work()
    assert "已经开始办" in here.inbox()[0]
    here.central.settle("R17", TaskState.DONE)
    here.reply("0")
    assert here.state() == "refused"
    assert here.states() == {"R01": "ended", "R06": "ended", "R07": "ended", "R17": "done"}
    assert here.alarms() == ["filing-refused"]


def test_who_agrees_to_what_started_is_not_asked_again(here: FilingService) -> None:
    here.put(1, LIU, **PRESENT)
    assert [item["state"] for item in here.waiting()] == ["started"]
    assert here.decide("confirm").json()["state"] == "confirmed"
    assert here.waiting() == []
    assert here.states()["R01"] == "ready"


@pytest.mark.parametrize("way", [PRESENT, LATE])
def test_another_name_than_the_registered_one_never_starts_at_once(
    here: FilingService, way: dict[str, Any]
) -> None:
    applicant = {"name": "刘青", "number": LIU}
    assert here.put(1, LIU, **way, applicant=applicant).status_code == 201
    assert here.state() == "awaiting"


def test_a_second_case_is_not_begun_beside_the_first(here: FilingService) -> None:
    here.put(1)
    assert here.put(2, **SELF).status_code == 201  # an unconfirmed one stands in nobody's way
    answer = here.decide("confirm", 1)
    assert (answer.status_code, answer.json()["type"]) == (409, "open-case")
    assert answer.json()["application_id"] == numbered(2)
    here.work()
    here.reply(here.code())
    assert (here.state(1), here.replies()) == ("awaiting", ["open-case"])
    assert "不用再确认" in here.inbox()[-1]


def test_two_who_decide_at_once_decide_once(here: FilingService) -> None:
    here.put()
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(here.decide, ["confirm", "refuse", "confirm", "refuse"]))
    states = [one.json()["state"] for one in said]
    assert here.state() == "refused"  # a no comes through before and after a yes
    assert set(states) <= {"confirmed", "refused"}
    assert here.alarms() == ["filing-refused"]


def test_tries_that_repeat_are_an_alarm(here: FilingService) -> None:
    here.put(1)
    assert here.alarms() == []
    here.put(2)
    assert here.central.alarms() == [
        ("filing-repeated", f"{numbered(2)}: 2 unconfirmed of one person")
    ]
    for number in (3, 4, 5):
        person = f"34162219660615{number:03}X"
        here.put(number, person)
    details = [detail for _, detail in here.central.alarms()]
    assert f"{numbered(4)}: 4 unconfirmed of one filer" in details
    here.pass_days(32)
    before = len(details)
    here.put(6, authority={**PROXY["authority"], "until": "2027-06-01"})
    assert len(here.alarms()) == before  # the others are long past


def test_an_own_filing_is_told_at_the_registered_number_too(here: FilingService) -> None:
    here.put(1, **SELF, answers={"mobile": "13900001234"})
    here.work()
    assert here.sent() == [("filed", "sent")]
    assert "用您的身份证交了" in here.inbox()[0]
    here.put(2, WANG, way="self", answers={"mobile": PHONE_OF_WANG})
    here.work()
    assert here.inbox(PHONE_OF_WANG) == []


def test_what_offices_hear_of_an_absent_principal_is_what_they_know(here: FilingService) -> None:
    here.put()
    here.decide("confirm")
    assert here.central.rows((Mark.kind,)) == []
    (told,) = here.central.rows((MessageRow.mobile,)) or [("",)]
    assert told[0] in ("", "139****5501")
    here.central.settle("R01", TaskState.CORRECTION)
    assert here.central.rows((MessageRow.occasion, MessageRow.mobile)) == [
        ("correction", "139****5501")
    ]


def test_an_unconfirmed_filing_takes_nothing_of_the_employers(here: FilingService) -> None:
    office = here.central.office
    draft = EmployerDraft(LIU, "刘长青", "一家厂", (), {}, "2026-11-20")
    sealed = seal_handed(draft, office.vault.handed_key(LIU), office.random)
    person = office.vault.person(LIU)
    office.store.handed.keep(person, draft.unit, sealed)
    here.put()
    assert office.store.handed.unit_of(person) == "一家厂"
    here.decide("confirm")
    assert office.store.handed.unit_of(person) == ""


def test_no_table_keeps_a_number_or_a_name(here: FilingService, tmp_path: Path) -> None:
    here.put()
    here.work()
    here.reply("不知道", PHONE_OF_WANG)
    here.reply("0")
    here.central.office.store.close()
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    typed = (TYPED["mobile"], TYPED["mobile_alt"], TYPED["account"])
    for secret in (LIU, WANG, PHONE_OF_LIU, PHONE_OF_WANG, "刘长青", "王秀英", *typed):
        assert not [one for one in files if secret.encode() in one], secret


def test_the_operator_answers_for_a_telephone_in_demo_and_training(
    here: FilingService, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here.put()
    compose_delivery(here.central.office, NoGateway()).work()
    url = str(here.central.office.store.database.engine.url.render_as_string(False))
    data = ["--data", str(tmp_path / "data"), "--database", url]
    assert main.main(["central", "messages", *data]) == 0
    assert "\t139****5501\tconfirm\t王**" in capsys.readouterr().out
    for said in ("refused", "again"):
        assert main.main(["central", "reply", "--from", PHONE_OF_LIU, "--text", "0", *data]) == 0
        assert capsys.readouterr().out == f"{said}\n"
    here.reply("0")
    assert here.replies() == ["again", "refused", "again"]


def test_nothing_of_a_person_is_in_a_repr() -> None:
    assert PHONE_OF_LIU not in repr(OutgoingText("one", PHONE_OF_LIU, "text"))
