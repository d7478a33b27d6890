"""PostgreSQL's log is archived by the scripts of the package, and a service comes back from it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.central.operator.test_backup import fill, put
from tests.central.standing import WANG, numbered, standing
from tests.central.store.old_databases import rows
from tests.deploy.archiving import LIMIT, SCRIPTS, ArchivingServer, archiving_server, restored
from tests.postgresql import installed

SEGMENT = 16 * 1024 * 1024


@pytest.fixture
def archiving() -> Iterator[ArchivingServer]:
    programs = installed()
    if programs is None:
        pytest.skip("no PostgreSQL server below /usr/lib/postgresql: script/bootstrap --test")
    with archiving_server(programs) as found:
        yield found


def test_a_service_comes_back_as_it_was_at_an_instant(
    archiving: ArchivingServer, tmp_path: Path
) -> None:
    """A whole copy, a little change, a mistake: back to just before the mistake."""
    url, base = archiving.server.fresh_database(), archiving.room / "base"
    with standing(tmp_path, url) as central, central.client() as client:
        fill(central, client)
        whole = archiving.base_backup(base)
        archiving.archived(url)
        before = archiving.sizes()
        assert put(central, client, 2, central.body(2, WANG)).status_code == 201
        archiving.archived(url)
        change = archiving.sizes() - before
    wanted = rows(url)
    archiving.ask("SELECT pg_create_restore_point('good')::text", url)
    archiving.ask("WITH gone AS (DELETE FROM task RETURNING 1) SELECT count(*) FROM gone", url)
    archiving.ask("SELECT pg_create_restore_point('late')::text", url)
    archiving.archived(url)
    assert rows(url) != wanted
    assert 0 < change < SEGMENT / 8
    assert change < whole
    with restored(archiving, base, "good", url) as there:
        assert rows(there) == wanted
        with standing(tmp_path, there) as anew, anew.client() as other:
            assert anew.office.store.cases.progress(numbered(2)) is not None
            assert put(anew, other, 2, anew.body(2, WANG)).status_code == 200  # known
    with restored(archiving, base, "late", url) as there:
        assert rows(there) == rows(url)


def test_a_segment_without_a_word_is_archived_too(archiving: ArchivingServer) -> None:
    """PostgreSQL closes no empty segment: whoever waited for one waited for ever."""
    url = archiving.server.fresh_database()
    for _ in range(3):
        archiving.archived(url)


def archive(folder: Path, name: str, content: bytes) -> subprocess.CompletedProcess[str]:
    source = folder / "segment"
    source.write_bytes(content)
    words = ["sh", str(SCRIPTS / "archive-wal"), str(source), name, str(folder / "kept")]
    return subprocess.run(words, check=False, capture_output=True, text=True, timeout=LIMIT)


def restore(folder: Path, name: str) -> subprocess.CompletedProcess[str]:
    words = [str(SCRIPTS / "restore-wal"), name, str(folder / "back"), str(folder / "kept")]
    return subprocess.run(
        ["sh", *words], check=False, capture_output=True, text=True, timeout=LIMIT
    )


def test_a_segment_is_kept_once_and_never_replaced(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    content = bytes(SEGMENT)
    for _ in range(2):
        assert archive(tmp_path, "A1", content).returncode == 0
    told = archive(tmp_path, "A1", b"x" + content[1:])
    assert told.returncode == 1
    assert "other content" in told.stderr
    assert [path.name for path in kept.iterdir()] == ["A1.gz"]
    assert (kept / "A1.gz").stat().st_mode & 0o777 == 0o600
    assert (kept / "A1.gz").stat().st_size < SEGMENT / 500
    assert restore(tmp_path, "A1").returncode == 0
    assert (tmp_path / "back").read_bytes() == content
    assert restore(tmp_path, "A2").returncode == 1


def test_an_archive_that_takes_nothing_is_told(tmp_path: Path) -> None:
    """PostgreSQL keeps the segment and asks again."""
    assert archive(tmp_path, "A1", b"x").returncode != 0
