"""A TPM 2.0 of a virtual machine, by swtpm: its state is a folder, as a chip's is in the chip."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_SECONDS, END_SECONDS, POLL_SECONDS = 20.0, 10.0, 0.05


def lacking() -> tuple[str, ...]:
    """Return what this machine lacks for it, by the names of Debian's packages."""
    return () if shutil.which("swtpm") else ("swtpm",)


@contextmanager
def software_tpm(state: Path, folder: Path) -> Iterator[list[str]]:
    """Run a TPM whose state is the folder `state`; yield QEMU's words for it.

    Each start of the machine needs one of its own, as a chip that is reset. Raises RuntimeError
    when it does not start.
    """
    state.mkdir(exist_ok=True)
    control = folder / f"{state.name}.sock"
    control.unlink(missing_ok=True)
    words = ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={state}"]
    words += ["--ctrl", f"type=unixio,path={control}", "--terminate"]
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL)
    try:
        _await(control, process)
        yield [
            *("-chardev", f"socket,id=tpm,path={control}"),
            *("-tpmdev", "emulator,id=tpm0,chardev=tpm", "-device", "tpm-crb,tpmdev=tpm0"),
        ]
    finally:
        process.terminate()
        process.wait(END_SECONDS)


def _await(control: Path, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + START_SECONDS
    while not control.exists():
        if process.poll() is not None or time.monotonic() > give_up:
            raise RuntimeError("swtpm did not start")
        time.sleep(POLL_SECONDS)
