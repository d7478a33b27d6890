"""Acts of an office's people about a task: what the forms take, say and refuse."""

from __future__ import annotations

import re

import pytest

from central.store.tables import MessageRow
from central.store.web.desk_acts import TimelineEntry
from central.store.web.desk_records import TaskAddress
from central.store.web.tables import TaskHolderRow
from central.web_accounts import WebRole
from tests.central.standing import LIU
from tests.central.web.task_office import (
    AFTER,
    ASKED,
    CERTIFICATE,
    CHOSEN,
    FORMS,
    LAST_DAY,
    MOBILE,
    DeskOffice,
    path_of,
    text_of,
)


def test_what_is_asked_for_reaches_the_person_by_the_service(office: DeskOffice) -> None:
    clerk = office.clerk()
    office.take(clerk)
    answer = office.act(clerk, "ask")
    assert (answer.status_code, answer.headers["location"]) == (303, "/tasks?done=ask")
    assert office.state()["state"] == "working"  # the pages can't tell the person
    assert "有一个决定" not in clerk.get("/tasks?done=ask").text
    assert "有决定在等" in clerk.get("/tasks?done=ask").text
    assert office.carry_out() == 1
    now = office.state()
    assert (now["state"], now["due_on"]) == ("correction", LAST_DAY)
    assert now["reason"] == "请补：户口簿首页。照片看不清"
    told = office.central.rows((MessageRow.occasion,))
    assert ("correction",) in told
    assert office.carry_out() == 0
    assert office.central.rows((MessageRow.occasion,)) == told
    assert office.desk.events()[-1] == ("C-0001", "asked", "1 R08")


def test_papers_are_asked_for_by_their_names(office: DeskOffice) -> None:
    clerk = office.clerk()
    office.take(clerk, "R01")
    text = text_of(clerk.get(path_of("ask", "R01")))
    names = re.findall(r'<label for="paper-(\w+)">([^<]+)</label>', text)
    materials = office.desk.context.services["R01"].materials
    assert [code for code, _ in names] == list(materials)
    (first, name) = names[0]
    office.act(clerk, "ask", "R01", **ASKED, **{f"paper-{first}": "1"})
    office.carry_out()
    assert office.state("R01")["reason"] == f"请补：{name}、户口簿首页。照片看不清"


def test_a_pause_and_its_end(office: DeskOffice) -> None:
    clerk = office.clerk()
    office.take(clerk)
    for act in ("pause", "resume"):
        assert office.act(clerk, act).status_code == 303
        office.carry_out()
        assert office.state()["state"] == AFTER[act]
        assert office.state()["reason"] == FORMS[act]["reason"]
    moves = [(one.state, one.account) for one in timeline(office) if one.state]
    assert moves == [("suspended", "C-0001"), ("resumed", "C-0001")]


def timeline(office: DeskOffice, service: str = "R08") -> tuple[TimelineEntry, ...]:
    return office.desk.context.acts.timeline(TaskAddress(1, service, CHOSEN))


def test_an_end_frees_the_task_and_moves_what_waited(office: DeskOffice) -> None:
    clerk = office.clerk()
    office.take(clerk)
    assert office.act(clerk, "finish").status_code == 303
    office.carry_out()
    assert (office.state()["state"], office.state()["reason"]) == ("done", "已经办好")
    assert office.central.rows((TaskHolderRow.account,)) == []
    assert office.act(clerk, "finish").status_code == 409


def test_a_refusal_says_reason_law_and_remedy(office: DeskOffice) -> None:
    clerk = office.clerk()
    office.take(clerk, "R01")
    office.act(clerk, "refuse", "R01", refusal="papers", reason="档案里没有招工表")
    reviewer = office.clerk("R-0001", WebRole.REVIEWER)
    shown = text_of(reviewer.get("/cases/1/R01/decision"))
    assert "谯城区人民法院" in shown
    assert office.say(reviewer, "confirmed").status_code == 303
    office.carry_out()
    assert (office.state("R01")["state"], office.state("R01")["reason"]) == ("refused", "")
    refusal = office.result("R01").refusal
    assert refusal is not None
    assert refusal.reason == "到期没有补来要的材料。档案里没有招工表。材料齐了可以再申请"
    assert refusal.law == office.desk.context.services["R01"].basis
    assert refusal.remedies == office.desk.context.desk_rules.remedies


