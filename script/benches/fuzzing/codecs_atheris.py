"""One codec under atheris: `python -m script.benches.fuzzing.codecs_atheris NAME SECONDS FOLDER`.

It is a process of its own, because libFuzzer ends it. `FOLDER` takes the seeds and the findings.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

atheris: Any = importlib.import_module("atheris")  # only there where somebody put it

with atheris.instrument_imports(include=["drivers.protocols"]):
    from script.benches.fuzzing.codecs import CODECS, seeds

LONGEST = 4200


def main(name: str, seconds: str, folder: str) -> None:
    """Fuzz the codec `name` for so many seconds, or until something is found."""
    for number, seed in enumerate(seeds()):
        (Path(folder) / f"seed{number}").write_bytes(seed)
    limits = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={folder}/", folder], CODECS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:4])
