"""Queries of the central service during a visit, and what is shown without an answer."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from kiosk.application.document import Way
from kiosk.application.scan import CapturedPaper
from kiosk.config.settings import ScannerSettings
from kiosk.delivery.correction import PAPER
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.people.facts import FinishedService
from kiosk.people.qr_token import LIFE_SECONDS, QrToken
from kiosk.ports import CentralAnswer, Trouble
from kiosk.session.central_queries import begun_by_code, begun_by_employer, facts_of
from kiosk.visit.effects import (
    CapturePaper,
    FetchBegun,
    ReadCode,
    ScanCode,
)
from kiosk.visit.events.event import Answered
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.events.staff import LoggedIn
from kiosk.visit.records.facts import ToldKind
from kiosk.visit.stages import Stage
from kiosk.visit.steps.catalogue import build_table
from tests.kiosk.invented_people import INK, attendance, handbook, persona
from tests.kiosk.session.scene import PORTRAIT, Devices, facts_answer, log_in
from tests.kiosk.staff_people import (
    OTHER_HELPER,
)


def test_a_slip_is_scanned_and_its_case_shown(scene):
    settings = scene.runner.table.book.settings
    with_scanner = replace(settings, code_scanner=ScannerSettings("/dev/kiosk/scanner"))
    scene.runner.table = build_table(replace(scene.runner.table.book, settings=with_scanner))
    states = {"services": [{"code": "R01", "state": "suspended"}], "case_number": "n"}
    body = json.dumps(states).encode()
    scene.devices.answers = {"/progress": CentralAnswer(200, "application/json", body=body)}
    scene.devices.code = [QrToken("TX1:33333333-0000-4000-8000-000000000003", 1.0)]
    scene.runner.press(Press.ASK_PROGRESS)
    scene.loop.run_until(lambda: scene.runner.visit.progress.states == {"R01": "suspended"})
    assert scene.stage is Stage.SLIP


def test_a_friend_files_and_it_is_counted(scene):
    scene.runner.start()
    scene.devices.card = persona("wang")[0]
    scene.devices.answers = {"portrait": PORTRAIT, "facts": facts_answer()}
    scene.runner.press(Press.START_PROXY)
    scene.runner.press(Press.AGREE)
    scene.until(Stage.PRINCIPAL)
    scene.devices.card = persona("liu")[0]
    scene.until(Stage.AUTHORITY)
    scene.loop.run_until(lambda: "POST /v1/people/principals" in scene.devices.calls)
    for said in ("child", "apply", "signed", "once"):
        scene.runner.press(Press.PICK, said)
    scene.runner.press(Press.AGREE)
    scene.until(Stage.WITNESS)
    scene.runner.handle(Answered(LoggedIn(OTHER_HELPER)))
    scene.runner.handle(Answered(Drawn(INK)))
    scene.runner.press(Press.AUTHORISE)
    scene.loop.run_until(lambda: scene.runner.visit.facts.situation is not None)
    scene.fill_in()
    scene.loop.fire(handbook().settings.visit.submit_wait_seconds)
    scene.until(Stage.RECEIPT)
    principals = scene.runner.kit().principals
    assert principals.others(attendance("wang"), "somebody else") == 1


FILED = {
    "application_id": "11111111-0000-4000-8000-000000000003",
    "filed_at": "2026-11-20T09:00:00+08:00",
    "until": "2026-12-20",
    "state": "awaiting",
    "way": "proxy",
    "filer": "王**",
    "relation": "child",
    "point": "BZ-2",
    "services": ["R01"],
}


def test_who_others_filed_for_is_asked_and_the_word_is_sent(scene):
    scene.runner.start()
    scene.devices.card = persona("liu")[0]
    told = CentralAnswer(200, "application/json", None, json.dumps({"items": [FILED]}).encode())
    done = CentralAnswer(200, "application/json", None, b'{"state":"refused"}')
    path = f"POST /v1/confirmations/{FILED['application_id']}"
    scene.devices.answers = {"portrait": PORTRAIT, "people/confirmations": told, path[5:]: done}
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.until(Stage.CONFIRMING)
    assert "POST /v1/people/facts" not in scene.devices.calls, "nothing is fetched before"
    scene.runner.press(Press.REFUSE_FILING)
    scene.loop.run_until(lambda: scene.runner.visit.confirming.decided is not None)
    assert scene.devices.calls.count(path) == 1
    scene.runner.press(Press.NEXT)
    scene.until(Stage.FACTS)


BEGUN = {"id_number": persona("liu")[0].number, "services": ["R01"], "answers": {"live": "same"}}


def test_a_code_on_a_telephone_leads_to_what_was_begun(scene):
    old = QrToken("an old token", -LIFE_SECONDS)
    told = CentralAnswer(200, "application/json", None, json.dumps(BEGUN).encode())
    scene.devices.answers = {"claim": told}
    scene.runner.visit = replace(scene.runner.visit, stage=Stage.SCAN)
    scene.devices.code = [Failure.CODE_UNREADABLE, old, QrToken("a token", 1000.0)]
    scene.runner.performer.perform(ReadCode())
    scene.until(Stage.NOTICE)
    assert scene.runner.visit.begun is not None
    assert scene.devices.calls.count("POST /v1/drafts/claim") == 1, "an old code is not sent"
    noted = [json.loads(line).get("failure") for line in scene.lines]
    assert noted == ["code_unreadable", "code_expired", None]
    assert "a token" not in "".join(scene.lines)


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (CentralAnswer(404, "application/problem+json"), Failure.CODE_EXPIRED),
        (CentralAnswer(422, "application/problem+json"), Failure.CODE_EXPIRED),
        (CentralAnswer(trouble=Trouble.TIMEOUT), Failure.CENTRAL_UNREACHABLE),
        (CentralAnswer(200, "application/json", None, b"{}"), Failure.CENTRAL_STRANGE),
        (CentralAnswer(200, "application/json", None, b"[]"), Failure.CENTRAL_STRANGE),
    ],
)
def test_a_code_that_leads_to_nothing(answer, failure):
    central = Devices(answers={"claim": answer})
    assert begun_by_code(central, QrToken("a token", 0.0)) is failure


def test_what_the_employer_began_is_fetched_with_the_facts(scene):
    scene.runner.start()
    scene.devices.card = persona("liu")[0]
    facts = replace(persona("liu")[1], waiting_unit="亳州市示范机械厂")
    known = CentralAnswer(200, "application/json", None, json.dumps(asdict(facts)).encode())
    told = CentralAnswer(200, "application/json", None, json.dumps(BEGUN).encode())
    scene.devices.answers = {"portrait": PORTRAIT, "facts": known, "people/draft": told}
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.loop.run_until(lambda: scene.runner.visit.facts.draft is not None)
    assert scene.runner.visit.facts.draft_from is Way.EMPLOYER


PAGE = {"digest": "a" * 64, "blob": "b" * 64, "bytes": 5, "sealed_for": "an id"}


def test_pages_of_the_employer_come_with_what_was_begun():
    said = {**BEGUN, "papers": [{"code": "P1", "pages": [PAGE]}]}
    told = CentralAnswer(200, "application/json", None, json.dumps(said).encode())
    found = begun_by_employer(Devices(answers={"people/draft": told}), attendance("liu"))
    assert not isinstance(found, Failure)
    assert found.papers == (
        ("P1", (CapturedPaper("a" * 64, "b" * 64, 5, "an id", supplied_by="employer"),)),
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"digest": "A" * 64},
        {"blob": "b"},
        {"bytes": 0},
        {"bytes": True},
        {"bytes": "5"},
        {"sealed_for": None, "digest": None},
    ],
)
def test_pages_that_name_nothing_are_not_taken(wrong):
    said = {**BEGUN, "papers": [{"code": "P1", "pages": [PAGE | wrong]}]}
    told = CentralAnswer(200, "application/json", None, json.dumps(said).encode())
    central = Devices(answers={"people/draft": told})
    assert begun_by_employer(central, attendance("liu")) is Failure.CENTRAL_STRANGE


def test_what_the_employer_began_and_cannot_be_had_stops_nobody(scene):
    scene.runner.performer.perform(FetchBegun(attendance("liu")))
    over: list[bool] = []
    scene.runner.performer.run("central", lambda: scene.loop.post(lambda: over.append(True)))
    scene.loop.run_until(lambda: bool(over))
    assert "POST /v1/people/draft" in scene.devices.calls
    assert scene.lines == []


def test_a_code_where_nobody_waits_for_one_changes_nothing(scene):
    scene.devices.code = [QrToken("a token", 1000.0)]
    scene.runner.performer.perform(ScanCode())
    scene.loop.run_until(lambda: bool(scene.lines))
    assert scene.stage is Stage.IDLE


def test_what_an_office_asked_for_is_stored_and_the_desk_comes_back(scene):
    scene.runner.start()
    item = {"application_id": "c-1", "masked_name": "王**", "service": "R09", "reason": "看不清"}
    told = json.dumps({"items": [item | {"due_on": "2026-12-09"}]}).encode()
    scene.devices.answers = {"corrections": CentralAnswer(200, "application/json", None, told)}
    log_in(scene)
    mine = scene.runner.visit.application_id
    scene.runner.press(Press.PICK, "c-1/R09")
    scene.runner.performer.perform(CapturePaper(PAPER))  # the settings of tests name no camera
    scene.runner.visit = replace(
        scene.runner.visit, papers=replace(scene.runner.visit.papers, capturing=PAPER)
    )
    scene.loop.run_until(lambda: scene.runner.visit.papers.picture)
    scene.runner.press(Press.KEEP_PICTURE)
    scene.loop.run_until(lambda: scene.runner.visit.desk.brought)
    scene.runner.press(Press.HAND_IN)
    scene.until(Stage.DESK)
    scene.loop.run_until(lambda: scene.runner.visit.desk.content is not None)
    assert [one.masked_name for one in scene.runner.visit.desk.content.unsent] == ["王**"]
    assert [one.path for one in scene.store.due(0.0)] == [f"/v1/corrections/{mine}"]
    assert scene.woken


def test_progress_of_an_open_case(scene):
    import json

    table = json.loads(facts_answer().body)
    table["open_case"] = "11111111-0000-4000-8000-000000000001"
    services = [
        {"code": "R01", "state": "ready", "due_on": ""},
        {"code": "R09", "state": "correction", "due_on": "2026-12-08"},
        {"code": "R10", "state": "correction", "due_on": ""},
    ]
    body = json.dumps({"case_number": "亳退 1", "services": services})
    scene.identify_with = None
    scene.devices.card = persona("liu")[0]
    scene.devices.answers = {
        "portrait": PORTRAIT,
        "facts": CentralAnswer(200, "application/json", None, json.dumps(table).encode()),
        "progress": CentralAnswer(200, "application/json", None, body.encode()),
    }
    scene.runner.press(Press.ASK_PROGRESS)
    scene.runner.press(Press.AGREE)
    scene.loop.run_until(lambda: bool(scene.runner.visit.progress.states))
    assert [row.reason for row in scene.loop.pages[-1].rows] == [
        "已收到，等着办",
        "要补材料，12月8日前",
        "要补材料，请打电话",
    ]


@pytest.mark.parametrize(
    "answer",
    [
        CentralAnswer(trouble=Trouble.TIMEOUT),
        CentralAnswer(200, "application/json", None, b"[]"),
        CentralAnswer(200, "application/json", None, b"not json"),
    ],
)
def test_progress_that_can_not_be_had(scene, answer):
    from kiosk.session.central_queries import progress_of

    scene.devices.answers = {"progress": answer}
    assert isinstance(progress_of(scene.devices, "x"), Failure)


def with_finished_on(day: str) -> CentralAnswer:
    """Return facts of a person for whom an office did something on `day`."""
    answer = facts_answer()
    told = json.loads(answer.body) | {"services_done": [{"code": "R04", "on": day}]}
    return replace(answer, body=json.dumps(told).encode())


def test_the_day_of_a_finished_service_is_told(scene):
    scene.devices.answers = {"facts": with_finished_on("2026-02-03")}
    told = facts_of(scene.devices, attendance("liu"))
    assert told.services_done == (FinishedService("R04", "2026-02-03"),)


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (CentralAnswer(404, "application/problem+json"), Failure.PERSON_UNKNOWN),
        (CentralAnswer(200, "application/json", None, b'{"kind":"QY"}'), Failure.CENTRAL_STRANGE),
        (with_finished_on("2026-02-30"), Failure.CENTRAL_STRANGE),
        (with_finished_on("20260201"), Failure.CENTRAL_STRANGE),
        (CentralAnswer(302, "text/html"), Failure.CENTRAL_STRANGE),
        (CentralAnswer(trouble=Trouble.UNREACHABLE), Failure.CENTRAL_UNREACHABLE),
    ],
)
def test_facts_that_can_not_be_had_do_not_stop_the_visit(scene, answer, failure):
    scene.devices.card = persona("liu")[0]
    scene.devices.answers = {"portrait": PORTRAIT, "facts": answer}
    scene.runner.press(Press.START_SELF)
    scene.runner.press(Press.AGREE)
    scene.loop.run_until(lambda: scene.runner.visit.facts.situation is not None)
    assert scene.runner.visit.facts.shared is None
    assert scene.runner.visit.failure is failure
    scene.runner.press(Press.PICK, next(iter(ToldKind)).value)  # asked first where nothing is known
    assert scene.loop.pages[-1].sentence == handbook().failures[failure].sentence
