"""Storage of the accounts that use the pages; each change is told to the audit with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.store.web.events import record_web_event
from central.store.web.tables import OfficeClientRow, WebAccountRow, WebSessionRow
from central.web_accounts import WebAccount, WebCredentials, WebEvent, WebRole
from kiosk.staff.code import NEVER

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase


@dataclass(frozen=True)
class NewSecrets:
    """The set-up secret's digest, until when it counts (seconds since 1970), and the code key."""

    setup: str
    setup_until: float
    code_key: str


@dataclass(frozen=True)
class WebAccounts:
    """All accounts.

    `account_id` names one, `event` is the event of the audit that tells a change.
    """

    database: CentralDatabase

    def add(self, account: WebAccount, secrets: NewSecrets, event: WebEvent) -> bool:
        """Store a new account; False when there is one of this name, of a system or a person."""

        def work(session: Session) -> bool:
            taken = (session.get(row, account.id) for row in (WebAccountRow, OfficeClientRow))
            if any(taken):
                return False
            row = WebAccountRow(id=account.id, role=account.role.value, office=account.office)
            _put_secrets(row, secrets)
            session.add(row)
            record_web_event(session, event)
            return True

        return self.database.write(work)

    def reset(self, account_id: str, secrets: NewSecrets, event: WebEvent) -> bool:
        """Take the account's password away and let it be set up anew; False for no such account.

        Its sessions end, and an account that was disabled is used again.
        """

        def work(session: Session) -> bool:
            row = session.get(WebAccountRow, account_id)
            if row is None:
                return False
            row.password_hash, row.disabled_at = "", ""
            _put_secrets(row, secrets)
            _end_sessions(session, account_id)
            record_web_event(session, event)
            return True

        return self.database.write(work)

    def disable(self, account_id: str, event: WebEvent) -> bool:
        """Let nobody in under this account any more, from now on; False for no such account."""

        def work(session: Session) -> bool:
            row = session.get(WebAccountRow, account_id)
            if row is None:
                return False
            row.disabled_at = row.disabled_at or event.at
            _end_sessions(session, account_id)
            record_web_event(session, event)
            return True

        return self.database.write(work)

    def all(self) -> tuple[WebCredentials, ...]:
        """Return all accounts, by name."""
        wanted = sa.select(WebAccountRow).order_by(WebAccountRow.id)
        return self.database.read(
            lambda session: tuple(_credentials(row) for row in session.scalars(wanted))
        )

    def find(self, account_id: str) -> WebCredentials | None:
        """Return one account."""

        def work(session: Session) -> WebCredentials | None:
            row = session.get(WebAccountRow, account_id)
            return _credentials(row) if row is not None else None

        return self.database.read(work)

    def use_code(self, account_id: str, step: int, event: WebEvent) -> bool:
        """Use up the one-time code of `step`; False when it, or a later one, was used before."""

        def work(session: Session) -> bool:
            if not _use_step(session, account_id, step):
                return False
            record_web_event(session, event)
            return True

        return self.database.write(work)

    def set_password(
        self, account_id: str, setup: str, password_hash: str, step: int, event: WebEvent
    ) -> bool:
        """Keep the first password; False when the set-up secret or the code was used before.

        `password_hash` is what is kept; `setup`, the digest of the secret, and `step`, the step of
        the code, are used up.
        """

        def work(session: Session) -> bool:
            row = session.get(WebAccountRow, account_id, with_for_update=True)
            if row is None or row.setup != setup or not _use_step(session, account_id, step):
                return False
            row.setup, row.setup_until, row.password_hash = "", 0.0, password_hash
            record_web_event(session, event)
            return True

        return self.database.write(work)


def _put_secrets(row: WebAccountRow, secrets: NewSecrets) -> None:
    row.setup, row.setup_until = secrets.setup, secrets.setup_until
    row.code_key, row.code_step = secrets.code_key, NEVER


def _use_step(session: Session, account_id: str, step: int) -> bool:
    row = session.get(WebAccountRow, account_id, with_for_update=True)
    if row is None or row.disabled_at or row.code_step >= step:
        return False
    row.code_step = step
    return True


def _end_sessions(session: Session, account_id: str) -> None:
    session.execute(sa.delete(WebSessionRow).where(WebSessionRow.account == account_id))


def _credentials(row: WebAccountRow) -> WebCredentials:
    return WebCredentials(
        account=WebAccount(row.id, WebRole(row.role), row.office),
        is_disabled=bool(row.disabled_at),
        password_hash=row.password_hash,
        code_key=row.code_key,
        code_step=row.code_step,
        setup=row.setup,
        setup_until=row.setup_until,
    )
