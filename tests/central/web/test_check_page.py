"""The public pages that check a form: by its code, and as a file that a browser sends."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

import main
from central.keys.certificates import to_pem
from central.keys.seal_keys import open_seal
from central.load import RateLimit
from central.seal.form_reader import FormReader
from central.seal.form_records import check_key
from central.verification import FormVerification
from central.web.app import PUBLIC_PAGES, build_web_app
from central.web.form_checks import FormChecks
from central.web.uploads import MOST_AROUND
from kiosk.application.forms.check_code import check_code, check_secret, grouped_code
from kiosk.civil_time import civil_now
from kiosk.crypto.envelope import canonical
from tests.central.intake.test_promised_dates import central, side
from tests.central.standing import CONFIG, Standing
from tests.central.test_form_commands import LIU_FACTS, delivered
from tests.central.test_verification import (
    BAD,
    MERGED,
    POLICY,
    Files,
    files,
    sealing,
    with_changed_page,
)
from tests.central.web.desk import URL, Browser, WebDesk, desk_over

__all__ = ["central", "delivered", "files", "sealing", "side"]  # fixtures

WORDS = tomllib.loads((CONFIG / "texts" / "web.toml").read_text("utf-8"))["check"]
BOUNDARY = "----a-browser-s-boundary"
PDF = 'name="file"; filename="form.pdf"'


def desk_of(central: Standing, desk: WebDesk, **pace: float) -> WebDesk:
    """The pages with the key of check codes and the certificate of the seal's authority."""
    keys = open_seal(central.keys.folder)
    records = desk.context.checks.records
    reader = FormReader(POLICY, to_pem(keys.authority) if keys else b"")
    limit = RateLimit(int(pace.get("burst", 1000)), pace.get("a_second", 1.0))
    key = check_key(central.opening.examiner.person_key)
    checks = FormChecks(
        records,
        FormVerification(reader, records),
        desk.context.checks.photos,
        limit,
        key,
    )
    context = replace(desk.context, checks=checks, now=civil_now)
    return replace(desk, context=context)


@pytest.fixture
def desk(central: Standing) -> Iterator[WebDesk]:
    with desk_over(central) as found:
        yield desk_of(central, found)


def part(head: str, content: bytes) -> bytes:
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content


def body(token: str, *more: bytes) -> bytes:
    parts = (part('name="token"', token.encode()), *more, f"--{BOUNDARY}--\r\n".encode())
    return b"\r\n".join(parts)


def post(browser: Browser, content: bytes, **headers: str) -> Response:
    media = f"multipart/form-data; boundary={BOUNDARY}"
    said = {"Origin": URL, "Content-Type": media, **headers}
    return browser.client.post("/check/file", content=content, headers=said)


def send(browser: Browser, pdf: bytes) -> Response:
    return post(browser, body(browser.token("/check"), part(PDF, pdf)))


def marks(answer: Response) -> dict[str, str]:
    """The parts of the answer, by their words."""
    return dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", answer.text))


def code_of(files: Files, form: str) -> str:
    return check_code(check_secret(canonical(files.document())), form)


def secrets_of(files: Files) -> tuple[str, ...]:
    person = files.document()["applicant"]
    return (person["name"], person["number"], LIU_FACTS.account, files.application)


def test_a_code_tells_kind_and_day_and_nothing_else(files: Files, desk: WebDesk) -> None:
    browser = desk.browser()
    for form, kind in ((MERGED, "merged"), ("R07", "service")):
        answer = browser.get(f"/c/{code_of(files, form)}")
        assert answer.status_code == 200
        assert WORDS["known"]["title"] in answer.text
        day = files.document()["confirmed_at"][:10]
        assert marks(answer) == {
            WORDS["kind"]: WORDS["kinds"][kind],
            WORDS["day"]: day,
        }
        for secret in (*secrets_of(files), "R07"):
            assert secret not in answer.text


def test_a_code_that_nobody_gave_is_unknown(files: Files, desk: WebDesk) -> None:
    browser = desk.browser()
    right = code_of(files, MERGED)
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    for code in (wrong, "0" * 20, "x", "%00", "码"):
        answer = browser.get(f"/c/{code}")
        assert (answer.status_code, WORDS["unknown"]["title"] in answer.text) == (404, True)


def test_a_typed_code_leads_to_its_page(files: Files, desk: WebDesk) -> None:
    browser, code = desk.browser(), code_of(files, MERGED)
    answer = browser.get("/check", params={"code": f" {grouped_code(code).lower()} "})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/c/{code}")
    answer = browser.get("/check", params={"code": "<script>"})
    assert (answer.status_code, WORDS["troubles"]["code"] in answer.text) == (422, True)
    assert "<script>" not in answer.text


def test_without_its_key_the_pages_say_so(central: Standing) -> None:
    with desk_over(central) as without:
        answer = without.browser().get("/c/" + "0" * 20)
    assert (answer.status_code, WORDS["troubles"]["closed"] in answer.text) == (503, True)


def test_a_file_that_was_handed_out_holds(sealing: Files, desk: WebDesk) -> None:
    desk = desk_of(sealing.central, desk)
    pdf = sealing.hand_out()[MERGED]
    answer = send(desk.browser(), pdf)
    assert answer.status_code == 200
    assert WORDS["verdicts"]["genuine"]["title"] in answer.text
    found = marks(answer)
    assert {found[name] for name in WORDS["parts"].values()} == {WORDS["marks"]["holds"]}
    assert not [one for one in secrets_of(sealing) if one in answer.text]
    answer = send(desk.browser(), with_changed_page(pdf))
    assert WORDS["verdicts"]["changed"]["title"] in answer.text
    broken = {name for name, mark in marks(answer).items() if mark == WORDS["marks"]["broken"]}
    assert broken == {WORDS["parts"]["pages"], WORDS["parts"]["seal"]}


