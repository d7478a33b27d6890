"""`script/docs`: the documentation site, built from docs/ without a network."""

from __future__ import annotations

import argparse
from pathlib import Path

from script.documentation.site import ROOT, build


def main() -> int:
    """Build the site and print the path of its first page; return the builder's exit code."""
    parser = argparse.ArgumentParser(prog="script/docs", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "out" / "site")
    folder: Path = parser.parse_args().folder.resolve()
    code = build(folder)
    if code == 0:
        print(folder / "html" / "index.html")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
