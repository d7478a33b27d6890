"""Staging and building of the documentation site."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from script.documentation.api_page import API, write_api_page
from script.documentation.modules import write_modules_page

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
# What GitHub reads in another way than the builder: a name after the language of a block, a
# list right after its sentence, and two spaces before what belongs to an item of a list.
NAMED_BLOCK: Final = re.compile(r"^```(\w+) [\w-]+$", re.MULTILINE)
LIST_AFTER_TEXT: Final = re.compile(
    r"^((?![-*|#> ]|\d+\. |```).+\n)(?=(?:[-*]|1\.) )", re.MULTILINE
)
ITEM: Final = re.compile(r"(?:[-*]|\d+\.) ")
BLOCK: Final = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
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
    for page in pages.rglob("*.md"):
        page.write_text(as_the_builder_reads(page.read_text("utf-8")), "utf-8")
    for source, target in PAGES_OF_ROOT.items():
        text = (ROOT / source).read_text("utf-8")
        (pages / target).write_text(as_the_builder_reads(LINK.sub(_moved, text)), "utf-8")
    shutil.copy(ROOT / "LICENSE", pages / TARGETS["LICENSE"])
    for name in ("api.md", "site.css", "iframe-worker.js"):
        shutil.copy(HERE / name, pages)
    write_modules_page(ROOT, pages / "modules.md")
    write_api_page(ROOT / "central" / "openapi.yaml", pages / API)


def as_the_builder_reads(text: str) -> str:
    """Return the page with plain blocks of code, and lists as the builder wants them."""
    parts = BLOCK.split(NAMED_BLOCK.sub(r"```\1", text))
    parts[::2] = [_indented(LIST_AFTER_TEXT.sub(r"\1\n", part)) for part in parts[::2]]
    return "".join(parts)


def _indented(text: str) -> str:
    """Return the text with four spaces, not two, before what belongs to an item of a list.

    After an item of several paragraphs the next one begins with an empty line.
    """
    lines: list[str] = []
    in_list = several = False
    for line in text.split("\n"):
        after_gap = not lines or not lines[-1]
        if ITEM.match(line):
            lines += [""] if several and not after_gap else []
            in_list, several = True, False
        elif line.startswith(" "):
            several = several or after_gap
        elif line:
            in_list = in_list and not after_gap
        lines.append(f"  {line}" if in_list and line.startswith("  ") else line)
    return "\n".join(lines)


def _moved(link: re.Match[str]) -> str:
    target = TARGETS.get(link[2], link[2].removeprefix("docs/"))
    return f"{link[1]}{target}"
