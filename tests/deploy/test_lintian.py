"""What Debian wants of the packages; of two of them lintian has nothing to say.

Here without what they vendor; `script/bench lintian` looks through all three with it.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from script.packaging.debian_docs import changelog, overrides
from tests.deploy.packages import CENTRAL, KIOSK, TRAINING, built, edition, listed, plan_of

OF_THE_TEST = "uses-no-compression-for-data-tarball,uses-no-compression-for-control-tarball"
"""The tests' packages are not compressed, since that takes most of the time."""
needs_lintian = pytest.mark.skipif(
    shutil.which("lintian") is None, reason="no lintian here: apt-get install -y lintian"
)
NAMES = (KIOSK, TRAINING, CENTRAL)
LOOKED_THROUGH = (TRAINING, CENTRAL)


@pytest.mark.slow
@needs_lintian
@pytest.mark.parametrize("name", LOOKED_THROUGH)
def test_lintian_finds_no_error_and_no_warning(name: str, tmp_path: Path) -> None:
    asked = ["lintian", "--allow-root", "--suppress-tags", OF_THE_TEST, built(name, tmp_path)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 0), done.stdout + done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_changelog_and_copyright_are_where_debian_looks(name: str, tmp_path: Path) -> None:
    files = listed(built(name, tmp_path))
    assert f"/usr/share/doc/{name}/changelog.gz" in files
    assert f"/usr/share/doc/{name}/copyright" in files
    assert (f"/usr/share/lintian/overrides/{name}" in files) == bool(plan_of(name).overrides)


@pytest.mark.parametrize("name", NAMES)
def test_each_tag_that_stays_has_its_reason(name: str) -> None:
    for tag, reason in plan_of(name).overrides.items():
        assert reason.endswith("."), tag
        assert len(reason.split()) > 5, tag


def test_the_changelog_is_that_of_this_version() -> None:
    said = changelog(KIOSK, edition("0.2.0"))
    first, *_, last = said.splitlines()
    assert first == f"{KIOSK} (0.2.0) unstable; urgency=medium"
    assert last == " -- Nobody <nobody@example.invalid>  Fri, 29 May 2026 04:26:40 +0800"


def test_an_override_stands_below_its_reason() -> None:
    assert overrides("x", {"tag [file]": "Why."}) == "# Why.\nx: tag [file]\n"
