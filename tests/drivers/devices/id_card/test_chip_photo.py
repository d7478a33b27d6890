"""The slot for vendors' decoders survives all that they do. Real programs, real libraries."""

from __future__ import annotations

import hashlib
import itertools
import os
import select
import subprocess
from pathlib import Path

import pytest

from drivers.devices import chip_photo, chip_photo_library
from drivers.devices.chip_photo import (
    FOLDER_PREFIX,
    HEIGHT,
    PICTURE_BYTES,
    WIDTH,
    Abi,
    PhotoDecoder,
    find_decoder,
)
from drivers.simulated.cards import chip_photo_codec
from drivers.simulated.cards.card_chip import PHOTO_BYTES, fake_picture
from tests.drivers.vendor_library.compiler import build_library

CODEC = Path(chip_photo_codec.__file__)
WLT = fake_picture("liu", PHOTO_BYTES)
PATIENCE = 60.0
LIBRARY = """
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int unpack(char *wlt, char *bgr, int flag) {
    if (flag != 708) return -1;
    memset(bgr, wlt[5], 102 * 126 * 3);
    return 1;
}
int talking(char *wlt, char *bgr, int flag) {
    puts("debug: 0xAA"); fflush(stdout);
    return unpack(wlt, bgr, flag);
}
int nothing(char *wlt, char *bgr, int flag) { return 0; }
int crash(char *wlt, char *bgr, int flag) { abort(); return 0; }
int hang(char *wlt, char *bgr, int flag) { for (;;); return 0; }
static void path_of(char *out, const char *wlt) {
    strcpy(out, wlt);
    strcpy(strrchr(out, '.'), ".bmp");
}
int GetBmp(char *file, int interface) {
    char path[4096];
    unsigned char head[54] = {'B', 'M'}, row[308];
    FILE *wlt = fopen(file, "rb"), *bmp;
    int y;
    if (!wlt || interface != 1 || fgetc(wlt) != 'F') return -4;
    fclose(wlt);
    path_of(path, file);
    bmp = fopen(path, "wb");
    fwrite(head, 1, 54, bmp);
    for (y = 125; y >= 0; y--) { memset(row, y, 308); fwrite(row, 1, 308, bmp); }
    fclose(bmp);
    return 1;
}
int GetBmp_crash(char *file, int interface) { GetBmp(file, interface); abort(); return 1; }
int GetBmp_hang(char *file, int interface) { GetBmp(file, interface); for (;;); return 1; }
int GetBmp_unlicensed(char *file, int interface) { return -5; }
int GetBmp_short(char *file, int interface) {
    char path[4096];
    path_of(path, file);
    fclose(fopen(path, "wb"));
    return 1;
}
"""


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with the symbols and the faults of vendors', built here."""
    folder = tmp_path_factory.mktemp("wlt")
    source, built = folder / "wlt.c", folder / "libwlt.so"
    source.write_text(LIBRARY)
    build_library(source, built)
    return built


def in_library(path: Path, symbol: str, abi: Abi = Abi.UNPACK) -> PhotoDecoder:
    return find_decoder(path, symbol, abi, PATIENCE)


def test_the_simulated_decoder_draws_the_simulated_photo() -> None:
    decoder = find_decoder(CODEC, "", Abi.EXECUTABLE, PATIENCE)
    assert decoder.is_available
    picture = decoder.decode(WLT)
    assert picture == chip_photo_codec.draw(WLT)
    assert picture != decoder.decode(fake_picture("wang", PHOTO_BYTES))


def test_the_simulated_decoder_refuses_what_is_not_its_own() -> None:
    assert find_decoder(CODEC, "", Abi.EXECUTABLE, PATIENCE).decode(bytes(1024)) is None


def test_the_digest_of_the_file_is_recorded(library: Path, tmp_path: Path) -> None:
    decoder = in_library(library, "unpack")
    assert decoder.digest == hashlib.sha256(library.read_bytes()).hexdigest()
    assert find_decoder(tmp_path / "absent.so", "unpack", Abi.UNPACK).digest == ""


def test_an_absent_decoder_decodes_nothing(tmp_path: Path) -> None:
    decoder = find_decoder(tmp_path / "absent.so", "unpack", Abi.UNPACK)
    assert not decoder.is_available
    assert decoder.decode(WLT) is None


def test_what_a_library_prints_is_no_part_of_the_picture(library: Path) -> None:
    picture = find_decoder(library, "talking", Abi.UNPACK, PATIENCE).decode(WLT)
    assert picture == bytes([WLT[5]]) * PICTURE_BYTES


def test_a_library_unpacks_in_memory(library: Path) -> None:
    assert in_library(library, "unpack").decode(WLT) == b"l" * PICTURE_BYTES


def test_a_library_writes_a_bmp_beside_the_file(library: Path) -> None:
    picture = in_library(library, "GetBmp", Abi.GET_BMP).decode(WLT)
    assert picture == b"".join(bytes([y]) * WIDTH * 3 for y in range(HEIGHT))


@pytest.mark.parametrize(
    ("symbol", "abi"),
    [
        ("nothing", Abi.UNPACK),
        ("crash", Abi.UNPACK),
        ("no_such_symbol", Abi.UNPACK),
        ("GetBmp_unlicensed", Abi.GET_BMP),
        ("GetBmp_short", Abi.GET_BMP),
    ],
)
def test_what_a_library_can_do_wrong(library: Path, symbol: str, abi: Abi) -> None:
    assert in_library(library, symbol, abi).decode(WLT) is None


