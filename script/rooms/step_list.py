
import re
from pathlib import Path
exec(Path("script/rooms/steps_gen.py").read_text().split("STEP = {s: k")[0])
order="IDLE OUT_OF_SERVICE GUIDE FINDING SLIP PROGRESS SCAN NOTICE CARD PROOF OTHER_PROOF LEAFLET VOUCHING PRINCIPAL AUTHORITY FACTS CHOOSE FORM MATERIALS REVIEW SIGNING SECOND SUBMITTING RECEIPT RATING WIPING LOGIN CODE DESK REPORT HANDOVER CORRECTING MAINTENANCE SHEET GUIDED SEEKING IMPORTING".split()
rest=[s for v in STEPS.values() for s in v.split() if s not in order]
STEP={s:k for k,v in STEPS.items() for s in v.split()}
imps=chr(10).join(f"from kiosk.visit.steps.{k}.transitions import {', '.join(v.split())}" for k,v in STEPS.items())
Path("kiosk/visit/steps/__init__.py").write_text('"""Steps of a visit. A new step is a folder here, and a line in the list of catalogue.py."""\n')
Path("kiosk/visit/steps/catalogue.py").write_text(f'''"""All steps of a visit, and the table made of them."""

from __future__ import annotations

from kiosk.visit.handbook import Handbook
{imps}
from kiosk.visit.table import Table
from kiosk.visit.transition import Step

STEPS: tuple[Step, ...] = (
{chr(10).join("    "+s+"," for s in order+rest)}
)


def build_table(book: Handbook) -> Table:
    """Return the table of all steps with the reference data that they consult."""
    return Table(book, {{step.stage: step for step in STEPS}})
''')
