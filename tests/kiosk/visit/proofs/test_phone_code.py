"""The code on a telephone in a visit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from kiosk.config.settings import Profile
from kiosk.failures import Failure
from kiosk.pages.press import Press
from kiosk.people.qr_token import QrToken
from kiosk.ports import CentralAnswer, Trouble
from kiosk.visit.effects import Cancel
from kiosk.visit.events.cards import CardRead
from kiosk.visit.stages import Stage
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.other_proof.phone_code.events import PhoneFailed, PhoneProved, PhoneScanned
from kiosk.visit.steps.other_proof.phone_code.requests import ProveByPhone, ScanPhone
from tests.kiosk.invented_people import InventedVisitor, attendance, persona
from tests.kiosk.visit.proofs.proof_visitors import visitor_at

CODE = QrToken("a code that nobody else may see", 0.0)
PROBLEM = "application/problem+json"


@dataclass
class Outside:
    """Scanner and central service of a request."""

    code: object = None
    answer: CentralAnswer = CentralAnswer()
    asked: list[dict[str, Any]] = field(default_factory=list)

    @property
    def scanner(self) -> Outside:
        return self

    @property
    def central(self) -> Outside:
        return self

    def scan(self, cancelled: object) -> object:
        return self.code

    def call(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> CentralAnswer:
        self.asked.append(json.loads(body))
        return self.answer


def at_scan(profile: Profile = Profile.DEMO) -> InventedVisitor:
    return visitor_at(profile, phone=True).with_card(face=False).press(Press.USE_PHONE)


def asked(visitor: InventedVisitor) -> list[object]:
    return [one for one in visitor.effects if one != Cancel()]


def test_a_code_proves_after_the_platform_was_asked_for_this_visit():
    visitor = at_scan()
    assert asked(visitor) == [ScanPhone()]
    assert visitor.page.title == "扫手机上的码"
    visitor.happen(PhoneScanned(CODE))
    (request,) = asked(visitor)
    assert isinstance(request, ProveByPhone)
    assert (request.token, request.nonce) == (CODE, visitor.visit.id)
    assert CODE.reveal() not in repr(visitor.visit) + repr(visitor.effects)
    assert visitor.page.sentence == "正在核对，请稍等。"
    assert not asked(visitor.happen(PhoneScanned(CODE))), "one code is asked about at a time"
    visitor.happen(PhoneProved("t" * 32))
    assert visitor.visit.stage is Stage.FACTS
    proof = visitor.visit.proof.accepted
    assert proof is not None
    assert proof.record() == {
        "method": "phone",
        "at": "2026-11-23T09:30:00+00:00",
        "token": "t" * 32,
    }
    assert not visitor.visit.proof.code_checking


def test_a_friend_who_files_proves_by_the_own_telephone():
    visitor = visitor_at(phone=True).press(Press.START_PROXY).press(Press.AGREE_WITHOUT_FACE)
    visitor.happen(CardRead(persona("wang")[0])).press(Press.USE_PHONE)
    visitor.happen(PhoneScanned(CODE)).happen(PhoneProved("t"))
    assert visitor.visit.stage is Stage.PRINCIPAL


def test_the_code_completes_a_face():
    visitor = visitor_at(Profile.PRODUCTION, phone=True).with_card()
    visitor.happen(FaceMatched(0.31, 0.42, "dlib128")).press(Press.USE_PHONE)
    visitor.happen(PhoneScanned(CODE)).happen(PhoneProved("t"))
    proof = visitor.visit.proof.accepted
    assert proof is not None
    assert proof.record()["completed_by"]["method"] == "phone"


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (Failure.CODE_EXPIRED, "码过期了，请在手机上刷新再扫。"),
        (Failure.PHONE_CODE_USED, "这个码用过了，请在手机上刷新再扫。"),
        (Failure.PHONE_CODE_UNKNOWN, "这不是电子社保卡的码，请换一个扫。"),
        (Failure.PHONE_OF_ANOTHER, "手机上是别人，请用您自己的手机。"),
        (Failure.PHONE_OTHER_TERMINAL, "这个码不是给这台机器的，请刷新再扫。"),
        (Failure.CODE_UNREADABLE, "没扫清，请把手机放平再扫一次。"),
    ],
)
def test_a_code_that_proves_nobody_is_said_and_another_one_is_scanned(failure: Failure, words: str):
    visitor = at_scan().happen(PhoneScanned(CODE)).happen(PhoneFailed(failure))
    assert (visitor.visit.stage, visitor.page.sentence) == (Stage.PHONE_CODE, words)
    assert asked(visitor) == [ScanPhone()]
    assert visitor.visit.proof.accepted is None
    said = visitor.page.panel
    assert said is not None
    assert "手机要能上网，码两分钟一换。" in said.lines, "a telephone without the network"


@pytest.mark.parametrize("failure", [Failure.PHONE_PLATFORM_AWAY, Failure.SCANNER_LOST])
def test_when_the_platform_is_away_the_other_ways_are_shown(failure: Failure):
    visitor = at_scan().happen(PhoneScanned(CODE)).happen(PhoneFailed(failure))
    assert (visitor.page.name, visitor.visit.failure) == ("other_proof", failure)
    assert not visitor.visit.proof.code_checking


def test_going_back_forgets_the_question():
    visitor = at_scan().happen(PhoneScanned(CODE)).press(Press.BACK)
    assert visitor.visit.stage is Stage.OTHER_PROOF
    assert not visitor.visit.proof.code_checking
    assert visitor.happen(PhoneProved("t"), "v-1", 1).visit.proof.accepted is None, "late"


def test_a_terminal_without_the_platform_has_no_such_row():
    visitor = visitor_at().with_card(face=False)
    assert Press.USE_PHONE not in {row.act for row in visitor.page.rows}
    assert visitor.press(Press.USE_PHONE).visit.stage is Stage.OTHER_PROOF


def test_the_scanner_is_asked_once():
    assert ScanPhone().answer(Outside(CODE), lambda: False) == PhoneScanned(CODE)  # type: ignore[arg-type]
    lost = ScanPhone().answer(Outside(Failure.SCANNER_LOST), lambda: False)  # type: ignore[arg-type]
    assert lost == PhoneFailed(Failure.SCANNER_LOST)
    assert ScanPhone().answer(Outside(), lambda: True) is None  # type: ignore[arg-type]


def proved(answer: CentralAnswer) -> tuple[object, dict[str, Any]]:
    outside = Outside(answer=answer)
    request = ProveByPhone(CODE, attendance("liu", proved=False), "v-1")
    found = request.answer(outside, lambda: False)  # type: ignore[arg-type]
    return found, outside.asked[0]


def test_the_central_service_is_asked_with_code_nonce_and_card():
    found, said = proved(CentralAnswer(200, body=b'{"version": 1, "token": "t"}'))
    assert found == PhoneProved("t")
    assert (said["code"], said["nonce"]) == (CODE.reveal(), "v-1")
    assert said["id_number"] == persona("liu")[0].number


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (CentralAnswer(422, PROBLEM, None, b'{"type": "code-expired"}'), Failure.CODE_EXPIRED),
        (CentralAnswer(422, PROBLEM, None, b'{"type": "code-used"}'), Failure.PHONE_CODE_USED),
        (
            CentralAnswer(422, PROBLEM, None, b'{"type": "code-unknown"}'),
            Failure.PHONE_CODE_UNKNOWN,
        ),
        (
            CentralAnswer(422, PROBLEM, None, b'{"type": "other-person"}'),
            Failure.PHONE_OF_ANOTHER,
        ),
        (
            CentralAnswer(422, PROBLEM, None, b'{"type": "other-terminal"}'),
            Failure.PHONE_OTHER_TERMINAL,
        ),
        (
            CentralAnswer(503, PROBLEM, None, b'{"type": "platform-away"}'),
            Failure.PHONE_PLATFORM_AWAY,
        ),
        (CentralAnswer(200, body=b'{"token": ""}'), Failure.PHONE_PLATFORM_AWAY),
        (CentralAnswer(200, body=b"[]"), Failure.PHONE_PLATFORM_AWAY),
        (CentralAnswer(trouble=Trouble.TIMEOUT), Failure.PHONE_PLATFORM_AWAY),
        (CentralAnswer(404, body=b"<html>"), Failure.PHONE_PLATFORM_AWAY),
    ],
)
def test_what_the_central_service_may_say(answer: CentralAnswer, failure: Failure):
    assert proved(answer)[0] == PhoneFailed(failure)
