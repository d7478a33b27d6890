"""Lines of a visit's journal, as events and steps write and read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Record = dict[str, Any]
"""What the journal keeps of an event besides its kind, as JSON values."""
Said = Mapping[str, Any]
"""A line of the journal: the record, its kind and the visit that it belongs to."""
LATE: Record = {"late": True}
"""The record of an event that no stage takes; a replay leaves it out."""
