"""A shell as root on a virtual machine's second serial line, for the bench alone.

The kernel's words of the bench's image ask for it (`DEBUG_SHELL`); no other image has it.
"""

from __future__ import annotations

import base64
import codecs
import socket
import time
from pathlib import Path
from types import TracebackType
from typing import Self

DEBUG_SHELL = "systemd.debug_shell=ttyS1"
POLL_SECONDS, SAY_SECONDS, WORK_SECONDS = 0.5, 5.0, 1800.0
LINE = 512  # a line of a terminal holds 4,095 bytes
GREETING, BEGIN, END = "shell-is-here", "shell-begins", "shell-ends"


class GuestShell:
    """The bench's end of the line; `path` is a socket that QEMU listens on.

    It has the methods of a folder system that the other benches' steps need.
    """

    def __init__(self, path: Path) -> None:
        """Prepare it; the line is not open yet."""
        self._path = path
        self._line = socket.socket(socket.AF_UNIX)
        self._said = ""
        # A letter may come in two halves.
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def __enter__(self) -> Self:
        self._line.settimeout(POLL_SECONDS)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._line.close()

    def words(self) -> list[str]:
        """Return QEMU's words for the second serial line."""
        return ["-serial", f"unix:{self._path},server=on,wait=off"]

    def open(self, seconds: float) -> None:
        """Connect and wait until the shell answers. Raises RuntimeError when it does not."""
        give_up = time.monotonic() + seconds
        while not self._is_connected():
            if time.monotonic() > give_up:
                raise RuntimeError("the virtual machine has no second serial line")
            time.sleep(POLL_SECONDS)
        while time.monotonic() < give_up:
            # Quotes: the echo of this line is no answer.
            self._send(f"stty -echo; PS1= PS2=; echo {GREETING[:5]}''{GREETING[5:]}")
            if self._await(GREETING, time.monotonic() + SAY_SECONDS):
                self._said = ""
                return
        raise RuntimeError(f"no shell in the virtual machine; its line said: {self._said[-500:]!r}")

    def run(
        self, script: str, *, bears: tuple[int, ...] = (0,), seconds: float = WORK_SECONDS
    ) -> str:
        """Run shell lines as root, in /root; return standard output and error together.

        Raises RuntimeError when the exit code is not one of `bears`, or after `seconds`.
        """
        code, said = self._ask(script, seconds)
        if code not in bears:
            raise RuntimeError(f"{script}\nended with {code}:\n{said}")
        return said

    def tries(self, script: str) -> bool:
        """Run shell lines; tell whether they ended with 0."""
        return self._ask(script, WORK_SECONDS)[0] == 0

    def _ask(self, script: str, seconds: float) -> tuple[int, str]:
        self._said = ""
        packed = base64.b64encode(f"cd /root\n{script}\n".encode()).decode()
        file = "/run/bench-script"
        self._send(f": >{file}")
        for start in range(0, len(packed), LINE):
            self._send(f"printf %s {packed[start : start + LINE]} >>{file}")
        shell = f'LC_ALL=C.UTF-8 sh -ec "$(base64 -d {file})" </dev/null 2>&1'
        self._send(f"echo {BEGIN[:5]}''{BEGIN[5:]}; {shell}; echo {END[:5]}''{END[5:]} $?.")
        if not self._await(f"{END} ", time.monotonic() + seconds, "."):
            raise RuntimeError(f"{script}\ndid not end in {seconds:.0f} s: {self._said[-2000:]}")
        said, _, code = self._said.split(BEGIN, 1)[1].rpartition(f"{END} ")
        return int(code.split(".")[0]), said.replace("\r\n", "\n").lstrip("\n")

    def _is_connected(self) -> bool:
        try:
            self._line.connect(str(self._path))
        except OSError:
            return False
        return True

    def _send(self, line: str) -> None:
        self._line.sendall(f"{line}\n".encode())

    def _await(self, words: str, give_up: float, after: str = "") -> bool:
        """Read until `words` were said and `after` behind them."""
        while True:
            found = self._said.find(words)
            if found >= 0 and after in self._said[found + len(words) :]:
                return True
            if time.monotonic() > give_up:
                return False
            try:
                self._said += self._decoder.decode(self._line.recv(1 << 16))
            except TimeoutError:
                continue
