"""What an end gives to the person, from the form of an office's people to the sealed result."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from central.office_desk.acts import DeskAct
from central.office_desk.decisions import SaidAct
from central.results.reading import ResultFault
from central.store import copying
from central.store.tables import MessageRow
from central.store.web.tables import DeskActRow, DeskReviewRow
from central.vault_port import OfficeAsk, VaultRefusal
from central.web.offices.act_forms import ActForms
from central.web.offices.result_forms import result_lines
from central.web_accounts import WebRole
from kiosk.application.service_result import IssuedCertificate, ResultContent
from kiosk.civil_time import civil_day
from tests.central.standing import Standing
from tests.central.web.desk import WebDesk
from tests.central.web.task_office import CERTIFICATE, FORMS, DeskOffice, path_of, text_of


def test_an_end_gives_what_its_service_has_to_give(office: DeskOffice) -> None:
    clerk = office.clerk()
    office.take(clerk, "R01")
    text = text_of(clerk.get(path_of("finish", "R01")))
    names = re.findall(r'id="((?:certificate|amount|payment|appointment)-[a-z_]+)"', text)
    assert names == ["certificate-number", "appointment-place", "appointment-at"]
    for form, words in (
        ({"certificate-number": ""}, "要填“证书或决定书”"),
        ({"certificate-number": "1", "appointment-place": "窗口"}, "“什么时候”没填"),
        (FORMS["finish"] | {"appointment-at": "2020-01-01T09:00"}, "“什么时候”的日子过了"),
    ):
        answer = office.act(clerk, "finish", "R01", **form)
        assert (answer.status_code, words in text_of(answer)) == (422, True)
        assert f'value="{form["certificate-number"]}"' in text_of(answer)
    assert office.acts() == []
    assert office.act(clerk, "finish", "R01").status_code == 303


def test_what_an_end_gives_is_sealed_until_the_person_asks(office: DeskOffice) -> None:
    clerk, reviewer = office.clerk(), office.clerk("R-0001", WebRole.REVIEWER)
    office.take(clerk, "R01")
    office.act(clerk, "finish", "R01")
    assert CERTIFICATE in text_of(reviewer.get("/cases/1/R01/decision"))
    assert ("R-0001", "viewed", "1 R01 result") in office.desk.events()
    office.desk.pass_time(minutes=5)
    assert office.say(reviewer, "confirmed").status_code == 303
    assert office.carry_out() == 1
    content = office.result("R01")
    assert content.certificate == IssuedCertificate(CERTIFICATE)
    sealed = [office.central.rows((row.result,))[-1][0] for row in (DeskActRow, DeskReviewRow)]
    assert None not in sealed
    assert sealed[0] != sealed[1]  # sealed anew: terms count from the confirmation
    assert ("result",) in office.central.rows((MessageRow.occasion,))
    for table, lines in kept(office.central):
        for secret in (CERTIFICATE, "社保卡服务中心", "00417"):
            assert secret.encode() not in lines, (table, secret)


def kept(central: Standing) -> list[tuple[str, bytes]]:
    """Every table as a backup has it."""
    found: list[tuple[str, bytes]] = []
    database = central.office.store.database
    copying.dump(database, lambda table, lines: found.append((table, b"".join(lines))))
    return found


def test_an_amount_is_typed_in_yuan(office: DeskOffice) -> None:
    forms = forms_for(office, "R06")
    form = {"amount-fen": "3,215.5", "amount-month": "2026-12", "mark": ""}
    said = forms.read(DeskAct.FINISH, form)
    assert isinstance(said, SaidAct)
    assert said.content is not None
    assert said.content.amount is not None
    assert (said.content.amount.fen, said.content.amount.monthly) == (321550, True)
    assert ("多少钱（元）", "3,215.50") in result_lines(said.content, forms.words)
    for wrong in ("三千", "12.345", "-1"):
        fault = forms.read(DeskAct.FINISH, form | {"amount-fen": wrong})
        assert isinstance(fault, ResultFault)
        assert fault.member == "amount.fen"


def forms_for(office: DeskOffice, service: str) -> ActForms:
    context = office.desk.context
    words = context.renderer.texts["act"]
    catalogue, today = context.forms.catalogue, civil_day(context.now())
    return ActForms(context.desk_rules, context.result_rules, catalogue, words, service, today)


@pytest.mark.parametrize("act", ["finish", "refuse"])
def test_without_a_vault_nothing_ends(office: DeskOffice, act: str) -> None:
    office.desk = WebDesk(replace(office.desk.context, vault=None), office.central)
    clerk = office.clerk()
    office.take(clerk)
    answer = office.act(clerk, act)
    assert (answer.status_code, "没有接上" in answer.text) == (503, True)
    assert office.acts() == []


def test_a_long_refusal_is_said_to_be(office: DeskOffice) -> None:
    clerk = office.clerk()
    office.take(clerk)
    answer = office.act(clerk, "refuse", refusal="conditions", reason="长" * 80)
    assert (answer.status_code, "说明太长了" in answer.text) == (422, True)


def test_another_offices_account_seals_nothing(office: DeskOffice) -> None:
    """Whatever the pages ask in its name."""
    case, vault = office.desk.context.cases.find(1, "R01", ["R01"]), office.desk.context.vault
    assert case is not None
    assert vault is not None
    asked = OfficeAsk("C-0001", case.id, "R17", case.received_at, case.envelope)
    content = ResultContent(certificate=IssuedCertificate(CERTIFICATE))
    assert vault.sealed_result(asked, content) is VaultRefusal.NOT_THEIRS
    nobody = replace(asked, account="C-0404", service="R01")
    assert vault.sealed_result(nobody, content) is VaultRefusal.UNKNOWN_ACCOUNT
