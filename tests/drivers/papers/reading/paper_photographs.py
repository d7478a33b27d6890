"""Papers photographed on a desk, found and straightened."""

from __future__ import annotations

from typing import Any

import numpy as np

from drivers.papers.sheet_finder import find_sheet, straighten
from drivers.simulated.scenes.desk_surface import DeskSurface
from drivers.simulated.scenes.paper_kinds import DrawnPaper, PaperKind
from script.benches.papers.photographs import draw_specimen, drawn


def photographed(
    kind: PaperKind, disturbance: str = "tilted", paper: DrawnPaper | None = None
) -> Any:
    """Return the straightened picture of a paper, cut out of a drawn photograph of a desk."""
    random = np.random.default_rng(11)
    surface = DeskSurface.DARK_WOOD
    specimen = draw_specimen(kind, surface, disturbance, random, paper or drawn(kind))
    outline = find_sheet(specimen.photograph.frame)
    assert outline is not None
    return straighten(specimen.photograph.frame, outline)
