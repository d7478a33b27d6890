"""Files of a terminal: the visits' journal, identity and authority."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drivers.central.enrolment import Admitted
from kiosk import atomic_file
from kiosk.config.schema import ConfigError
from kiosk.config.settings import Settings
from kiosk.crypto.terminal_key import TerminalKey
from kiosk.journal.recorder import Journal
from kiosk.operator_texts import text_of
from kiosk.units import MIB
from tests.kiosk.invented_people import handbook
from wiring import delivery_service
from wiring import terminal as terminal_wiring
from wiring.enrolment import keep_admitted


def journal(settings: Settings) -> Path:
    return Path(settings.store.path).with_name("journal.jsonl")


def test_the_journal_is_kept_beside_the_database(settings):
    write = terminal_wiring.journal_writer(settings)
    write("一")
    write("二")
    assert journal(settings).read_text("utf-8") == "一\n二\n"


def test_a_full_journal_becomes_the_one_older_file(settings):
    write, path = terminal_wiring.journal_writer(settings), journal(settings)
    old = path.with_name("journal.old.jsonl")
    for name in ("a", "b"):
        write(name * MIB)
        write("next")
        assert old.read_text("utf-8")[0] == name
        assert path.read_text("utf-8") == "next\n"
        path.unlink()
    assert sorted(one.name for one in path.parent.iterdir()) == ["journal.old.jsonl"]


def test_a_new_journal_begins_with_what_is_known_of_the_terminal(settings):
    write, path = terminal_wiring.journal_writer(settings), journal(settings)
    Journal(write, handbook()).begin()
    (heading,) = path.read_text("utf-8").splitlines()
    write("a" * MIB)
    write("next")
    assert path.read_text("utf-8").splitlines() == [heading, "next"]


def test_a_journal_that_cannot_be_written_ends_no_visit(settings):
    journal(settings).mkdir(parents=True)
    terminal_wiring.journal_writer(settings)("lost")
    Path(settings.store.path).parent.parent.joinpath("file").touch()
    below = replace(settings.store, path=str(journal(settings).parents[1] / "file" / "kiosk.db"))
    terminal_wiring.journal_writer(replace(settings, store=below))("lost")


@pytest.mark.parametrize("kind", ["file", "sealed"])
@pytest.mark.parametrize("content", [None, b"", bytes(31), bytes(33), bytes(80)])
def test_an_identity_that_cannot_be_used_is_named(settings, kind, content, tmp_path):
    path, url = tmp_path / "identity", f"{kind}:{tmp_path / 'identity'}"
    path.unlink()
    if content is not None:
        path.touch(0o600)
        path.write_bytes(content)
    named = replace(settings, central=replace(settings.central, identity=url))
    with pytest.raises(ConfigError) as caught:
        delivery_service.identity_of(named)
    assert (
        str(caught.value) == f"{url}：central.identity：{text_of('terminal.identity_unusable')}。"
    )


def test_an_identity_that_others_may_read_is_none(settings, tmp_path):
    assert delivery_service.identity_of(settings).key.private == bytes(32)
    (tmp_path / "identity").chmod(0o640)
    with pytest.raises(ConfigError, match=r"central\.identity"):
        delivery_service.identity_of(settings)


def test_an_authority_that_cant_be_used_is_told(settings, tmp_path):
    path = tmp_path / "authority.crt"
    path.write_text("nothing of the kind")
    pinned = replace(settings, central=replace(settings.central, authority=str(path)))
    with pytest.raises(ConfigError) as caught:
        delivery_service.central_of(pinned, None)
    assert (
        str(caught.value)
        == f"{path}：central.authority：{text_of('terminal.authority_unusable')}。"
    )


def test_an_authority_that_an_image_brought_is_not_written_again(settings, tmp_path, monkeypatch):
    """It lies where the first start's unit may not write: /etc is read-only there."""
    path, written = tmp_path / "authority.crt", []
    write = atomic_file.write_atomically
    monkeypatch.setattr(
        atomic_file, "write_atomically", lambda to, *said: written.append(to) or write(to, *said)
    )
    own = tmp_path / "own"
    central = replace(
        settings.central,
        authority=str(path),
        keys=str(own / "keys.json"),
        identity=f"file:{own / 'identity'}",
    )
    here = replace(settings, central=central, store=replace(settings.store, path=str(own / "db")))
    key = TerminalKey(bytes(32), datetime(2026, 12, 1, tzinfo=UTC))
    for content, times in (("one\n", 0), ("another\n", 1), (None, 2)):
        if content is None:
            path.unlink()
        else:
            path.write_text(content)
        keep_admitted(here, Admitted("BZ-1", {}, "one"), key)
        assert written.count(path) == times
        assert path.read_text().strip() == "one"