@pytest.mark.parametrize(("spoil", "trouble", "_words"), BAD)
def test_a_bad_file_gets_its_words(
    files: Files, desk: WebDesk, spoil: object, trouble: str, _words: str
) -> None:
    assert callable(spoil)
    spoiled = spoil(files.hand_out("--service", "R07")["R07"])
    answer = send(desk.browser(), spoiled)
    name = trouble if spoiled else "empty"
    size = POLICY.longest_bytes // 2**20
    assert WORDS["troubles"][name].format(size=size) in answer.text
    assert answer.status_code == (413 if trouble == "too_large" else 422)
    assert "Traceback" not in answer.text


def test_a_long_body_is_not_read_to_its_end(desk: WebDesk) -> None:
    """200 MB without a length, as a stream: what was read is bounded."""
    browser, read = desk.browser(), 0
    token = browser.token("/check")

    def endless() -> Iterator[bytes]:
        nonlocal read
        yield part('name="token"', token.encode()) + b"\r\n" + part(PDF, b"%PDF-1.7")
        for _ in range(200):
            read += 2**20
            yield bytes(2**20)

    media = f"multipart/form-data; boundary={BOUNDARY}"
    answer = browser.client.post(
        "/check/file", content=endless(), headers={"Origin": URL, "Content-Type": media}
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        (b"a=b", "application/x-www-form-urlencoded", 415),
        (b"", "multipart/form-data", 415),
        (b"no parts at all", "", 400),
        (f"--{BOUNDARY}\r\nno name\r\n\r\nx\r\n--{BOUNDARY}--\r\n".encode(), "", 400),
        (b"\r\n".join((part('name="token"', b"x"), part('name="token"', b"y"))), "", 400),
        (body("x", part(PDF, b"%PDF-"), part(PDF, b"%PDF-")), "", 400),
        (body("x", part(PDF, b"%PDF-")), "", 403),
    ],
)
def test_strange_bodies(desk: WebDesk, content: bytes, media: str, status: int) -> None:
    said = {"Content-Type": media} if media else {}
    answer = post(desk.browser(), content, **said)
    assert (answer.status_code, "<h1>" in answer.text) == (status, True)


def test_a_form_of_another_site_sends_no_file(desk: WebDesk) -> None:
    browser = desk.browser()
    content = body(browser.token("/check"), part(PDF, b"%PDF-1.7"))
    assert post(browser, content, Origin="https://evil.example").status_code == 403
    assert post(browser, content).status_code == 422


def test_one_address_asks_so_often_and_the_others_go_on(desk: WebDesk, central: Standing) -> None:
    slow = desk_of(central, desk, burst=3, a_second=0.001)
    browser = slow.browser("2001:db8:1:2::7")
    assert [browser.get("/c/" + "0" * 20).status_code for _ in range(4)] == [404] * 3 + [429]
    answer = slow.browser("2001:db8:1:2::8").get("/c/" + "0" * 20)
    assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (429, True)
    assert send(browser, b"%PDF-1.7").status_code == 429
    assert slow.browser("2001:db8:1:3::7").get("/c/" + "0" * 20).status_code == 404
    assert slow.browser("testclient").get("/c/" + "0" * 20).status_code == 404


def test_what_was_sent_is_kept_nowhere(
    sealing: Files, desk: WebDesk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The bytes of database and data folder after a form was checked by code and as a file."""
    pdf = sealing.hand_out()[MERGED]
    for file in (sealing.folder / "forms").iterdir():
        file.unlink()
    browser = desk.browser()
    assert send(browser, pdf).status_code == 200
    code = code_of(sealing, MERGED)
    assert browser.get(f"/c/{code}").status_code == 200
    person = sealing.document()["applicant"]
    wanted = [
        one.encode() for one in (code, person["name"], person["number"], LIU_FACTS.account)
    ] + [pdf[20_000:20_064]]
    for path in sealing.folder.rglob("*"):
        if path.is_file():
            kept = path.read_bytes()
            assert not [one for one in wanted if one in kept], path


def test_the_public_pages_alone_know_no_page_of_the_staff(desk: WebDesk) -> None:
    context = replace(desk.context, home="/check")
    client = TestClient(build_web_app(context, PUBLIC_PAGES), base_url=URL, follow_redirects=False)
    assert client.get("/check").status_code == 200
    for path in ("/login", "/helpers", "/tasks", "/city", "/notices"):
        answer = client.get(path)
        assert (answer.status_code, 'href="/check"' in answer.text) == (404, True), path


def test_the_limit_of_the_body_leaves_room_for_the_largest_file(desk: WebDesk) -> None:
    assert len(body("a" * 64, part(PDF, b""))) < MOST_AROUND
    answer = send(desk.browser(), b"%PDF-" + bytes(POLICY.longest_bytes - 5))
    assert WORDS["troubles"]["damaged"] in answer.text


def test_the_operator_writes_the_key_for_the_pages(
    central: Standing, desk: WebDesk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--data", str(tmp_path / "data"), "--database", f"sqlite:///{tmp_path / 'central.db'}")
    key = tmp_path / "check.key"
    assert main.main(["central", "check-key", "--to", str(key), *where]) == 0, capsys.readouterr()
    assert key.read_bytes() == desk.context.checks.key
    assert key.stat().st_mode & 0o777 == 0o600
