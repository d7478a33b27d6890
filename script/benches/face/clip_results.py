"""Verdicts of clips that were played, kept in a file: a campaign of hours goes on where it ended.

One JSON object a line. Several processes may add to one file, each its own share of the seeds.
"""

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from math import inf
from pathlib import Path
from typing import Final

from drivers.face.embedding.embedder import SFACE
from drivers.face.liveness.rules import LivenessRules, LivenessStep
from drivers.face.policy import liveness_rules
from script.benches.face.face_flow import ROOT, ClipVerdict, policy

TURN_ONLY_EACH: Final = 4  # every fourth clip is asked for turns alone
JUDGED_BY: Final = (
    *(f"drivers/face/{name}" for name in ("detection", "embedding", "engine", "liveness")),
    *(f"drivers/face/{name}.py" for name in ("decision", "policy", "trial")),
    "drivers/simulated/scenes",
    "config/face.toml",
)
"""What decides a verdict: a verdict of other bytes of it is played again."""


@dataclass(frozen=True)
class Share:
    """The seeds that one process plays: every `of`-th four, beginning with `number` (1 to `of`).

    Four, because one in four asks for turns alone: each process plays as many of those.
    """

    number: int = 1
    of: int = 1

    def holds(self, seed: int) -> bool:
        """Tell whether this process plays the seed."""
        return seed // TURN_ONLY_EACH % self.of == self.number - 1


@dataclass(frozen=True)
class ClipCampaign:
    """How clips are played: where their verdicts are kept, which share of them, for how long.

    `movements` are asked for in place of those of config/face.toml.
    """

    kept: Path | None = None
    share: Share = Share()
    seconds: float = inf
    movements: tuple[LivenessStep, ...] = ()

    @property
    def version(self) -> str:
        """Return the version of the verdicts, and the movements if they are other ones."""
        return "+".join((version_of(), *self.movements))

    @property
    def rules(self) -> LivenessRules | None:
        """Return the liveness rules, None for the shipped ones."""
        shipped = liveness_rules(policy(), SFACE)
        return replace(shipped, actions=self.movements) if self.movements else None


WHOLE: Final = ClipCampaign()


def share_named(text: str) -> Share:
    """Return the share that a command line names, "2/3"; raises ValueError for others."""
    number, of = (int(one) for one in text.split("/"))
    if not 1 <= number <= of:
        raise ValueError(f"no share: {text}")
    return Share(number, of)


class WordsRemover(ast.NodeTransformer):
    """Leaves out statements that are only a string."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        """Return the statement, None for a docstring."""
        words = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return None if words else node


def meaning_of(path: Path) -> str:
    """Return what a file of Python or of numbers says, without comments and docstrings."""
    text = path.read_text("utf-8")
    if path.suffix == ".toml":
        return repr(tomllib.loads(text))
    return ast.dump(WordsRemover().visit(ast.parse(text)))


def version_of(root: Path = ROOT) -> str:
    """Return a digest of everything that decides a verdict."""
    found = sha256()
    for name in JUDGED_BY:
        place = root / name
        for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
            found.update(f"{path.relative_to(root)}\0{meaning_of(path)}\0".encode())
    return found.hexdigest()[:16]


@dataclass
class ClipResults:
    """Verdicts by kind of clip and seed; with a `path` they are read from there and kept there."""

    version: str
    path: Path | None = None
    verdicts: dict[str, dict[int, ClipVerdict]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kind, seed, verdict in self._read():
            self.verdicts.setdefault(kind, {})[seed] = verdict

    def of(self, kind: str) -> list[ClipVerdict]:
        """Return the verdicts about a kind of clips."""
        return list(self.verdicts.get(kind, {}).values())

    def has(self, kind: str, seed: int) -> bool:
        """Tell whether this clip was played."""
        return seed in self.verdicts.get(kind, {})

    def add(self, kind: str, seed: int, verdict: ClipVerdict) -> None:
        """Keep one more verdict, at once: whoever ends the campaign loses one clip at most."""
        self.verdicts.setdefault(kind, {})[seed] = verdict
        if self.path is None:
            return
        line = {"version": self.version, "kind": kind, "seed": seed, **asdict(verdict)}
        with self.path.open("ab") as out:
            out.write(b"\n" * self._is_torn() + json.dumps(line).encode() + b"\n")

    def _is_torn(self) -> bool:
        """Tell whether the file ends within a line, as after a loss of power."""
        assert self.path is not None
        with self.path.open("rb") as kept:
            kept.seek(0, 2)
            if not kept.tell():
                return False
            kept.seek(-1, 2)
            return kept.read() != b"\n"

    def _read(self) -> Iterator[tuple[str, int, ClipVerdict]]:
        """Yield what the file holds of this version; torn lines are left out."""
        if self.path is None or not self.path.exists():
            return
        for line in self.path.read_bytes().splitlines():
            try:
                said = json.loads(line)
            except ValueError:
                continue
            if said.pop("version") == self.version:
                yield said.pop("kind"), said.pop("seed"), ClipVerdict(**said)
