"""Many folder systems over one base that was made once, each in control groups of its own.

What a copy changes lies in a folder of its own (overlayfs); the base stays as it was. The copies
share the machine's network, so that all of them reach one control room on the loopback.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Self

from script.benches.machine.folder_system import ENVIRONMENT, HOME, QUIET, FolderSystem

CONTROL_GROUPS = Path("/sys/fs/cgroup")
HIERARCHIES = ("", "systemd", "unified")
BURIALS, BURIAL_SECONDS = 50, 0.1
APART = """mount -t overlay overlay -o "$1" "$2"
root="$2"
shift 2
for file; do echo $$ > "$file"; done
exec systemd-nspawn {words} --boot -D "$root"
"""


class SystemCopy(FolderSystem):
    """One folder system over a base; `name` is that of its machine.

    It is mounted in a mount namespace of its own, and is gone when its process ends.
    """

    def __init__(self, base: Path, folder: Path, name: str) -> None:
        super().__init__(folder / name)
        self.name = name
        self._base = base
        self._upper, self._work = (folder / f"{name}.{part}" for part in ("upper", "work"))
        self._groups: list[Path] = []

    def __enter__(self) -> Self:
        for path in (self.root, self._upper, self._work, self._upper / "etc"):
            path.mkdir()
        (self._upper / "etc" / "hostname").write_text(f"{self.name.lower()}\n")
        own = uuid.uuid5(uuid.NAMESPACE_DNS, self.name).hex
        (self._upper / "etc" / "machine-id").write_text(f"{own}\n")
        return self

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        for path in (self.root, self._upper, self._work):
            shutil.rmtree(path, ignore_errors=True)
        for group in self._groups:
            _remove_group(group)

    def command(self) -> Sequence[str]:
        """Return what boots it, in control groups of its own: two systems in one would meet."""
        self._groups = [
            CONTROL_GROUPS / kind / f"kiosk-{os.getpid()}-{self.name}"
            for kind in HIERARCHIES
            if (CONTROL_GROUPS / kind / "cgroup.procs").exists()
        ]
        for group in self._groups:
            group.mkdir(exist_ok=True)
        over = f"lowerdir={self._base},upperdir={self._upper},workdir={self._work}"
        files = [str(group / "cgroup.procs") for group in self._groups]
        script = APART.format(words=" ".join(QUIET))
        apart = ("unshare", "--mount", "--propagation", "private", "/bin/sh", "-ec", script, "sh")
        return (*apart, over, str(self.root), *files)

    def put(self, path: Path, to: str = HOME) -> None:
        """Copy a file into the running system's folder `to`."""
        shutil.copy(path, f"/proc/{self._leader}/root{to}")


def _remove_group(group: Path) -> None:
    """Remove a control group with those in it; it is busy until the kernel buried its processes."""
    for _ in range(BURIALS):
        for below, _folders, _files in os.walk(group, topdown=False):
            with suppress(OSError):
                Path(below).rmdir()
        if not group.exists():
            return
        time.sleep(BURIAL_SECONDS)


def in_base(base: Path, script: str) -> str:
    """Run shell lines as root in a base that is not booted; return what they said."""
    done = subprocess.run(
        ["systemd-nspawn", *QUIET, "--pipe", "-D", base, "/bin/sh", "-ec", script],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env=ENVIRONMENT,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{script}\nended with {done.returncode}:\n{done.stdout}")
    return done.stdout


@contextmanager
def copies(base: Path, folder: Path, names: Sequence[str]) -> Iterator[list[SystemCopy]]:
    """Make so many systems over a base, none of them booted; end and remove them."""
    with ExitStack() as opened:
        yield [opened.enter_context(SystemCopy(base, folder, name)) for name in names]
