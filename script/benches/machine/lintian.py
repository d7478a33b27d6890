"""Bench of what lintian says of the packages that are handed out, with all that they vendor.

The control is a package that names a maintainer without an address: lintian has to see it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from script.benches.figures import BenchFigure, Report
from script.benches.machine.workshop import KIOSK, SERVICE, TRAINING, another_version, packages

NAMES = (TRAINING, SERVICE, KIOSK)
LINE = re.compile(r"^([EWO]): ")
KINDS = {"E": "errors", "W": "warnings", "O": "explained"}


def measure(*, quick: bool) -> Report:
    """Build the packages and count lintian's lines; `quick` leaves the terminal's package out.

    Raises SystemExit where there is no lintian.
    """
    if shutil.which("lintian") is None:
        raise SystemExit("bench lintian: no lintian here: apt-get install -y lintian")
    names = NAMES[:2] if quick else NAMES
    figures: dict[str, BenchFigure] = {}
    with tempfile.TemporaryDirectory(prefix="kiosk-lintian-") as name:
        folder = Path(name)
        made = packages(folder, names, compression="xz")
        for deb in made:
            figures |= figures_of(deb)
        (folder / "control").mkdir()
        wrong = another_version(
            next(one for one in made if TRAINING in one.name), "0.2.0", folder / "control", spoil
        )
        seen = counted(wrong)["E"]
    figures["control_errors"] = BenchFigure(seen, "lines of a package that is wrong")
    if not seen:
        raise SystemExit("bench lintian: the control was not seen")
    return Report("lintian", figures)


def figures_of(deb: Path) -> dict[str, BenchFigure]:
    """Return the number of errors, warnings and explained tags of a package."""
    counts, name = counted(deb), deb.name.partition("_")[0]
    return {
        f"{name}_{kind}": BenchFigure(counts[letter], "lines", None if kind == "explained" else 0)
        for letter, kind in KINDS.items()
    }


def counted(deb: Path) -> Counter[str]:
    """Return how many lines of each kind lintian says of a package."""
    words = ["lintian", "--allow-root", "--show-overrides", str(deb)]
    said = subprocess.run(words, capture_output=True, text=True, check=False).stdout
    return Counter(found[1] for line in said.splitlines() if (found := LINE.match(line)))


def spoil(tree: Path) -> None:
    """Take the maintainer's address out of a package's tree."""
    control = tree / "DEBIAN" / "control"
    said = re.sub(r"(?m)^Maintainer:.*$", "Maintainer: nobody", control.read_text())
    control.write_text(said)
