"""An index that a revision adds, made before the steps or with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True)
class StepIndex:
    """An index of a table; `where` limits it to rows, "" for all, and reads the columns `reads`."""

    name: str
    table: str
    columns: tuple[str, ...]
    where: str = ""
    reads: tuple[str, ...] = ()

    def create(self) -> None:
        """Make the index within a step of Alembic, unless it was made before the steps."""
        from alembic import op  # noqa: PLC0415 - its import takes longer than a whole start

        op.create_index(
            self.name, self.table, list(self.columns), if_not_exists=True, **self.options
        )

    @property
    def options(self) -> dict[str, Any]:
        """The index's options for either dialect, as Alembic takes them."""
        condition = sa.text(self.where) if self.where else None
        return {f"{dialect}_where": condition for dialect in ("sqlite", "postgresql")}
