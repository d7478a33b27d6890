"""The mark of a card is kept beyond the process, and lost without harm."""

from __future__ import annotations

from pathlib import Path

from drivers.devices.card_mark import MarkFile, Unremembered


def test_a_mark_outlives_its_object(tmp_path: Path) -> None:
    path = tmp_path / "card_lies"
    assert not MarkFile(path).recall()
    MarkFile(path).note(lies=True)
    assert MarkFile(path).recall()
    assert path.read_bytes() == b""
    for _ in range(2):
        MarkFile(path).note(lies=False)
    assert not MarkFile(path).recall()


def test_a_disk_that_refuses_costs_only_the_memory(tmp_path: Path) -> None:
    mark = MarkFile(tmp_path / "not there" / "card_lies")
    mark.note(lies=True)
    assert not mark.recall()
    mark.note(lies=False)


def test_without_a_file_nothing_is_remembered() -> None:
    mark = Unremembered()
    mark.note(lies=True)
    assert not mark.recall()