def test_a_second_person_confirms_where_the_rules_say_so(office: DeskOffice) -> None:
    clerk, reviewer = office.clerk(), office.clerk("R-0001", WebRole.REVIEWER)
    office.take(clerk, "R01")
    assert "由复核员或部门负责人确认" in clerk.get(path_of("finish", "R01")).text
    office.act(clerk, "finish", "R01")
    assert office.carry_out() == 0
    assert office.state("R01")["state"] == "working"
    for wrong in (office.say(clerk, "confirmed"), office.say(reviewer, "withdrawn")):
        assert wrong.status_code == 409
        assert "没有改" in wrong.text
    assert office.carry_out() == 0
    page = text_of(reviewer.get("/cases/1/R01/decision"))
    assert "已经办好" in page
    assert CERTIFICATE in page
    assert "同意，让它生效" in page
    assert office.say(reviewer, "confirmed").status_code == 303
    assert office.say(reviewer, "confirmed").status_code == 409
    assert office.carry_out() == 1
    assert office.state("R01")["state"] == "done"
    acts = [event[:2] for event in office.desk.events() if event[1] in ("finished", "confirmed")]
    assert acts == [("C-0001", "finished"), ("R-0001", "confirmed")]


def test_a_head_does_not_confirm_the_own_decision(office: DeskOffice) -> None:
    head, other = (office.clerk(f"O-000{one}", WebRole.OFFICE_HEAD) for one in (1, 2))
    office.take(head, "R01")
    office.act(head, "finish", "R01")
    answer = office.say(head, "confirmed")
    assert (answer.status_code, "不能自己确认" in answer.text) == (409, True)
    assert office.carry_out() == 0
    assert office.say(other, "confirmed").status_code == 303
    assert office.carry_out() == 1


@pytest.mark.parametrize("verdict", ["declined", "withdrawn"])
def test_what_is_declined_or_withdrawn_has_no_effect(office: DeskOffice, verdict: str) -> None:
    clerk, reviewer = office.clerk(), office.clerk("R-0001", WebRole.REVIEWER)
    office.take(clerk, "R01")
    office.act(clerk, "finish", "R01")
    assert office.say(reviewer if verdict == "declined" else clerk, verdict).status_code == 303
    assert office.carry_out() == 0
    assert office.state("R01")["state"] == "working"
    assert office.act(clerk, "pause", "R01").status_code == 303  # another decision may follow


def test_a_form_that_is_sent_twice_does_nothing_twice(office: DeskOffice) -> None:
    clerk = office.clerk()
    office.take(clerk)
    form = office.open_form(clerk, "pause") | FORMS["pause"]
    first = clerk.post(path_of("pause"), form, "/tasks")
    second = clerk.post(path_of("pause"), form, "/tasks")
    assert (first.status_code, second.status_code) == (303, 409)
    assert "没有再交一次" in second.text
    office.carry_out()
    office.act(clerk, "resume")
    office.carry_out()
    late = clerk.post(path_of("pause"), form, "/tasks")  # possible again, but not by that form
    assert (late.status_code, "刚刚变了" in late.text) == (409, True)
    assert office.acts() == ["pause", "resume"]
    assert office.state()["state"] == "resumed"


@pytest.mark.parametrize("act", list(FORMS))
def test_what_another_has_taken_stays_as_it_is(office: DeskOffice, act: str) -> None:
    first, second = office.clerk(), office.clerk("C-0002")
    office.take(first)
    answer = office.act(second, act)
    assert (answer.status_code, "不是您在办" in answer.text) == (409, True)
    assert office.acts() == []
    assert office.carry_out() == 0


