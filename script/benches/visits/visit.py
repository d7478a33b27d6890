"""Bench of the fullest visit's touches and minutes, modelled for elderly people, not measured."""

from __future__ import annotations

from kiosk.people.consent import ProofMethod
from script.benches.figures import BenchFigure, Report
from wiring.gallery.proof_rehearsals import rehearse_proof
from wiring.gallery.task_time_model import Length, rehearse, rehearse_assisted, rehearse_prepared

MOST_TOUCHES, MOST_TYPED = 25, 40
MOST_SILENT, MOST_HEARD = 5.0, 8.0  # minutes
MOST_TOUCHES_PREPARED, MOST_HEARD_PREPARED = 8, 2.0
MOST_SILENT_HELPED, MOST_HEARD_HELPED = 3.0, 5.0


def measure(*, quick: bool = False) -> Report:
    """Run a scripted person through the visit by the figures of config/operators.toml."""
    del quick
    plain, more, helped = rehearse(), rehearse(looks_around=True), rehearse_assisted()
    ready = rehearse_prepared()
    return Report(
        "visit",
        {
            "services": BenchFigure(plain.services, "services"),
            "touches": BenchFigure(plain.touches, "touches", MOST_TOUCHES),
            "typed": BenchFigure(plain.typed, "characters", MOST_TYPED),
            "silent": BenchFigure(plain.silent / 60, "minutes", MOST_SILENT),
            "heard": BenchFigure(plain.heard / 60, "minutes", MOST_HEARD),
            **_watched("other months seen, ", more),
            **_watched("card and PIN, ", rehearse_proof(ProofMethod.CARD_PIN)),
            **_watched("telephone, ", rehearse_proof(ProofMethod.PHONE)),
            **_watched("vouched for, ", rehearse_proof(ProofMethod.VOUCHED)),
            "every word read": BenchFigure(plain.every_word / 60, "minutes"),
            "prepared, services": BenchFigure(ready.services, "services"),
            "prepared, touches": BenchFigure(ready.touches, "touches", MOST_TOUCHES_PREPARED),
            "prepared, typed": BenchFigure(ready.typed, "characters", 0),
            "prepared, silent": BenchFigure(ready.silent / 60, "minutes"),
            "prepared, words heard": BenchFigure(ready.spoken / 60, "minutes"),
            "prepared, heard": BenchFigure(ready.heard / 60, "minutes", MOST_HEARD_PREPARED),
            "helper, touches": BenchFigure(helped.touches, "touches", MOST_TOUCHES),
            "helper, typed": BenchFigure(helped.typed, "characters", MOST_TYPED),
            "helper, silent": BenchFigure(helped.silent / 60, "minutes", MOST_SILENT_HELPED),
            "helper, heard": BenchFigure(helped.heard / 60, "minutes", MOST_HEARD_HELPED),
        },
    )


def _watched(name: str, length: Length) -> dict[str, BenchFigure]:
    return {
        f"{name}touches": BenchFigure(length.touches, "touches", MOST_TOUCHES),
        f"{name}silent": BenchFigure(length.silent / 60, "minutes", MOST_SILENT),
        f"{name}heard": BenchFigure(length.heard / 60, "minutes", MOST_HEARD),
    }
