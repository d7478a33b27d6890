"""A sheet is found, straightened and judged on desks of any colour."""

from __future__ import annotations

import numpy as np
import pytest

from drivers.papers.quality_gates import measure_sheet
from drivers.papers.sheet_finder import examine_desk, find_sheet, in_order, straighten
from drivers.simulated.scenes.desk_surface import DeskSurface
from drivers.simulated.scenes.paper_kinds import PaperKind
from kiosk.failures import Failure
from script.benches.papers.bounding_box_gates import accepts
from script.benches.papers.papers import OVERLAP, overlap
from script.benches.papers.photographs import Specimen, draw_specimen


def photographed(kind: PaperKind, surface: DeskSurface, disturbance: str) -> Specimen:
    return draw_specimen(kind, surface, disturbance, np.random.default_rng(3))


def doubt_of(specimen: Specimen) -> Failure | None:
    outline = find_sheet(specimen.photograph.frame)
    assert outline is not None
    return measure_sheet(straighten(specimen.photograph.frame, outline)).doubt()


@pytest.mark.parametrize("surface", [DeskSurface.BLACK, DeskSurface.WHITE, DeskSurface.LIGHT_WOOD])
def test_a_sheet_of_paper_is_found_on_a_desk_of_any_colour(surface: DeskSurface) -> None:
    specimen = photographed(PaperKind.A4, surface, "tilted")
    outline = find_sheet(specimen.photograph.frame)
    assert outline is not None
    off = np.abs(outline.corners - in_order(specimen.photograph.corners)).max()
    assert off < 20, "pixels of 2,592"
    assert doubt_of(specimen) is None


@pytest.mark.parametrize(
    ("kind", "surface", "disturbance", "seed"),
    [
        (PaperKind.CERTIFICATE, DeskSurface.WHITE, "curl", [900, 0, 6, 3]),
        (PaperKind.A4, DeskSurface.WHITE, "curl", [904, 3, 6, 3]),
        (PaperKind.BANK_CARD, DeskSurface.CLOTH, "blur", [901, 2, 8, 9]),
    ],
)
def test_a_sheet_that_hardly_differs_from_its_desk_is_found(
    kind: PaperKind, surface: DeskSurface, disturbance: str, seed: list[int]
) -> None:
    """Neither the frame that is printed on it, nor squares of the desk."""
    specimen = draw_specimen(kind, surface, disturbance, np.random.default_rng(seed))
    outline = find_sheet(specimen.photograph.frame)
    assert outline is not None
    assert overlap(outline.corners, specimen) >= OVERLAP


def test_the_first_version_took_no_sheet_on_a_white_desk() -> None:
    """The control: it looked for what is brighter than the desk."""
    assert not accepts(photographed(PaperKind.A4, DeskSurface.WHITE, "plain").photograph.frame)


@pytest.mark.parametrize(
    ("disturbance", "doubt"),
    [("glare_small", Failure.PAPER_GLARE), ("blur", Failure.PAPER_BLURRED)],
)
def test_a_picture_of_which_a_line_cannot_be_read_is_doubted(
    disturbance: str, doubt: Failure
) -> None:
    specimen = photographed(PaperKind.REGISTER, DeskSurface.GREY, disturbance)
    assert doubt_of(specimen) is doubt


def test_a_reflection_beside_the_sheet_hides_nothing() -> None:
    specimen = photographed(PaperKind.REGISTER, DeskSurface.GREY, "glare_beside")
    assert doubt_of(specimen) is None


@pytest.mark.parametrize("kind", [PaperKind.REGISTER, PaperKind.CERTIFICATE])
def test_a_whole_sheet_lacks_no_corner_and_lies_alone(kind: PaperKind) -> None:
    """Lines near its corners are darker than its paper, which is nearly as light as the desk."""
    laid = examine_desk(photographed(kind, DeskSurface.WHITE, "plain").photograph.frame)
    assert laid is not None
    assert not laid.lacks_corner
    assert not laid.has_neighbour


def test_no_sheet_is_found_on_an_empty_desk() -> None:
    assert find_sheet(np.full((972, 1296, 3), 200, np.uint8)) is None
