"""Captured pages arrive whole, in whatever order and repetition their chunks come."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from httpx2 import Response
from starlette.testclient import TestClient

from central.intake.papers import CHUNK, Chunk
from central.store.tables import ArrivalRow
from kiosk.crypto.envelope import canonical, digest
from kiosk.crypto.receipt import Acknowledgement, verify_acknowledgement
from tests.central.standing import Standing, numbered

PAGE = bytes(range(256)) * 2048 + b"the end"
NAME = digest(PAGE)
PIECES = [PAGE[start : start + CHUNK] for start in range(0, len(PAGE), CHUNK)]
Put = Callable[..., Response]


@pytest.fixture
def put(central: Standing, client: TestClient) -> Put:
    def call(
        index: object, body: bytes, total: object = len(PAGE), name: str = NAME, **more: object
    ) -> Response:
        media = {"content_type": "application/octet-stream"} | more
        path = f"/v1/blobs/{name}/chunks/{index}?bytes={total}"
        return client.put(path, content=body, headers=central.headers(**media))

    return call


def state(central: Standing, client: TestClient, name: str = NAME) -> Response:
    return client.get(f"/v1/blobs/{name}", headers=central.headers())


def word(central: Standing, answer: Response) -> Acknowledgement | None:
    said = canonical(answer.json()["acknowledgement"])
    key = central.keys.signing.receipt_key
    return verify_acknowledgement(said, key, f"/v1/blobs/{NAME}", NAME)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_any_order_is_right(
    central: Standing, client: TestClient, put: Put, order: tuple[int, ...]
) -> None:
    for count, index in enumerate(order, 1):
        for status in (201, 200):
            answer = put(index, PIECES[index])
            assert answer.status_code == status
            assert answer.json()["have"] == sorted(order[:count])
        assert answer.json()["complete"] is (count == 3)
        assert (word(central, answer) is not None) is (count == 3)
    assert state(central, client).content == answer.content


def test_what_is_here_of_it(central: Standing, client: TestClient, put: Put) -> None:
    assert state(central, client).json()["type"] == "unknown"
    put(1, PIECES[1])
    assert state(central, client).json() == {
        "version": 1,
        "digest": NAME,
        "bytes": len(PAGE),
        "have": [1],
        "complete": False,
        "acknowledgement": None,
    }


def test_the_word_stays_the_same(central: Standing, client: TestClient, put: Put) -> None:
    for index, piece in enumerate(PIECES):
        answer = put(index, piece)
    central.clock[0] = central.clock[0].replace(year=2027)
    assert state(central, client).content == answer.content
    assert put(0, PIECES[0]).content == answer.content


def test_other_bytes_for_a_chunk(put: Put) -> None:
    put(0, PIECES[0])
    for answer in (put(0, bytes(CHUNK)), put(1, PIECES[1], len(PAGE) - 1)):
        assert (answer.status_code, answer.json()["type"]) == (409, "other-chunk")


def test_chunks_of_another_blob_are_dropped(
    central: Standing, client: TestClient, put: Put
) -> None:
    put(0, PIECES[0])
    put(1, bytes(CHUNK))
    answer = put(2, PIECES[2])
    assert (answer.status_code, answer.json()["type"]) == (422, "digest-wrong")
    assert state(central, client).status_code == 404
    for index, piece in enumerate(PIECES):
        assert put(index, piece).status_code == 201


@pytest.mark.parametrize(
    ("index", "body", "total", "kind"),
    [
        (0, PIECES[0][1:], len(PAGE), "malformed"),
        (2, PIECES[2] + b"x", len(PAGE), "malformed"),
        (3, b"x", len(PAGE), "malformed"),
        (0, b"", 1, "malformed"),
        (2, b"", 2 * CHUNK, "malformed"),
        ("x", b"x", 1, "malformed"),
        ("01", b"x", 1, "malformed"),
        (0, b"x", 0, "malformed"),
        (0, b"x", -1, "malformed"),
        (0, b"x", "", "malformed"),
        (0, PIECES[0], 16 * 1024 * 1024 + 1, "too-many-bytes"),
    ],
)
def test_chunks_that_do_not_fit(
    put: Put, index: object, body: bytes, total: object, kind: str
) -> None:
    answer = put(index, body, total)
    assert (answer.status_code, answer.json()["type"]) == (422, kind)


def test_sizes_names_and_media_types(put: Put) -> None:
    assert put(0, PIECES[0], 16 * 1024 * 1024).status_code == 201
    assert put(0, bytes(CHUNK + 1)).json()["type"] == "too-large"
    assert put(0, PIECES[0], content_type="image/jpeg").json()["type"] == "media-type"
    assert put(0, b"x", 1, name=NAME.upper()).json()["type"] == "malformed"


def test_the_whole_arrives_under_one_number(central: Standing, put: Put) -> None:
    wanted = sa.select(ArrivalRow.sequence, ArrivalRow.path, ArrivalRow.digest)
    for index, piece in enumerate(PIECES):
        found = central.office.store.database.read(lambda session: session.execute(wanted).all())
        assert not found
        put(index, piece, kiosk_sequence=5)
    put(0, PIECES[0], kiosk_sequence=5)
    found = central.office.store.database.read(lambda session: session.execute(wanted).all())
    assert [tuple(row) for row in found] == [(5, f"/v1/blobs/{NAME}", NAME)]
    assert central.alarms() == []


def test_all_at_once(central: Standing, put: Put) -> None:
    answers: list[Response] = []
    for pieces in ((0, 1, 2, 0), (1, 2)):  # four are what one terminal may have at work at once
        threads = [
            threading.Thread(target=lambda index=index: answers.append(put(index, PIECES[index])))
            for index in pieces
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [201] * 3
    assert any(answer.json()["complete"] for answer in answers)


def test_an_application_waits_for_its_papers(
    central: Standing, client: TestClient, put: Put
) -> None:
    other = digest(b"other")
    pages = [{"digest": digest(b"plain"), "blob": NAME, "bytes": len(PAGE)}]
    more = [{"digest": digest(b"plain"), "blob": other, "bytes": 5}]
    papers = [{"code": "A1", "settled": "captured", "pages": pages}, {"code": "A4", "pages": more}]
    path = f"/v1/applications/{numbered(1)}"
    body = central.body(papers=papers)
    for _ in range(2):
        assert client.put(path, content=body, headers=central.headers()).is_success
    missing = []
    for index, piece in enumerate(PIECES):
        put(index, piece)
        progress = client.get(path + "/progress", headers=central.headers())
        missing.append(progress.json()["papers_missing"])
    put(0, b"other", 5, other)
    progress = client.get(path + "/progress", headers=central.headers())
    assert [*missing, progress.json()["papers_missing"]] == [2, 2, 1, 0]


def test_how_a_blob_is_cut() -> None:
    assert [Chunk("", index, CHUNK + 1).length for index in range(3)] == [CHUNK, 1, 1 - CHUNK]
    assert [Chunk("", 0, total).count for total in (1, CHUNK, CHUNK + 1)] == [1, 1, 2]
    assert PIECES[2] == b"the end"
