"""Storage of what the radar prepared, until the person files, opts out, or is not due any more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.radar_tables import OfficeLookRow, PreparationRow, RadarOptOutRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase


@dataclass(frozen=True)
class LookTask:
    """A look of an office; `looked_at` is "" while the office could not tell."""

    kind: str
    office: str
    asked_at: str
    looked_at: str


@dataclass(frozen=True)
class SealedPreparation:
    """What is stored of a person (keyed hash); `ready`: the pension can be filed for."""

    person: str
    sealed: bytes = field(repr=False)
    ready: bool
    at: str


@dataclass(frozen=True)
class Preparations:
    """One sealed preparation for each person, the looks of offices, and who wants none."""

    database: CentralDatabase

    def keep(self, made: SealedPreparation, looks: tuple[LookTask, ...]) -> bool:
        """Store a preparation in place of the person's earlier one; return False after an opt-out.

        `looks` are the tasks of the offices, which take the place of the earlier ones.
        """

        def work(session: Session) -> bool:
            if session.get(RadarOptOutRow, made.person) is not None:
                return False
            forget_prepared(session, made.person)
            session.add(
                PreparationRow(
                    person=made.person,
                    sealed=made.sealed,
                    ready=made.ready,
                    prepared_at=made.at,
                    run_at=made.at,
                )
            )
            session.add_all(OfficeLookRow(person=made.person, **vars(one)) for one in looks)
            return True

        return self.database.write(work)

    def confirm(self, person: str, at: str) -> None:
        """Record that the run of `at` left the person's preparation as it was."""
        mine = sa.update(PreparationRow).where(PreparationRow.person == person)
        self.database.write(lambda session: session.execute(mine.values(run_at=at)))

    def of_person(self, person: str) -> SealedPreparation | None:
        """Return what is prepared for the person, None for nothing."""

        def work(session: Session) -> SealedPreparation | None:
            row = session.get(PreparationRow, person)
            if row is None:
                return None
            return SealedPreparation(row.person, row.sealed, row.ready, row.prepared_at)

        return self.database.read(work)

    def is_ready(self, person: str) -> bool:
        """Tell whether something waits for the person's signature."""
        wanted = sa.select(PreparationRow.ready).where(PreparationRow.person == person)
        return bool(self.database.read(lambda session: session.scalar(wanted)))

    def looks_of(self, person: str) -> tuple[LookTask, ...]:
        """Return which offices were asked to look at what they keep of the person."""
        wanted = sa.select(OfficeLookRow).where(OfficeLookRow.person == person)

        def work(session: Session) -> tuple[LookTask, ...]:
            rows = session.scalars(wanted.order_by(OfficeLookRow.kind))
            return tuple(LookTask(r.kind, r.office, r.asked_at, r.looked_at) for r in rows)

        return self.database.read(work)

    def erase(self, person: str) -> bool:
        """Erase what was prepared for the person; return whether there was anything."""
        return self.database.write(lambda session: forget_prepared(session, person))

    def erase_unseen(self, run_at: str) -> int:
        """Erase what no run since `run_at` found; return for how many persons.

        So it is with who died or moved and stands in no registry any more.
        """
        old = sa.select(PreparationRow.person).where(PreparationRow.run_at < run_at)

        def work(session: Session) -> int:
            gone = list(session.scalars(old))
            for person in gone:
                forget_prepared(session, person)
            return len(gone)

        return self.database.write(work)

    def opt_out(self, person: str, at: str) -> None:
        """Erase what was prepared for the person, and prepare nothing from now on."""

        def work(session: Session) -> None:
            forget_prepared(session, person)
            session.merge(RadarOptOutRow(person=person, at=at))

        self.database.write(work)

    def opt_in(self, person: str) -> bool:
        """Take an opt-out back; return whether there was one."""
        mine = sa.delete(RadarOptOutRow).where(RadarOptOutRow.person == person)
        back = mine.returning(RadarOptOutRow.person)
        return self.database.write(lambda session: session.scalar(back)) is not None

    def opted_out_at(self, person: str) -> str:
        """Return since when the person wants nothing prepared, "" for who said nothing."""
        wanted = sa.select(RadarOptOutRow.at).where(RadarOptOutRow.person == person)
        return self.database.read(lambda session: session.scalar(wanted)) or ""


def forget_prepared(session: Session, person: str) -> bool:
    """Delete what was prepared for the person; return whether there was anything."""
    session.execute(sa.delete(OfficeLookRow).where(OfficeLookRow.person == person))
    mine = sa.delete(PreparationRow).where(PreparationRow.person == person)
    return session.scalar(mine.returning(PreparationRow.person)) is not None
