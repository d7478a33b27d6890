"""Sample answers to guided tests, for the gallery."""

from __future__ import annotations

from kiosk.failures import Failure
from kiosk.maintenance.guided_tests import CameraReading, GuidedTask
from kiosk.ports import Coach
from kiosk.visit.events.cards import CardFailed, CardRead
from kiosk.visit.events.devices import Printed, PrintFailed
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import Samples, SampleSource
from kiosk.visit.steps.guided_tests.events import CameraFailed, CameraSeen, SoundFailed

GOOD = CameraReading(128.0, 240.0, 0.42, None)
DARK = CameraReading(22.0, 240.0, 0.42, Coach.MORE_LIGHT)


def samples(visit: Visit, source: SampleSource) -> Samples:
    """Yield answers of the device that the open test is about."""
    test = visit.maintenance.test
    if test is not None and test.is_open:
        yield from _samples_of(test.task, source)


def _samples_of(task: GuidedTask, source: SampleSource) -> Samples:
    match task:
        case GuidedTask.CARD:
            yield from (CardRead(source.person("technician")[0]), CardFailed(Failure.CARD_MOVED))
        case GuidedTask.CAMERA:
            yield from (CameraSeen(one) for one in (GOOD, DARK))
            yield CameraFailed(Failure.CAMERA_LOST)
        case GuidedTask.TONES:
            yield SoundFailed(Failure.SPEAKER_LOST)
        case GuidedTask.SLIP:
            yield from (Printed(), PrintFailed(Failure.COVER_OPEN))
        case GuidedTask.SIGN:
            yield Drawn((((26.0, 36.0, 0.0), (52.0, 34.0, 0.3)),))
