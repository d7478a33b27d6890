"""A virtual machine that boots an image by UEFI, and whose serial console is read."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

EMULATOR = "qemu-system-x86_64"
FIRMWARE = Path("/usr/share/OVMF/OVMF_CODE_4M.fd")
VARIABLES = Path("/usr/share/OVMF/OVMF_VARS_4M.fd")
POLL_SECONDS = 0.2
END_SECONDS = 20.0


def lacking() -> tuple[str, ...]:
    """Return what this machine lacks to boot an image, by the names of Debian's packages."""
    wanted = {
        "qemu-system-x86": shutil.which(EMULATOR) is not None,
        "ovmf": FIRMWARE.is_file(),
    }
    return tuple(name for name, is_there in wanted.items() if not is_there)


@dataclass
class VirtualMachine:
    """One run of the machine; `console` is the file of its serial console."""

    process: subprocess.Popen[bytes]
    console: Path
    began: float = field(default_factory=time.monotonic)

    def text(self) -> str:
        """Return what the console said until now."""
        return self.console.read_text("utf-8", "replace") if self.console.exists() else ""

    def wait_for(self, words: str, seconds: float) -> float | None:
        """Return after how many seconds the console said `words`; None when not in `seconds`."""
        while time.monotonic() - self.began < seconds and self.process.poll() is None:
            if words in self.text():
                return time.monotonic() - self.began
            time.sleep(POLL_SECONDS)
        return None

    def cut_power(self) -> None:
        """End it at once, without telling the system; idempotent."""
        self.process.kill()
        self.process.wait(END_SECONDS)


@contextmanager
def booted(disk: Path, folder: Path, more: Sequence[str] = ()) -> Iterator[VirtualMachine]:
    """Boot the disk, with its firmware's variables in `folder`; its power is cut at the end.

    `more` are further words for QEMU, as another drive or a TPM.
    """
    variables = folder / "variables.fd"
    if not variables.exists():
        shutil.copy(VARIABLES, variables)
    with tempfile.NamedTemporaryFile(dir=folder, prefix="console-", delete=False) as file:
        console = Path(file.name)
    words = [
        EMULATOR,
        "-machine",
        "q35",
        "-accel",
        "tcg,thread=multi",
        "-cpu",
        "max",
        "-m",
        "2048",
        "-smp",
        "2",
    ]
    words += ["-drive", f"if=pflash,format=raw,readonly=on,file={FIRMWARE}"]
    words += ["-drive", f"if=pflash,format=raw,file={variables}"]
    words += ["-drive", f"if=virtio,format=raw,file={disk}"]
    words += ["-display", "none", "-vga", "virtio", "-serial", f"file:{console}"]
    words += ["-nic", "user,model=virtio-net-pci,restrict=on", *more]
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL)
    machine = VirtualMachine(process, console)
    try:
        yield machine
    finally:
        machine.cut_power()
