"""The packages of an update: what is there, a good version, and one that never says READY."""

from __future__ import annotations

from typing import TYPE_CHECKING

from script.benches.machine.update import MAIN, NEVER_READY
from script.benches.machine.workshop import KIOSK, another_version, packages, unchanged

if TYPE_CHECKING:
    from pathlib import Path

FIRST, GOOD, BROKEN = "0.1.0", "0.2.0", "0.3.0"
QUICKLY = ("-Zzstd", "-z1")


def make_versions(kept: Path) -> dict[str, Path]:
    """Return the terminal's packages by version, made in the folder `kept` where they are not."""
    places = {one: kept / f"{KIOSK}_{one}_amd64.deb" for one in (FIRST, GOOD, BROKEN)}
    if not places[FIRST].exists():
        packages(kept, (KIOSK,))
    for version, change in ((GOOD, unchanged), (BROKEN, break_program)):
        if not places[version].exists():
            another_version(places[FIRST], version, kept, change, QUICKLY)
    return places


def break_program(tree: Path) -> None:
    """Let a package's program end before it says READY; its other commands still work."""
    program = tree / MAIN
    said, head = program.read_text(), "import sys\n"
    if head not in said:
        raise RuntimeError(f"nothing to break in {MAIN}")
    program.write_text(said.replace(head, f"{head}if 'run' in sys.argv: {NEVER_READY}", 1))
