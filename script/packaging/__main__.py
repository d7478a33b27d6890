"""`script/package`: the Debian packages of this tree, into out/packages."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tomllib
from pathlib import Path

from kiosk.progress import ProgressLine
from script.packaging import image, offline
from script.packaging.deb import Edition, build
from script.packaging.lock import needed, read_lock
from script.packaging.plan import PackagePlan, read_plan
from script.packaging.wheels import fetch, idle
from wiring.termination import run_terminably

ROOT = Path(__file__).resolve().parents[2]
PLANS = ROOT / "deploy" / "packages"
ARCHITECTURES = ("amd64", "arm64")
MAINTAINER = "Retirement kiosk <maintainer@example.invalid>"


def main() -> int:
    """Build the packages and print the path of each."""
    options = _options()
    out = options.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    edition = Edition(
        ROOT, options.version, options.epoch, options.arch, MAINTAINER, options.compression
    )
    made = []
    with ProgressLine(str(out), len(options.packages)) as line:
        for name in options.packages:
            plan = read_plan(PLANS / name)
            line.begin(f"{name}, wheels")
            wheels = wheels_of(plan, options.arch, options.wheels.resolve())
            line.begin(f"{name}, {options.compression}")
            made.append(build(plan, edition, wheels, out))
            line.step(name)
    print("\n".join(map(str, made)))
    return 0


def wheels_of(plan: PackagePlan, arch: str, folder: Path) -> tuple[Path, ...]:
    """Return the wheels that a plan needs of requirements.lock, fetched into `folder`.

    Raises SystemExit when a pattern of `left_out` matches nothing.
    """
    if not plan.wheels:
        return ()
    lock = read_lock(ROOT / "requirements.lock")
    wheels = fetch(needed(lock, plan.wheels, arch), folder / arch, arch)
    if patterns := idle(wheels, plan.left_out):
        raise SystemExit(
            f"{plan.name}: left_out names what no wheel has: {', '.join(patterns)}; "
            "look what took its place, and mend package.toml"
        )
    return wheels


def this_version() -> str:
    """Return the version in pyproject.toml."""
    said = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return str(said["project"]["version"])


def this_epoch() -> int:
    """Return SOURCE_DATE_EPOCH, or the newest commit's time, in seconds since 1970."""
    if said := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(said)
    asked = ["git", "log", "-1", "--format=%ct"]
    done = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True)
    return int(done.stdout)


def _options() -> argparse.Namespace:
    known = sorted(path.parent.name for path in PLANS.glob("*/package.toml"))
    parser = argparse.ArgumentParser(prog="script/package", description=__doc__)
    parser.add_argument("packages", nargs="*", default=known, help=f"of {', '.join(known)}")
    parser.add_argument("--arch", choices=ARCHITECTURES, default=ARCHITECTURES[0])
    parser.add_argument("--version", default=this_version(), help="default: of pyproject.toml")
    parser.add_argument("--epoch", type=int, default=this_epoch(), help="default: the commit's")
    parser.add_argument("--compression", choices=("xz", "zstd"), default="xz")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "packages")
    parser.add_argument("--wheels", type=Path, default=ROOT / "out" / "wheels")
    options = parser.parse_args()
    if unknown := [name for name in options.packages if name not in known]:
        parser.error(f"no package {', '.join(unknown)}; there are {', '.join(known)}")
    return options


def run() -> int:
    """Make packages, or with the first word `image` or `offline` that; return the exit code."""
    first, words = sys.argv[1:2], sys.argv[2:]
    if first == ["image"]:
        return image.main(words)
    return offline.main(words) if first == ["offline"] else main()


if __name__ == "__main__":
    sys.exit(run_terminably(run, own_temporary=True))
