"""The whole proof as a process of its own: counts by way out and dead ends, as one JSON object."""

from __future__ import annotations

import json
import sys

from tests.dead_ends.situations import all_situations
from tests.dead_ends.test_no_dead_end import dead_ends
from tests.kiosk.retirement.shipped import CATALOGUE

if __name__ == "__main__":
    counts, dead = dead_ends(CATALOGUE, all_situations())
    found = {"counts": {way.value: number for way, number in counts.items()}, "dead": dead}
    sys.stdout.write(json.dumps(found))
