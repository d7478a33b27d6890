"""A confirmed application is there after every power cut, and the harness sees when it is not."""

from __future__ import annotations

from random import Random

import pytest

from script.benches.storage.lost_power import (
    Append,
    Disk,
    PrintedLine,
    Remove,
    Rename,
    Sync,
    Truncate,
    Write,
    WriteFate,
    read_trace,
)
from script.benches.storage.power_cut import cut_power

SEED = 20261124


def images(disk: Disk, loss: WriteFate) -> set[tuple[tuple[str, bytes], ...]]:
    drawn = (disk.image(loss, Random(seed)) for seed in range(200))
    return {tuple(sorted(image.items())) for image in drawn}


def disk_after(*operations) -> Disk:
    disk = Disk()
    for operation in operations:
        disk.take(operation)
    return disk


def test_unsynced_writes_may_survive_or_not():
    disk = disk_after(Write("a", 0, b"11"), Sync("a"), Write("a", 2, b"22"), Write("a", 4, b"33"))
    assert images(disk, WriteFate.NOTHING) == {(("a", b"112233"),)}
    assert images(disk, WriteFate.ALL) == {(("a", b"11"),)}
    assert images(disk, WriteFate.SOME) == {
        (("a", b"11"),),
        (("a", b"1122"),),
        (("a", b"11\x00\x0033"),),
        (("a", b"112233"),),
    }


def test_a_write_tears_at_sectors():
    disk = disk_after(Write("a", 0, bytes(1024)), Sync("a"), Write("a", 256, b"x" * 512))
    torn = {image[0][1][256:768] for image in images(disk, WriteFate.TORN)}
    half = b"x" * 256
    assert torn == {bytes(512), half + bytes(256), bytes(256) + half, half + half}


def test_a_removed_name_is_sure_only_after_the_folder_was_synced():
    removed = (Write("a", 0, b"old"), Sync("a"), Remove("a"))
    assert images(disk_after(*removed), WriteFate.SOME) == {(), (("a", b"old"),)}
    assert images(disk_after(*removed), WriteFate.ALL) == {(("a", b"old"),)}
    assert images(disk_after(*removed, Sync("")), WriteFate.ALL) == {()}
    # a new file under the old name: what is not synced leaves the old one
    again = disk_after(*removed, Write("a", 0, b"new"))
    assert images(again, WriteFate.ALL) == {(("a", b"old"),)}
    again.take(Sync("a"))
    assert images(again, WriteFate.ALL) == {(("a", b"new"),)}


def test_a_cut_file_is_shorter():
    disk = disk_after(Write("a", 0, b"12345"), Sync("a"), Truncate("a", 2))
    assert images(disk, WriteFate.SOME) == {(("a", b"12"),), (("a", b"12345"),)}


def test_a_renamed_file_is_sure_only_after_the_folder_was_synced():
    old = (Write("a", 0, b"old"), Sync("a"), Sync(""))
    renamed = (*old, Append("b", b"n"), Append("b", b"ew"), Sync("b"), Rename("b", "a"))
    before = (("a", b"old"), ("b", b"new"))
    assert images(disk_after(*renamed), WriteFate.ALL) == {before}
    assert images(disk_after(*renamed), WriteFate.SOME) == {before, (("a", b"new"),)}
    assert images(disk_after(*renamed, Sync("")), WriteFate.ALL) == {(("a", b"new"),)}


def line(call: str, pid: str = "7") -> str:
    return f"{pid}  {call}\n"


def encoded(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


def test_a_trace_is_read(tmp_path):
    trace, file = tmp_path / "trace", encoded(str(tmp_path / "kiosk.db"))
    folder, shared = encoded(str(tmp_path)), encoded(str(tmp_path / "kiosk.db-shm"))
    trace.write_text(
        line(f'pwrite64(3<{file}>, "{encoded("abcd")}", 4, 8) = 3', "123456")
        + line(f"fdatasync(3<{file}>) = 0")
        + line(f"ftruncate(3<{file}>, 5) = 0")
        + line(f'pwrite64(4<{shared}>, "{encoded("a")}", 1, 0) = 1')
        + line(f'write(1<{encoded("pipe")}>, "{encoded("confirmed 1 2")}", 13) = 13')
        + line(f'unlink("{file}") = 0')
        + line(f'unlink("{file}") = -1 ENOENT (No such file or directory)')
        + line(f"fsync(5<{folder}>) = 0")
        + line(f'write(3<{file}>, "{encoded("ab")}", 2) = 2')
        + line(f'rename("{file}", "{encoded(str(tmp_path / "other"))}") = 0')
        + line('write(2</dev/null>, "", 0) = 0')
    )
    assert list(read_trace(trace, tmp_path)) == [
        Write("kiosk.db", 8, b"abc"),
        Sync("kiosk.db"),
        Truncate("kiosk.db", 5),
        PrintedLine("confirmed 1 2"),
        Remove("kiosk.db"),
        Sync(""),
        Append("kiosk.db", b"ab"),
        Rename("kiosk.db", "other"),
    ]


def test_a_call_that_another_threads_broke_off_is_whole_when_it_returns(tmp_path):
    trace, file = tmp_path / "trace", encoded(str(tmp_path / "kiosk.db"))
    copies = encoded(str(tmp_path / "kiosk.db.copies"))
    trace.write_text(
        line(f"fdatasync(4<{copies}> <unfinished ...>", "8")
        + line(f'pwrite64(3<{file}>, "{encoded("ab")}", 2, 0 <unfinished ...>')
        + line("<... fdatasync resumed>)       = 0", "8")
        + line("<... pwrite64 resumed>)        = 2")
    )
    read = list(read_trace(trace, tmp_path))
    assert read == [Sync("kiosk.db.copies"), Write("kiosk.db", 0, b"ab")]


@pytest.mark.parametrize(
    "call",
    [
        'pwrite64(3<{file}>, "", 4, 8 <unfinished ...>',
        "mmap(NULL, 4096, PROT_READ, MAP_SHARED, 3<{file}>, 0) = 0x7f0000000000",
        'renameat(AT_FDCWD, "{file}", AT_FDCWD, "{file}") = 0',
        "writev(3<{file}>, [], 0) = 0",
    ],
)
def test_what_the_model_does_not_know_is_no_silence(tmp_path, call):
    trace = tmp_path / "trace"
    trace.write_text(line(call.format(file=encoded(str(tmp_path / "kiosk.db")))))
    with pytest.raises(ValueError, match=r"not understood|not modelled"):
        list(read_trace(trace, tmp_path))


@pytest.mark.slow
def test_no_power_cut_loses_what_was_confirmed():
    outcome = cut_power(applications=8, seed=SEED, every=3)
    assert not outcome.violations, outcome
    assert outcome.images > 250


@pytest.mark.slow
def test_the_same_cuts_find_what_a_weaker_setting_loses():
    weak = {"applications": 8, "seed": SEED, "every": 9, "synchronous": "NORMAL"}
    outcome = cut_power(**weak, copies=False)
    assert outcome.violations["acknowledged and gone"], outcome
    assert outcome.worst > 1
    copied = cut_power(**weak)  # the copies bring it back, and it is told
    assert not copied.violations["acknowledged and gone"], copied
    assert copied.violations["a power cut was told as damage: restored"]