def test_a_library_that_hangs_is_ended(library: Path) -> None:
    # It never returns, so only the limit can end this; how soon is not judged.
    assert find_decoder(library, "hang", Abi.UNPACK, 0.5).decode(WLT) is None


def test_a_file_that_is_no_program(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_bytes(b"no program")
    assert find_decoder(plain, "", Abi.EXECUTABLE).decode(WLT) is None


@pytest.mark.parametrize("says", ["", "exit 3", "head -c 38557 /dev/zero"])
def test_a_program_must_say_exactly_one_picture(tmp_path: Path, says: str) -> None:
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ncat > /dev/null\n{says}\n")
    program.chmod(0o755)
    assert find_decoder(program, "", Abi.EXECUTABLE, PATIENCE).decode(WLT) is None


def test_the_program_around_a_library(
    library: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The same in this process, where its lines are counted."""
    said = tmp_path / "said"
    for symbol, abi, code in (
        ("unpack", Abi.UNPACK, 0),
        ("nothing", Abi.UNPACK, 1),
        ("GetBmp", Abi.GET_BMP, 0),
        ("GetBmp_unlicensed", Abi.GET_BMP, 1),
    ):
        wlt = tmp_path / "wlt"
        wlt.write_bytes(WLT)
        with wlt.open() as stdin, said.open("w") as stdout:
            monkeypatch.setattr("sys.stdin", stdin)
            monkeypatch.setattr("sys.stdout", stdout)
            assert chip_photo_library.main(str(library), symbol, abi, str(tmp_path)) == code
        assert said.stat().st_size == (0 if code else PICTURE_BYTES)


@pytest.mark.parametrize(
    ("symbol", "seconds"), [("GetBmp", PATIENCE), ("GetBmp_crash", PATIENCE), ("GetBmp_hang", 2.0)]
)
def test_no_photo_is_left_behind(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, symbol: str, seconds: float
) -> None:
    monkeypatch.setattr(chip_photo, "_SHARED_MEMORY", tmp_path)
    picture = find_decoder(library, symbol, Abi.GET_BMP, seconds).decode(WLT)
    assert bool(picture) == (symbol == "GetBmp")
    assert list(tmp_path.iterdir()) == []


def test_without_shared_memory_another_folder_does(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chip_photo, "_SHARED_MEMORY", tmp_path / "absent")
    assert in_library(library, "GetBmp", Abi.GET_BMP).decode(WLT) is not None


def program_that(tmp_path: Path, *says: str) -> Path:
    program = tmp_path / "program"
    program.write_text("\n".join(["#!/bin/sh", "cat > /dev/null", *says, ""]))
    program.chmod(0o755)
    return program


def test_a_program_that_never_stops_talking_is_cut_short(tmp_path: Path) -> None:
    # Every look at the clock is a second: the length of what it says must end this long before.
    clock = itertools.count()
    program = program_that(tmp_path, "exec yes")
    decoder = PhotoDecoder(program, "", Abi.EXECUTABLE, "digest", 1000.0, clock.__next__)
    assert decoder.decode(WLT) is None
    assert next(clock) < 500


def test_the_children_of_a_program_end_with_it(tmp_path: Path) -> None:
    """The child holds a pipe open; its end is seen once it is gone."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    far = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        picture = f"head -c {PICTURE_BYTES} /dev/zero"
        program = program_that(
            tmp_path, f"exec 3> '{fifo}'", "echo here >&3", "sleep 600 > /dev/null &", picture
        )
        decoder = find_decoder(program, "", Abi.EXECUTABLE, PATIENCE)
        assert decoder.decode(WLT) == bytes(PICTURE_BYTES)
        heard = b""
        while select.select([far], [], [], PATIENCE)[0] and (piece := os.read(far, 64)):
            heard += piece
        assert heard == b"here\n"
        assert select.select([far], [], [], 0)[0], "a child of the program is still there"
    finally:
        os.close(far)


def test_a_program_that_closes_its_output_and_stays(tmp_path: Path) -> None:
    picture = f"head -c {PICTURE_BYTES} /dev/zero"
    program = program_that(tmp_path, picture, "exec > /dev/null", "sleep 600")
    assert find_decoder(program, "", Abi.EXECUTABLE, 1.0).decode(WLT) is None


def test_a_decoder_leaves_no_core(tmp_path: Path) -> None:
    told = tmp_path / "told"
    program = program_that(tmp_path, f"ulimit -H -c > '{told}'")
    find_decoder(program, "", Abi.EXECUTABLE, PATIENCE).decode(WLT)
    assert told.read_text() == "0\n"


def test_what_a_killed_process_left_of_a_photo_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    left = tmp_path / f"{FOLDER_PREFIX}{ended.pid}-x1"
    own, other = tmp_path / f"{FOLDER_PREFIX}{os.getpid()}-x2", tmp_path / f"{FOLDER_PREFIX}me-x3"
    for folder in (left, own, other):
        folder.mkdir()
        (folder / "photo.bmp").write_bytes(b"a face")
    monkeypatch.setattr(chip_photo, "_SHARED_MEMORY", tmp_path)
    find_decoder(tmp_path / "none", "", Abi.EXECUTABLE)
    assert sorted(tmp_path.iterdir()) == sorted((own, other))
