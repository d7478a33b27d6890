"""Staging and building of the documentation site."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from script.documentation.api_page import API, write_api_page

ROOT: Final = Path(__file__).resolve().parents[2]
HERE: Final = Path(__file__).parent
PAGES_OF_ROOT: Final = {  # these lie beside the sources, where their readers look for them
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "CHANGELOG.md": "changelog.md",
    "THIRD_PARTY.md": "third_party.md",
}
TARGETS: Final = PAGES_OF_ROOT | {
    "central/openapi.yaml": API,
    "docs/protocols/": "protocols/cards.md",
    "LICENSE": "license.txt",
}
LINK: Final = re.compile(r"(!?\[[^\]]*\]\()([^)#\s]+)")


def build(folder: Path) -> int:
    """Write the site into `folder`/html in strict mode; return the builder's exit code.

    `folder` is emptied first, and holds the pages that were built, too.
    """
    shutil.rmtree(folder, ignore_errors=True)
    stage(folder / "pages")
    shutil.copy(HERE / "zensical.toml", folder)
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean"]
    return subprocess.run(command, cwd=folder, check=False).returncode


def stage(pages: Path) -> None:
    """Copy docs/, the pages of the root and the API into `pages`, with their links set right."""
    shutil.copytree(ROOT / "docs", pages)
    for source, target in PAGES_OF_ROOT.items():
        text = (ROOT / source).read_text("utf-8")
        (pages / target).write_text(LINK.sub(_moved, text), "utf-8")
    shutil.copy(ROOT / "LICENSE", pages / TARGETS["LICENSE"])
    for name in ("api.md", "site.css", "iframe-worker.js"):
        shutil.copy(HERE / name, pages)
    write_api_page(ROOT / "central" / "openapi.yaml", pages / API)


def _moved(link: re.Match[str]) -> str:
    target = TARGETS.get(link[2], link[2].removeprefix("docs/"))
    return f"{link[1]}{target}"
