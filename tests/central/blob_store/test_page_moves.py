"""Whole pages leave the database; while their store is away they stay, and nothing waits for it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from httpx2 import Response
from starlette.testclient import TestClient

from central.blob_store.folder import FolderStore
from central.blob_store.ports import BlobStoreAway
from central.intake.papers import CHUNK
from central.store.cases.blobs import Blobs
from central.store.cases.page_moves import PageMoves
from central.store.tables import ChunkRow
from central.store.web.case_desk import CaseDesk
from kiosk.crypto.envelope import digest
from tests.central.standing import Standing, numbered

PAGE = bytes(range(256)) * 1024 * 3
NAME = digest(PAGE)
MOST = 10


@dataclass
class MovedPages:
    """A service whose pages go to a folder."""

    central: Standing
    client: TestClient
    folder: Path

    @property
    def store(self) -> FolderStore:
        return FolderStore(self.folder)

    @property
    def blobs(self) -> Blobs:
        return replace(self.central.office.store.blobs, store=self.store)

    @property
    def desk(self) -> CaseDesk:
        return CaseDesk(self.central.office.store.database, self.store)

    def move(self) -> int:
        return PageMoves(self.blobs, self.store, MOST).round()

    def chunks(self) -> int:
        count = sa.select(sa.func.count()).select_from(ChunkRow)
        database = self.central.office.store.database
        return database.read(lambda session: session.scalar(count) or 0)

    def put(self, index: int, body: bytes | None = None) -> Response:
        said = PAGE[index * CHUNK : (index + 1) * CHUNK] if body is None else body
        path = f"/v1/blobs/{NAME}/chunks/{index}?bytes={len(PAGE)}"
        headers = self.central.headers(content_type="application/octet-stream", kiosk_sequence=9)
        return self.client.put(path, content=said, headers=headers)

    def put_all(self) -> list[Response]:
        return [self.put(index) for index in range(-(-len(PAGE) // CHUNK))]

    def state(self) -> Response:
        return self.client.get(f"/v1/blobs/{NAME}", headers=self.central.headers())

    def file(self) -> None:
        pages = [{"digest": digest(b"plain"), "blob": NAME, "bytes": len(PAGE)}]
        papers = [{"code": "A1", "settled": "captured", "pages": pages}]
        path, body = f"/v1/applications/{numbered(1)}", self.central.body(papers=papers)
        assert self.client.put(path, content=body, headers=self.central.headers()).is_success


@pytest.fixture
def pages(central: Standing, client: TestClient, tmp_path: Path) -> MovedPages:
    folder = tmp_path / "pages"
    folder.mkdir()
    return MovedPages(central, client, folder)


def test_a_page_leaves_the_database_and_is_read_as_before(pages: MovedPages) -> None:
    pages.file()
    pages.put_all()
    before = pages.state()
    assert before.json()["complete"]
    assert pages.move() == 1
    assert (pages.move(), pages.chunks()) == (0, 0)
    assert pages.blobs.sealed(NAME) == PAGE
    assert pages.desk.sealed_page(NAME) == PAGE
    assert pages.state().content == before.content
    path = f"/v1/applications/{numbered(1)}/progress"
    progress = pages.client.get(path, headers=pages.central.headers())
    assert progress.json()["papers_missing"] == 0


def test_what_comes_again_after_the_move_is_answered_as_before(pages: MovedPages) -> None:
    pages.file()
    last = pages.put_all()[-1]
    pages.move()
    for answer in pages.put_all():
        assert (answer.status_code, answer.content) == (200, last.content)
    assert pages.chunks() == 0
    other = pages.client.put(
        f"/v1/blobs/{NAME}/chunks/0?bytes={CHUNK}",
        content=bytes(CHUNK),
        headers=pages.central.headers(content_type="application/octet-stream"),
    )
    assert other.json()["type"] == "other-chunk"
    assert pages.chunks() == 0


def test_only_whole_pages_of_an_application_are_moved(pages: MovedPages) -> None:
    """A page that nobody names may be a draft's, or of who was vouched for: it stays."""
    pages.put_all()
    assert pages.move() == 0
    pages.file()
    assert pages.move() == 1


def test_a_page_that_is_not_whole_stays(pages: MovedPages) -> None:
    pages.file()
    pages.put(0)
    assert (pages.move(), pages.chunks()) == (0, 1)


def test_a_store_that_is_away_delays_nothing_and_loses_nothing(
    pages: MovedPages, caplog: pytest.LogCaptureFixture
) -> None:
    pages.folder.rmdir()
    pages.file()
    assert pages.put_all()[-1].json()["complete"]
    kept = pages.chunks()
    with caplog.at_level(logging.WARNING):
        assert pages.move() == 0
    assert "away" in caplog.text
    assert NAME not in caplog.text
    assert pages.chunks() == kept
    assert pages.desk.sealed_page(NAME) == PAGE
    pages.folder.mkdir()
    assert pages.move() == 1
    pages.folder.rename(pages.folder.with_name("unmounted"))
    for read in (pages.blobs.sealed, pages.desk.sealed_page):
        with pytest.raises(BlobStoreAway):
            read(NAME)
    assert pages.state().json()["complete"]
    pages.folder.with_name("unmounted").rename(pages.folder)
    assert pages.blobs.sealed(NAME) == PAGE


@dataclass(frozen=True)
class LyingStore:
    """Says that it took a page, and gives another one back."""

    inner: FolderStore
    spoil: Callable[[bytes], bytes]

    def put(self, name: str, content: bytes) -> None:
        self.inner.put(name, self.spoil(content))

    def get(self, name: str) -> bytes | None:
        return self.inner.get(name)


@pytest.mark.parametrize("spoil", [lambda page: page[:-1], lambda page: b"x" + page[1:]])
def test_a_store_that_lies_gets_no_page(
    pages: MovedPages, spoil: Callable[[bytes], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    pages.file()
    pages.put_all()
    kept = pages.chunks()
    assert PageMoves(pages.blobs, LyingStore(pages.store, spoil), MOST).round() == 0
    assert "another page" in caplog.text
    assert pages.chunks() == kept
    assert pages.blobs.sealed(NAME) == PAGE


def test_a_page_that_is_damaged_in_the_store_is_not_given(pages: MovedPages) -> None:
    pages.file()
    pages.put_all()
    pages.move()
    pages.store.put(NAME, b"x" + PAGE[1:])
    for read in (pages.blobs.sealed, pages.desk.sealed_page):
        with pytest.raises(BlobStoreAway, match="another page"):
            read(NAME)
    without = CaseDesk(pages.central.office.store.database)
    with pytest.raises(BlobStoreAway, match="no store"):
        without.sealed_page(NAME)