def test_a_task_is_handed_on_within_the_office(office: DeskOffice) -> None:
    first, second = office.clerk(), office.clerk("C-0002")
    office.clerk("C-0009", office="SJ")
    office.clerk("R-0001", WebRole.REVIEWER)
    head = office.clerk("O-0001", WebRole.OFFICE_HEAD)
    office.take(first)
    options = re.findall(r"<option[^>]*>([^<]+)</option>", first.get(path_of("hand-on")).text)
    assert options == ["C-0002", "O-0001"]
    for nobody in ("C-0009", "R-0001", "C-0001", ""):
        answer = office.act(first, "hand-on", colleague=nobody)
        assert (answer.status_code, "请选一位" in answer.text) == (422, True), nobody
    assert office.act(first, "hand-on", colleague="C-0002").status_code == 303
    assert office.central.rows((TaskHolderRow.account,)) == [("C-0002",)]
    assert office.act(first, "pause").status_code == 409
    assert office.act(second, "pause").status_code == 303
    assert office.act(head, "hand-on", colleague="C-0001").status_code == 409  # one waits
    office.carry_out()
    assert office.act(head, "hand-on", colleague="C-0001").status_code == 303
    assert office.central.rows((TaskHolderRow.account,)) == [("C-0001",)]
    handed = [event for event in office.desk.events() if event[1] == "handed-on"]
    assert handed == [
        ("C-0001", "handed-on", "1 R08 C-0002"),
        ("O-0001", "handed-on", "1 R08 C-0001"),
    ]


def test_what_is_decided_is_not_put_back(office: DeskOffice) -> None:
    clerk = office.clerk()
    office.take(clerk)
    office.act(clerk, "pause")
    answer = clerk.post("/tasks/1/R08/give-back", {}, "/tasks")
    assert (answer.status_code, "有一个决定在等" in answer.text) == (409, True)


@pytest.mark.parametrize(
    ("act", "form", "words"),
    [
        ("ask", ASKED | {"what": " "}, "请选要补哪些"),
        ("ask", ASKED | {"reason": ""}, "请写原因"),
        ("ask", ASKED | {"until": "2026-11-23"}, "请选补到哪一天"),
        ("ask", ASKED | {"until": "2027-11-23"}, "请选补到哪一天"),
        ("ask", ASKED | {"until": "明天"}, "请选补到哪一天"),
        ("ask", ASKED | {"what": "3416 2219 6606 1500 1X"}, "身份证号"),
        ("ask", ASKED | {"reason": "长" * 201}, "最多 200 个字"),
        ("pause", {"reason": "  "}, "请写原因"),
        ("pause", {"reason": "等\0回信"}, "看不见的字符"),
        ("ask", ASKED | {"what": "户口簿\x07"}, "看不见的字符"),
        ("refuse", {"refusal": "", "reason": "不行"}, "请选一个不能办的原因"),
        ("refuse", {"refusal": "invented"}, "请选一个不能办的原因"),
        ("refuse", {"refusal": "elsewhere"}, "请选一个不能办的原因"),  # not of this service
    ],
)
def test_what_is_wrong_in_a_form_is_said_and_nothing_is_lost(
    office: DeskOffice, act: str, form: dict[str, str], words: str
) -> None:
    clerk = office.clerk()
    office.take(clerk)
    answer = office.act(clerk, act, **form)
    assert (answer.status_code, words in answer.text) == (422, True)
    for typed in (form.get("what", ""), form.get("reason", "")):
        assert typed.strip() in text_of(answer)
    assert office.acts() == []


@pytest.mark.parametrize("path", ["/cases/99/R08", f"/cases/{2**70}/R08", "/cases/1/R99"])
def test_what_is_no_task_has_no_form(office: DeskOffice, path: str) -> None:
    clerk = office.clerk()
    for what in ("acts/pause", "decision"):
        assert clerk.get(f"{path}/{what}").status_code == 404
        assert clerk.post(f"{path}/{what}", {"verdict": "confirmed"}, "/tasks").status_code == 404
    for act in ("take", "'"):
        assert clerk.get(f"/cases/1/R08/acts/{act}").status_code == 404


def test_what_is_no_verdict_is_not_understood(office: DeskOffice) -> None:
    clerk = office.clerk()
    for form in ({"verdict": "yes", "number": "1"}, {"verdict": "confirmed", "number": "x"}):
        assert clerk.post("/cases/1/R08/decision", form, "/tasks").status_code == 400


def test_forms_tell_nothing_of_the_person(office: DeskOffice) -> None:
    clerk = office.clerk()
    office.take(clerk)
    for act in FORMS:
        content = clerk.get(path_of(act)).content
        for secret in (LIU, "刘长青", "刘**", MOBILE):
            assert secret.encode() not in content
