"""The content of one Debian package, as deploy/packages/NAME/package.toml describes it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

SCRIPTS = ("preinst", "postinst", "prerm", "postrm")
NEVER = ("*/__pycache__/*", "*.pyc")


@dataclass(frozen=True)
class PackagePlan:
    """The plan of one package.

    `files` maps a folder of the machine to what is put there; `wheels` go to `vendored`. `left_out`
    maps patterns of files in the wheels to why they are not installed. `control` are further fields
    of deb-control(5). `folder` holds the maintainer scripts. `program` is the command that gets
    completion and a man page, "" for none; `manuals` are man pages that were written by hand.
    `overrides` maps lintian's tags that stay to the reason.
    """

    name: str
    folder: Path
    independent: bool
    control: Mapping[str, str]
    files: Mapping[str, tuple[str, ...]]
    renamed: Mapping[str, str]
    without: tuple[str, ...] = ()
    wheels: tuple[str, ...] = ()
    vendored: str = ""
    left_out: Mapping[str, str] = field(default_factory=dict)
    program: str = ""
    manuals: tuple[str, ...] = ()
    overrides: Mapping[str, str] = field(default_factory=dict)

    @property
    def home(self) -> str:
        """Return the folder of the program on the machine."""
        return self.vendored.rpartition("/")[0]

    def scripts(self) -> Iterator[Path]:
        """Yield the maintainer scripts that exist."""
        yield from (path for name in SCRIPTS if (path := self.folder / name).is_file())

    def contents(self, root: Path) -> Iterator[tuple[Path, str]]:
        """Yield each file of the tree `root` and its path on the machine."""
        for target, sources in self.files.items():
            for source in sources:
                for path in self._below(root, root / source):
                    kept = path.relative_to(root) if self._keeps_tree(target) else path.name
                    yield path, f"{target}/{kept}"
        for source, target in self.renamed.items():
            yield root / source, target

    def _keeps_tree(self, target: str) -> bool:
        return target == self.home or target.startswith("usr/lib/retirement")

    def _below(self, root: Path, source: Path) -> Iterator[Path]:
        found = sorted(source.rglob("*")) if source.is_dir() else [source]
        for path in found:
            name = str(path.relative_to(root))
            if path.is_file() and not any(fnmatch(name, one) for one in (*NEVER, *self.without)):
                yield path


def read_plan(folder: Path) -> PackagePlan:
    """Return the plan of the package in `folder`."""
    said = tomllib.loads((folder / "package.toml").read_text("utf-8"))
    files = {target: tuple(sources) for target, sources in said.pop("files").items()}
    return PackagePlan(
        name=folder.name,
        folder=folder,
        independent=said.get("independent", False),
        control=said["control"],
        files=files,
        renamed=said.get("renamed", {}),
        without=tuple(said.get("without", ())),
        wheels=tuple(said.get("wheels", ())),
        vendored=said.get("vendored", ""),
        left_out=said.get("left_out", {}),
        program=said.get("program", ""),
        manuals=tuple(said.get("manuals", ())),
        overrides=said.get("overrides", {}),
    )
