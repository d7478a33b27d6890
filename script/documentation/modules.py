"""The page of modules: every module of the rooms with the first sentence of its docstring."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOMS: Final = ("kiosk", "drivers", "screens", "central", "phone", "wiring")
HEAD: Final = """# Modules

Every module with the first sentence of its docstring, folder by folder. How the rooms fit together:
[Architecture](architecture.md).
"""


def write_modules_page(root: Path, page: Path) -> None:
    """Write `page`, the list of the modules of all rooms below `root`."""
    page.write_text(HEAD + "".join(_lines(root)), "utf-8")


def _lines(root: Path) -> Iterator[str]:
    for room in ROOMS:
        for package in sorted((root / room).rglob("__init__.py")):
            folder = package.parent
            yield f"\n## {folder.relative_to(root)}/\n"
            if said := _first_sentence(package):
                yield f"\n{said}\n"
            modules = [path for path in sorted(folder.glob("*.py")) if path != package]
            if modules:
                yield "\n| Module | Content |\n|---|---|\n"
            yield from (f"| `{path.name}` | {_first_sentence(path)} |\n" for path in modules)


def _first_sentence(path: Path) -> str:
    """Return the summary of a module as the cell of a table."""
    said = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return " ".join(said.split("\n\n")[0].split()).replace("|", r"\|").replace("<", "&lt;")
