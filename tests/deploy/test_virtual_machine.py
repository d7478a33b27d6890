"""Parts of `script/bench boot` that need no virtual machine: processor, shell, screen, sheet."""

from __future__ import annotations

import os
import pty
import select
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from script.benches.machine.virtual.first_day import SheetRow, rows_of
from script.benches.machine.virtual.guest_shell import GuestShell
from script.packaging.virtual_machine import has_kvm, processor

needs_bash = pytest.mark.skipif(not shutil.which("bash"), reason="not on this machine: bash")


def test_without_its_device_there_is_no_kvm(tmp_path: Path) -> None:
    assert not has_kvm(tmp_path / "kvm")


def test_an_emulated_processor_is_said_to_be_one() -> None:
    assert processor(is_kvm=False)[:2] == ("-accel", "tcg,thread=multi")
    assert processor(is_kvm=True)[:2] == ("-accel", "kvm")


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Path]:
    """A shell on a terminal, at the other end of a socket as QEMU has for a serial line."""
    path, (ours, theirs) = tmp_path / "line", pty.openpty()
    words = ["bash", "--norc", "--noprofile", "-i"]
    shell = subprocess.Popen(words, stdin=theirs, stdout=theirs, stderr=theirs, process_group=0)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        bridge = threading.Thread(target=_bridge, args=(listening, ours))
        bridge.start()
        try:
            yield path
        finally:
            shell.kill()
            shell.wait()
            os.close(theirs)
            bridge.join()
            os.close(ours)


def _bridge(listening: socket.socket, terminal: int) -> None:
    """Carry bytes both ways until one end is gone."""
    talking, _ = listening.accept()
    with talking:
        while True:
            ready, _, _ = select.select([talking, terminal], [], [])
            try:
                for one in ready:
                    data = talking.recv(4096) if one is talking else os.read(terminal, 4096)
                    if not data:
                        return
                    if one is talking:
                        os.write(terminal, data)
                    else:
                        talking.sendall(data)
            except OSError:
                return


@needs_bash
def test_a_shell_over_a_serial_line_says_output_and_exit_code(line: Path) -> None:
    with GuestShell(line) as shell:
        shell.open(60)
        long = "好" * 3000  # letters are cut where one piece of the line ends
        assert shell.run(f"echo '$HOME 好' {long}; echo b >&2") == f"$HOME 好 {long}\nb\n"
        assert shell.tries("true")
        assert not shell.tries("exit 7")
        assert shell.run("exit 7", bears=(7,)) == ""
        with pytest.raises(RuntimeError, match="ended with 3"):
            shell.run("exit 3")


def test_lines_of_the_sheet_are_read_off_the_page() -> None:
    page = """<table><tr><th scope="row" data-name="a">other</th><td>1</td><td>2</td><td>3</td></tr>
    <h2 id="sheet">x</h2><table><thead><tr><th scope="col">x</th></tr></thead><tbody>
    <tr class="full">
    <th scope="row" data-name="s">镜头 &amp; 灯</th>
    <td data-name="s"><strong class="mark">不行</strong></td>
    <td data-name="e">没有 &lt;画面&gt;</td>
    <td data-name="c">查线</td>
    </tr></tbody></table>"""
    assert list(rows_of(page)) == [SheetRow("镜头 & 灯", "不行", "没有 <画面>")]


def test_a_page_is_told_from_a_console_and_an_empty_screen(tmp_path: Path) -> None:
    cv2, np = pytest.importorskip("cv2"), pytest.importorskip("numpy")
    from script.benches.machine.virtual.screen import is_page

    paper = np.full((192, 108, 3), (0xE9, 0xF3, 0xF8), np.uint8)
    page = paper.copy()
    for at in range(20):
        page[at * 4 : at * 4 + 3, :50] = (at * 12, 255 - at * 12, at * 7)
    console = np.zeros_like(paper)
    console[:60:3, :40] = 170
    for name, picture in (("page", page), ("paper", paper), ("console", console)):
        cv2.imwrite(str(tmp_path / f"{name}.png"), picture)
    found = {one: is_page(tmp_path / f"{one}.png") for one in ("page", "paper", "console", "none")}
    assert found == {"page": True, "paper": False, "console": False, "none": False}
