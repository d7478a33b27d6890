"""What Debian wants beside a program: changelog, copyright, and lintian's overrides."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.civil_time import civil_time_of

if TYPE_CHECKING:
    from script.packaging.deb import Edition
    from script.packaging.plan import PackagePlan

DOCS, OVERRIDES = Path("usr/share/doc"), Path("usr/share/lintian/overrides")
COPYRIGHT = Path(__file__).resolve().parents[2] / "deploy" / "copyright"
CHANGE = "What changed is told in CHANGELOG.md of the source tree."


def debian_files(plan: PackagePlan, edition: Edition) -> Iterator[tuple[Path, bytes]]:
    """Yield path and content of each such file of a package."""
    docs = DOCS / plan.name
    # The time in a gzip header would be today's.
    yield docs / "changelog.gz", gzip.compress(changelog(plan.name, edition).encode(), mtime=0)
    yield docs / "copyright", COPYRIGHT.read_bytes()
    if plan.overrides:
        yield OVERRIDES / plan.name, overrides(plan.name, plan.overrides).encode()


def changelog(name: str, edition: Edition) -> str:
    """Return the changelog of one version (deb-changelog(5)), its day that of the edition."""
    day = format_datetime(civil_time_of(edition.epoch))
    head = f"{name} ({edition.version}) unstable; urgency=medium"
    return f"{head}\n\n  * {CHANGE}\n\n -- {edition.maintainer}  {day}\n"


def overrides(name: str, told: Mapping[str, str]) -> str:
    """Return lintian's overrides; each tag has its reason above it."""
    return "".join(f"# {reason}\n{name}: {tag}\n" for tag, reason in told.items())
