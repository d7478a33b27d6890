"""Files that are replaced whole: owner, mode, and what a power cut leaves of them."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from kiosk.atomic_file import (
    UNFINISHED,
    lock_folder,
    make_file,
    make_folder,
    replace_durably,
    write_atomically,
)
from kiosk.crypto.terminal_identity import read_key
from script.benches.storage.lost_power import (
    Disk,
    Operation,
    PrintedLine,
    WriteFate,
    read_trace,
    strace,
)
from tests.kiosk.crypto.test_terminal_identity import OLD, SEAL
from tests.kiosk.delivery.renewing import ANNOUNCED, SIGNED
from wiring.places import ROOT

SEED = 20261129
OWNER, GROUP = 4711, 4712  # of no account
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
traced = pytest.mark.skipif(shutil.which("strace") is None, reason="no strace here")


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "file"
    write_atomically(path, b"content")
    assert (path.read_bytes(), mode_of(path)) == (b"content", 0o600)
    assert {mode_of(path.parent), mode_of(path.parent.parent)} == {0o700}
    assert [one.name for one in path.parent.iterdir()] == ["file"]


def test_a_file_keeps_its_mode_unless_another_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    path.chmod(0o644)
    write_atomically(path, b"public")
    assert mode_of(path) == 0o644
    write_atomically(path, b"secret", 0o600)
    assert mode_of(path) == 0o600


def test_what_an_earlier_run_left_unfinished_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / f"file{UNFINISHED}").write_bytes(b"half")
    write_atomically(tmp_path / "file", b"whole")
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_a_refused_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "folder"
    (path / "inside").mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        write_atomically(path, b"a folder is in the way")
    assert [one.name for one in tmp_path.iterdir()] == ["folder"]


@as_root
def test_what_root_writes_belongs_to_the_owner_of_the_folder(tmp_path: Path) -> None:
    os.chown(tmp_path, OWNER, GROUP)
    write_atomically(tmp_path / "new" / "file", b"")
    make_file(tmp_path / "empty")
    for path in (tmp_path / "new", tmp_path / "new" / "file", tmp_path / "empty"):
        assert (path.stat().st_uid, path.stat().st_gid) == (OWNER, GROUP)


def test_who_is_not_root_gives_nothing_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: OWNER)
    monkeypatch.setattr(os, "fchown", None)
    write_atomically(tmp_path / "file", b"content")
    assert (tmp_path / "file").stat().st_uid == os.getuid()


@as_root
def test_a_replaced_file_keeps_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    os.chown(path, OWNER, GROUP)
    write_atomically(path, b"content")
    assert (path.stat().st_uid, path.stat().st_gid) == (OWNER, GROUP)


def test_an_empty_file_and_a_folder_are_made_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"there")
    make_file(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"there"
    make_folder(tmp_path / "folder")
    make_folder(tmp_path / "folder")


def test_a_folder_that_another_process_made_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Path.mkdir

    def slower(folder: Path, mode: int = 0o777) -> None:
        made(folder, mode)
        made(folder, mode)

    monkeypatch.setattr(Path, "mkdir", slower)
    make_folder(tmp_path / "folder")
    assert (tmp_path / "folder").is_dir()


def test_the_lock_of_a_folder_is_held_by_one(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    with lock_folder(folder):
        descriptor = os.open(folder, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(descriptor)


def calls_of(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record which files are flushed and renamed, in order."""
    found: list[str] = []
    flushed, renamed = os.fsync, Path.replace

    def fsync(descriptor: int) -> None:
        found.append(f"fsync {Path(f'/proc/self/fd/{descriptor}').readlink().name}")
        flushed(descriptor)

    def replace(source: Path, target: Path) -> Path:
        found.append(f"rename {source.name} {target.name}")
        return renamed(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    return found


def test_file_then_name_then_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = calls_of(monkeypatch)
    write_atomically(tmp_path / "file", b"content")
    assert calls == ["fsync file.new", "rename file.new file", f"fsync {tmp_path.name}"]
    calls.clear()
    replace_durably(tmp_path / "file", tmp_path / "other")
    assert calls == ["rename file other", f"fsync {tmp_path.name}"]


def recorded_renewal(folder: Path) -> list[Operation]:
    """Renew a terminal's key in a process of its own; return what it did to its folder."""
    data, trace = folder / "data", folder / "trace"
    data.mkdir()
    command = [*strace(trace), sys.executable, "-m", "tests.kiosk.delivery.renewing", str(data)]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, timeout=120)
    return list(read_trace(trace, data))


def keys_after_cuts(operations: list[Operation], folder: Path) -> list[tuple[str, str]]:
    """Cut the power after each operation; return what was heard last, and the key that is left.

    The key's id is "" where there is none that opens.
    """
    disk, heard, found = Disk(), "", []
    image_path = folder / "image" / "identity"
    image_path.parent.mkdir()
    for number, operation in enumerate(operations):
        disk.take(operation)
        heard = operation.line if isinstance(operation, PrintedLine) else heard
        for loss in WriteFate:
            image = disk.image(loss, Random(f"{SEED} {number} {loss.value}"))
            image_path.write_bytes(image.get("identity", b""))
            try:
                found.append((heard, read_key(image_path, SEAL).id))
            except Exception:  # noqa: BLE001 - whatever keeps it from opening locks out
                found.append((heard, ""))
    return found


@traced
@pytest.mark.slow
def test_no_power_cut_takes_the_key_that_was_used(tmp_path: Path) -> None:
    """Once a request was signed by the new key the old one is worth nothing."""
    found = keys_after_cuts(recorded_renewal(tmp_path), tmp_path)
    used = {word.split(" ")[1] for word, _ in found if word.startswith(SIGNED)}
    assert len(used) == 1
    assert {key for word, key in found if word.startswith(SIGNED)} == used
    assert {key for word, key in found if word == ANNOUNCED} <= {OLD.id, *used}


@traced
@pytest.mark.slow
def test_without_the_flush_of_the_folder_the_same_cuts_lock_out(tmp_path: Path) -> None:
    """The control: the harness sees the loss when the folder is not flushed."""
    operations = recorded_renewal(tmp_path)
    folder_flushes = [at for at, one in enumerate(operations) if getattr(one, "name", None) == ""]
    del operations[folder_flushes[-1]]
    found = keys_after_cuts(operations, tmp_path)
    assert OLD.id in {key for word, key in found if word.startswith(SIGNED)}
