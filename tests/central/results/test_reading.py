"""What offices say with the end of a service: taken by the rules, or a fault that names a member."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from central.offices.adapter import OfficeTrouble
from central.results.reading import (
    ResultFault,
    ResultRules,
    ResultTrouble,
    check_file,
    read_result,
    read_result_rules,
)
from central.tasks import TaskState
from kiosk.application.service_result import ResultContent, ResultKind
from kiosk.config.schema import ConfigError
from kiosk.operator_texts import texts_of
from kiosk.retirement.reading import read_catalogue
from tests.central.standing import CONFIG

RULES_FILE = CONFIG / "results.toml"
SERVICES = read_catalogue(CONFIG).services
TODAY = date(2026, 11, 30)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\nendobj\n%%EOF\n"
CERTIFICATE = {"number": "皖亳退 20261130001"}
AMOUNT = {"fen": 321_540, "month": "2027-01"}
PAYMENT = {"code": "3416000012345678", "fen": 1_284_000, "due_on": "2027-01-15"}
APPOINTMENT = {"place": "市民中心 3 号窗口", "at": "2026-12-08T09:30"}
REVIEW = {"kind": "review", "body": "亳州市人民政府", "days": 60}
REFUSAL = {"reason": "两处的生日不一样", "law": "社会保险法 第十六条", "remedies": [REVIEW]}


@pytest.fixture(scope="module")
def rules() -> ResultRules:
    return read_result_rules(RULES_FILE, SERVICES)


def read(
    rules: ResultRules, service: str, said: object, end: TaskState = TaskState.DONE
) -> ResultContent | ResultFault:
    return read_result(said, service, end, TODAY, rules)


def test_the_content_of_a_result(rules: ResultRules) -> None:
    file = b64encode(PDF).decode()
    said = {"certificate": {**CERTIFICATE, "file": file}, "amount": AMOUNT}
    found = read(rules, "R06", said)
    assert isinstance(found, ResultContent)
    assert found.kinds == {ResultKind.CERTIFICATE, ResultKind.AMOUNT}
    assert found.file == PDF
    assert found.record()["amount"] == {**AMOUNT, "monthly": True}
    assert "file" not in found.record()["certificate"]


def test_what_is_paid_once_is_not_monthly_whatever_the_office_says(rules: ResultRules) -> None:
    found = read(rules, "R15", {"amount": {**AMOUNT, "monthly": True}})
    assert isinstance(found, ResultContent)
    assert found.record()["amount"]["monthly"] is False


def test_a_refusal_has_its_law_and_remedies(rules: ResultRules) -> None:
    found = read(rules, "R17", {"refusal": REFUSAL}, TaskState.REFUSED)
    assert isinstance(found, ResultContent)
    assert found.record() == {"refusal": REFUSAL}


def test_an_end_without_a_decision_has_no_content(rules: ResultRules) -> None:
    assert read(rules, "R06", {}, TaskState.ENDED) == ResultContent()


BAD: dict[str, tuple[str, object, ResultTrouble, str]] = {
    "no object": ("R06", [], ResultTrouble.VALUE, ""),
    "a kind that nobody knows": ("R06", {"voucher": {}}, ResultTrouble.KIND, ""),
    "of another service": ("R06", {"payment": PAYMENT}, ResultTrouble.FOREIGN, "payment"),
    "a refusal of what is done": ("R06", {"refusal": REFUSAL}, ResultTrouble.FOREIGN, "refusal"),
    "nothing": ("R06", {}, ResultTrouble.MISSING, "amount"),
    "a wrong date": (
        "R12",
        {"payment": {**PAYMENT, "due_on": "2027-02-30"}},
        ResultTrouble.VALUE,
        "payment.due_on",
    ),
    "a day that is over": (
        "R12",
        {"payment": {**PAYMENT, "due_on": "2026-11-29"}},
        ResultTrouble.DAY,
        "payment.due_on",
    ),
    "a meeting in ten years": (
        "R08",
        {"appointment": {**APPOINTMENT, "at": "2036-12-08T09:30"}},
        ResultTrouble.DAY,
        "appointment.at",
    ),
    "a month of long ago": (
        "R06",
        {"amount": {**AMOUNT, "month": "1927-01"}},
        ResultTrouble.DAY,
        "amount.month",
    ),
    "a file that is none": (
        "R07",
        {"certificate": {**CERTIFICATE, "file": "no base64"}},
        ResultTrouble.VALUE,
        "certificate.file",
    ),
    "a file that is a number": (
        "R07",
        {"certificate": {**CERTIFICATE, "file": 7}},
        ResultTrouble.VALUE,
        "certificate.file",
    ),
    "a picture": (
        "R07",
        {"certificate": {**CERTIFICATE, "file": b64encode(b"\xff\xd8\xff\xe0").decode()}},
        ResultTrouble.PDF,
        "certificate.file",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_names_what_is_wrong(rules: ResultRules, case: str) -> None:
    service, said, trouble, member = BAD[case]
    found = read(rules, service, said)
    assert found == ResultFault(trouble, member)
    assert texts_of("central.result_troubles")[trouble.value] in found.words()


def test_a_remedy_may_not_be_open_for_less_than_the_law_says(rules: ResultRules) -> None:
    short = {**REFUSAL, "remedies": [REVIEW, {**REVIEW, "kind": "lawsuit", "days": 60}]}
    fault = ResultFault(ResultTrouble.TERM, "refusal.remedies.days")
    assert read(rules, "R17", {"refusal": short}, TaskState.REFUSED) == fault


def test_a_file_over_the_limit_is_not_decoded(rules: ResultRules) -> None:
    tight = replace(rules, longest_file_bytes=len(PDF))
    for file, wanted in ((PDF, None), (PDF + b"\n", ResultTrouble.FILE)):
        said: dict[str, Any] = {"certificate": {**CERTIFICATE, "file": b64encode(file).decode()}}
        found = read(tight, "R07", said)
        assert (found.trouble if isinstance(found, ResultFault) else None) == wanted
    said = {"certificate": {**CERTIFICATE, "file": "?" * 1_000_000}}
    assert read(tight, "R07", said) == ResultFault(ResultTrouble.FILE, "certificate.file")


def test_the_words_of_each_trouble() -> None:
    assert set(texts_of("central.result_troubles")) == {one.value for one in ResultTrouble}
    mine = {f"result-{one.value}" for one in ResultTrouble}
    assert mine <= {one.value for one in OfficeTrouble}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("furthest_days = 730", "furthest_days = 0", "furthest_days：应是大于 0 的数"),
        ("lawsuit = 181", "lawsuit = 0", "least_days.lawsuit：应是大于 0 的数"),
        ("[services.R18]", "[services.R99]", "services.R18：缺这个事项"),
        ("[services.R18]", "[services.R99]", "services.R99：没有这个事项"),
        ('may = ["certificate", "amount"]', 'may = ["amount", "amount"]', "services.R04.may：同一"),
        ('must = ["payment"]', 'must = ["refusal"]', "services.R12：不予办理"),
        ('must = ["appointment"]', 'must = ["appointment"]\nmonthly = true', "R08.monthly：这一项"),
        ('must = ["payment"]', 'must = ["voucher"]', "services.R12.must：应是这几个之一"),
    ],
)
def test_a_wrong_file_says_line_key_and_cure(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    text = RULES_FILE.read_text("utf-8")
    assert old in text
    path = tmp_path / "results.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ConfigError) as caught:
        read_result_rules(path, SERVICES)
    assert expected in str(caught.value)


def test_a_payment_may_be_due_today(rules: ResultRules) -> None:
    for days, is_taken in (
        (0, True),
        (rules.furthest_days, True),
        (rules.furthest_days + 1, False),
    ):
        due_on = (TODAY + timedelta(days=days)).isoformat()
        found = read(rules, "R12", {"payment": {**PAYMENT, "due_on": due_on}})
        assert isinstance(found, ResultContent) is is_taken


def test_the_file_of_a_form_is_checked_alone(rules: ResultRules) -> None:
    tight = replace(rules, longest_file_bytes=len(PDF))
    found = [check_file(one, tight) for one in (PDF, PDF + b" ", b"", b"GIF89a")]
    assert found == [None, ResultTrouble.FILE, ResultTrouble.PDF, ResultTrouble.PDF]
