"""Storage of enrolments of terminals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.fleet.enrolments import CodeTrouble, EnrolmentState, code_name
from central.store.tables import EnrolmentRow, TerminalRow, WitnessRow
from kiosk.crypto.envelope import key_id
from kiosk.crypto.terminal_key import fingerprint

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from central.policy import EnrolmentPolicy
    from central.store.database import CentralDatabase


_BATCH = 500


@dataclass(frozen=True)
class Enrolment:
    """One enrolment; `public_key` is b"" until its code was used.

    `profile`: the model of terminal that its card names, "" for none. `by_card`: it is confirmed by
    several people.
    """

    id: str
    terminal: str
    point: str
    state: EnrolmentState
    public_key: bytes
    profile: str = ""
    by_card: bool = False

    @property
    def fingerprint(self) -> str:
        """Return the digits that technician and operator compare."""
        return fingerprint(self.public_key) if self.public_key else ""


@dataclass(frozen=True)
class Enrolments:
    """Enrolments by the code that was given out."""

    database: CentralDatabase
    policy: EnrolmentPolicy

    def begin(self, enrolment: Enrolment, code: str, at: datetime) -> None:
        """Store a new enrolment and its code, which holds for `policy.minutes`."""
        row = _new_row(enrolment, code, at.timestamp() + 60 * self.policy.minutes)
        self.database.write(lambda session: session.add(row))

    def begin_cards(self, cards: Sequence[tuple[Enrolment, str]], until: datetime) -> None:
        """Store new enrolments with the codes of their cards, which hold `until`; all or none.

        Cards that were printed for these terminals before and not used are void from now on.
        """
        terminals = [enrolment.terminal for enrolment, _ in cards]
        rows = [_new_row(enrolment, code, until.timestamp()) for enrolment, code in cards]

        def work(session: Session) -> None:
            for at in range(0, len(terminals), _BATCH):
                unused = EnrolmentRow.state == EnrolmentState.NEW.value
                theirs = EnrolmentRow.terminal.in_(terminals[at : at + _BATCH])
                session.execute(sa.delete(EnrolmentRow).where(unused, theirs))
            session.add_all(rows)

        self.database.write(work)

    def use(self, code: str, public_key: bytes, at: datetime) -> Enrolment | None:
        """Bind a code to a key; None when it is no code, or is used or expired.

        `public_key` is the terminal's. The same key may ask again and gets the same enrolment.
        """

        def work(session: Session) -> Enrolment | None:
            wanted = sa.select(EnrolmentRow).where(EnrolmentRow.code == code_name(code))
            row = session.scalar(wanted.with_for_update())
            # A terminal whose answer was lost asks again with the same key.
            if row is None or (row.public_key or public_key) != public_key:
                return None
            if row.state == EnrolmentState.NEW:
                if row.expires_at < at.timestamp():
                    return None
                row.state, row.public_key = EnrolmentState.PENDING.value, public_key
            return _enrolment(row)

        return self.database.write(work)

    def trouble_with(self, code: str) -> CodeTrouble:
        """Return why `use` bound this code to no key."""

        def work(session: Session) -> CodeTrouble:
            wanted = sa.select(EnrolmentRow.state).where(EnrolmentRow.code == code_name(code))
            state = session.scalar(wanted)
            if state is None:
                return CodeTrouble.UNKNOWN
            is_new = state == EnrolmentState.NEW.value
            return CodeTrouble.EXPIRED if is_new else CodeTrouble.USED

        return self.database.read(work)

    def find(self, enrolment_id: str) -> Enrolment | None:
        """Return an enrolment by id, None for none."""

        def work(session: Session) -> Enrolment | None:
            row = session.get(EnrolmentRow, enrolment_id)
            return _enrolment(row) if row else None

        return self.database.read(work)

    def pending(self) -> tuple[Enrolment, ...]:
        """Return the enrolments that wait for the operator."""
        wanted = sa.select(EnrolmentRow).where(EnrolmentRow.state == EnrolmentState.PENDING.value)

        def work(session: Session) -> tuple[Enrolment, ...]:
            rows = session.scalars(wanted.order_by(EnrolmentRow.terminal))
            return tuple(_enrolment(row) for row in rows)

        return self.database.read(work)

    def decide(self, enrolment_id: str, state: EnrolmentState) -> bool:
        """Confirm or refuse a pending enrolment; False when it is not pending."""

        def work(session: Session) -> bool:
            row = session.get(EnrolmentRow, enrolment_id, with_for_update=True)
            if row is None or row.state != EnrolmentState.PENDING:
                return False
            row.state = state.value
            if state is EnrolmentState.CONFIRMED:
                _admit(session, row)
            return True

        return self.database.write(work)


def _new_row(enrolment: Enrolment, code: str, expires_at: float) -> EnrolmentRow:
    return EnrolmentRow(
        id=enrolment.id,
        code=code_name(code),
        terminal=enrolment.terminal,
        point=enrolment.point,
        state=EnrolmentState.NEW.value,
        public_key=b"",
        expires_at=expires_at,
        profile=enrolment.profile,
        by_card=enrolment.by_card,
    )


def _admit(session: Session, row: EnrolmentRow) -> None:
    terminal = session.get(TerminalRow, row.terminal) or TerminalRow(id=row.terminal)
    terminal.point, terminal.enrolment, terminal.revoked = row.point, row.id, False
    terminal.key_id, terminal.public_key = key_id(row.public_key), row.public_key
    terminal.next_key_id, terminal.next_public_key = None, b""
    session.add(terminal)
    if (witness := session.get(WitnessRow, row.terminal)) is not None:
        session.delete(witness)  # a new machine begins a new audit chain


def _enrolment(row: EnrolmentRow) -> Enrolment:
    state = EnrolmentState(row.state)
    return Enrolment(
        row.id, row.terminal, row.point, state, row.public_key, row.profile, row.by_card
    )
