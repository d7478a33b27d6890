"""The picture of a person whom one of the staff vouched for: reviewed by name, and deleted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import main
from central.intake.opener import Opener
from central.offline_monitor import SilenceWatch
from central.store.cases.reviews import ReviewTrouble, ReviewVerdict
from central.store.tables import ChunkRow, OutgoingRow
from central.tasks import TaskState
from central.vault.opening_keys import FileKeyStore
from kiosk.application.scan import CapturedPaper
from kiosk.delivery.scan_intake import keep_paper
from kiosk.people.consent import PersonPicture, Proof, ProofMethod
from kiosk.storage.store import Store, open_store
from tests.central.filing import PROXY, FilingService, filing
from tests.central.intake.test_vouching import VOUCHED
from tests.central.standing import NOON, POINT, Standing, numbered

PICTURE = b"\xff\xd8\xff\xe0 a face that nobody else may see \xff\xd9" * 9
REVIEWER, CASE = "R-0001", numbered(1)


@pytest.fixture
def here(central: Standing, client: TestClient) -> Iterator[FilingService]:
    with filing(central, client) as found:
        yield found


@pytest.fixture
def page(here: FilingService, tmp_path: Path) -> Iterator[tuple[CapturedPaper, bytes]]:
    """A picture as a terminal keeps it: what names it, and the sealed bytes."""
    store = open_store(tmp_path / "kiosk.db")
    assert isinstance(store, Store)
    found = keep_paper(store, here.central.keys.sealing, CASE, PICTURE)
    assert isinstance(found, CapturedPaper)
    yield found, store.chunk(found.blob, 0)
    store.close()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in files if b"nobody else may see" in path.read_bytes()]


def hand_in(here: FilingService, page: CapturedPaper, **more: Any) -> None:
    """Hand in application 1, by one of the staff and this picture, as a terminal records it."""
    named = (page.digest, page.blob, page.bytes, page.sealed_for)
    proof = Proof(
        ProofMethod.VOUCHED,
        NOON,
        voucher="H-0001",
        reason="no_face",
        picture=PersonPicture(*named, "vouching-picture-1", NOON),
    )
    answer = here.put(**{**VOUCHED, **more, "proof": proof.record()})
    assert answer.status_code == 201, answer.text


def send(here: FilingService, page: CapturedPaper, sealed: bytes) -> None:
    """Let the picture arrive by the way of scanned papers."""
    headers = here.central.headers(content_type="application/octet-stream")
    path = f"/v1/blobs/{page.blob}/chunks/0?bytes={page.bytes}"
    assert here.client.put(path, content=sealed, headers=headers).is_success


def arrived(here: FilingService, page: tuple[CapturedPaper, bytes], **more: Any) -> None:
    hand_in(here, page[0], **more)
    send(here, *page)


def reviews(here: FilingService, *words: str) -> int:
    data, url = here.central.keys.folder, here.central.office.store.database.engine.url
    where = ("--data", str(data), "--database", url.render_as_string(hide_password=False))
    return main.main(["central", "reviews", *words, *where])


def chunks(here: FilingService) -> int:
    return len(here.central.rows((ChunkRow.blob,)))


def at(here: FilingService) -> str:
    return here.central.clock[0].isoformat(timespec="seconds")


def test_a_named_reviewer_sees_the_picture_and_it_is_noted(
    here: FilingService, page: tuple[CapturedPaper, bytes], tmp_path: Path, capsys: Any
) -> None:
    arrived(here, page)
    assert reviews(here, "list") == 0
    line = capsys.readouterr().out.splitlines()[1].split("\t")
    assert line == [CASE, POINT, "H-0001", "2026-12-23", "waiting", ""]
    shown = tmp_path / "shown" / "a.jpg"
    words = ("open", CASE, "--reviewer", REVIEWER, "--to", str(shown))
    assert reviews(here, *words) == 0
    assert capsys.readouterr().out == "亳退 0000 0001\n"
    assert shown.read_bytes() == PICTURE
    assert shown.stat().st_mode & 0o777 == 0o600
    assert reviews(here, *words) == 1, "nothing is overwritten"
    assert reviews(here, "decide", CASE, "--reviewer", REVIEWER, "--verdict", "same") == 0
    assert reviews(here, "audit") == 0
    events = [line.split("\t")[1:] for line in capsys.readouterr().out.splitlines()]
    assert events == [
        [CASE, "opened", REVIEWER],
        [CASE, "same", REVIEWER],
    ]
    assert here.states()["R01"] == "ready"
    assert here.alarms() == []
    shown.unlink()


def test_who_is_not_named_or_vouched_or_did_not_look_decides_nothing(
    here: FilingService, page: tuple[CapturedPaper, bytes], tmp_path: Path, capsys: Any
) -> None:
    store, shown = here.central.office.store.reviews, str(tmp_path / "a.jpg")
    assert store.open(CASE, REVIEWER, at(here)) is ReviewTrouble.UNKNOWN
    assert store.decide(CASE, REVIEWER, ReviewVerdict.SAME, at(here)) is ReviewTrouble.UNKNOWN
    hand_in(here, page[0])
    assert store.open(CASE, REVIEWER, at(here)) is ReviewTrouble.NOT_HERE
    assert reviews(here, "list") == 0
    assert "not here yet" in capsys.readouterr().out
    send(here, *page)
    assert store.open(CASE, "H-0001", at(here)) is ReviewTrouble.VOUCHER
    assert store.decide(CASE, REVIEWER, ReviewVerdict.SAME, at(here)) is ReviewTrouble.UNSEEN
    assert reviews(here, "open", CASE, "--reviewer", "somebody", "--to", shown) == 2
    assert "R-0001" in capsys.readouterr().err
    assert reviews(here, "open", numbered(9), "--reviewer", REVIEWER, "--to", shown) == 1
    assert reviews(here, "decide", CASE, "--reviewer", REVIEWER, "--verdict", "same") == 1
    assert store.audit() == ()


def test_another_person_in_the_picture_ends_the_case_with_an_alarm(
    here: FilingService, page: tuple[CapturedPaper, bytes]
) -> None:
    arrived(here, page)
    store = here.central.office.store.reviews
    here.central.settle("R01", TaskState.DONE)
    store.open(CASE, REVIEWER, at(here))
    assert store.decide(CASE, REVIEWER, ReviewVerdict.OTHER, at(here)) is None
    assert here.states() == {"R01": "done", "R06": "ended", "R07": "ended", "R17": "ended"}
    assert not here.progress()["open"]
    queued = here.central.rows((OutgoingRow.occasion,))
    assert ("review_stopped",) in [tuple(one) for one in queued]
    assert here.central.alarms() == [("vouched-wrongly", f"{CASE}: vouched by H-0001 at {POINT}")]
    assert store.decide(CASE, REVIEWER, ReviewVerdict.SAME, at(here)) is ReviewTrouble.DECIDED
    assert store.all()[0].verdict == "other"


def test_a_friend_who_is_somebody_else_is_confirmed_by_nobody(
    here: FilingService, page: tuple[CapturedPaper, bytes]
) -> None:
    arrived(here, page, **PROXY)
    store = here.central.office.store.reviews
    store.open(CASE, REVIEWER, at(here))
    assert store.decide(CASE, REVIEWER, ReviewVerdict.OTHER, at(here)) is None
    assert here.state() == "refused"
    assert here.decide("confirm").status_code in (404, 409)
    assert set(here.states().values()) == {"ended"}


def about_pictures(here: FilingService) -> list[tuple[str, str]]:
    """Return kind and subject of the alarms that are not about the days promised for the case."""
    return [one for one in here.central.alarms() if not one[0].startswith("deadline-")]


def test_after_thirty_days_the_picture_is_gone_and_does_not_come_back(
    here: FilingService, page: tuple[CapturedPaper, bytes]
) -> None:
    arrived(here, page)
    store, watch = here.central.office.store.reviews, SilenceWatch(here.central.office)
    store.open(CASE, REVIEWER, at(here))
    store.decide(CASE, REVIEWER, ReviewVerdict.SAME, at(here))
    here.central.clock[0] += timedelta(days=29)
    watch.look()
    assert chunks(here) == 1
    here.central.clock[0] += timedelta(days=1)
    watch.look()
    assert chunks(here) == 0
    assert store.open(CASE, REVIEWER, at(here)) is ReviewTrouble.GONE
    send(here, *page)
    watch.look()
    assert chunks(here) == 0
    assert [event for _, _, event, _ in store.audit()] == ["opened", "same", "deleted"]
    assert about_pictures(here) == []
    assert here.progress()["papers_missing"] == 0
    database = Path(str(here.central.office.store.database.engine.url.database))
    files = database.parent.glob(f"{database.name}*") if database.is_file() else ()
    assert not [path for path in files if page[1][:64] in path.read_bytes()]


def test_a_picture_that_nobody_reviewed_is_deleted_with_an_alarm(
    here: FilingService, page: tuple[CapturedPaper, bytes], capsys: Any
) -> None:
    arrived(here, page)
    here.central.clock[0] += timedelta(days=30)
    watch = SilenceWatch(here.central.office)
    watch.look()
    watch.look()
    assert about_pictures(here) == [("picture-unreviewed", f"{CASE}: H-0001")]
    assert reviews(here, "list") == 0
    assert "deleted" in capsys.readouterr().out


def test_a_picture_whose_key_is_gone_is_said_to_be(
    here: FilingService, page: tuple[CapturedPaper, bytes], tmp_path: Path, capsys: Any
) -> None:
    arrived(here, page)
    opener = here.central.opening.examiner.opener
    found = here.central.office.store.reviews.open(CASE, REVIEWER, at(here))
    assert not isinstance(found, ReviewTrouble)
    other = Opener(FileKeyStore(tmp_path / "other", os.urandom))
    assert other.open_blob(found.sealed, found.sealed_for, found.digest) is None
    assert opener.open_blob(found.sealed, found.sealed_for, found.digest) == PICTURE
