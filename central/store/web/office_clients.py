"""Storage of the accounts of offices' own systems, and of the certificates by which they come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from central.alarms import Alarm, AlarmKind
from central.store.alarms import end_alarm, open_alarms, raise_alarm
from central.store.web.events import record_web_event
from central.store.web.tables import OfficeCertificateRow, OfficeClientRow, WebAccountRow
from central.web_accounts import ClientCertificate, ListedClient, OfficeClient

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy.orm import Session

    from central.store.database import CentralDatabase
    from central.web_accounts import WebEvent


@dataclass(frozen=True)
class OfficeClients:
    """All accounts of offices' systems.

    `client_id` names one, `event` is the event of the audit that tells a change.
    """

    database: CentralDatabase

    def add(self, client: OfficeClient, certificate: ClientCertificate, event: WebEvent) -> bool:
        """Store a new account; False when somebody of the staff, or a system, has this name."""

        def work(session: Session) -> bool:
            taken = (session.get(row, client.id) for row in (OfficeClientRow, WebAccountRow))
            if any(taken):
                return False
            session.add(OfficeClientRow(id=client.id, office=client.office, added_at=event.at))
            session.flush()
            _put(session, client.id, certificate, event)
            return True

        return self.database.write(work)

    def certify(self, client_id: str, certificate: ClientCertificate, event: WebEvent) -> bool:
        """Let an account come by one more certificate; False for no such account.

        An account that was disabled is used again, by this certificate alone.
        """

        def work(session: Session) -> bool:
            row = session.get(OfficeClientRow, client_id)
            if row is None:
                return False
            row.disabled_at = ""
            _put(session, client_id, certificate, event)
            return True

        return self.database.write(work)

    def disable(self, client_id: str, event: WebEvent) -> bool:
        """Let nobody in under this account any more; False for no such account.

        Its certificates are forgotten, so that what was issued with them counts no more.
        """

        def work(session: Session) -> bool:
            row = session.get(OfficeClientRow, client_id)
            if row is None:
                return False
            row.disabled_at = row.disabled_at or event.at
            mine = OfficeCertificateRow.client == client_id
            session.execute(sa.delete(OfficeCertificateRow).where(mine))
            record_web_event(session, event)
            return True

        return self.database.write(work)

    def all(self) -> tuple[ListedClient, ...]:
        """Return all accounts, by name."""

        def work(session: Session) -> tuple[ListedClient, ...]:
            kept = session.execute(
                sa.select(OfficeCertificateRow.client, OfficeCertificateRow.good_until)
            ).all()
            return tuple(
                ListedClient(
                    OfficeClient(row.id, row.office),
                    bool(row.disabled_at),
                    tuple(sorted(until for client, until in kept if client == row.id)),
                )
                for row in session.scalars(sa.select(OfficeClientRow).order_by(OfficeClientRow.id))
            )

        return self.database.read(work)

    def watch_certificates(self, now: datetime, least: timedelta) -> None:
        """Raise an alarm for each used account whose last certificate ends within `least`.

        It ends with the next certificate, or when the account is disabled.
        """
        latest = (now + least).timestamp()
        ending = {
            one.client.id
            for one in self.all()
            if not one.is_disabled and max(one.until, default=0.0) < latest
        }
        kind, at = AlarmKind.SYSTEM_CERTIFICATE, now.isoformat(timespec="seconds")

        def work(session: Session) -> None:
            told = _told(session)
            for client in sorted(ending - told.keys()):
                raise_alarm(session, Alarm(at, "", kind, client))
            for client in told.keys() - ending:
                end_alarm(session, told[client], at)

        if self.database.read(_told).keys() != ending:
            self.database.write(work)

    def of_certificate(self, thumbprint: str, now: datetime) -> OfficeClient | None:
        """Return whose certificate this is, None where it does not count, or not any more."""
        row, certificate = OfficeClientRow, OfficeCertificateRow
        wanted = (
            sa.select(row.id, row.office)
            .join(certificate, certificate.client == row.id)
            .where(certificate.thumbprint == thumbprint, row.disabled_at == "")
            .where(certificate.good_until > now.timestamp())
        )
        found = self.database.read(lambda session: session.execute(wanted).first())
        return OfficeClient(found.id, found.office) if found else None


def _told(session: Session) -> dict[str, int]:
    """Return the numbers of the open alarms about certificates, by account."""
    kind = AlarmKind.SYSTEM_CERTIFICATE.value
    return {row.detail: row.number for row in open_alarms(session, "") if row.kind == kind}


def is_office_client(session: Session, account: str, office: str) -> bool:
    """Tell whether an account that is not disabled is that of a system of the office."""
    row = session.get(OfficeClientRow, account)
    return row is not None and row.office == office and not row.disabled_at


def _put(session: Session, client_id: str, certificate: ClientCertificate, event: WebEvent) -> None:
    row = OfficeCertificateRow(thumbprint=certificate.thumbprint, client=client_id)
    row.good_until = certificate.good_until
    session.add(row)
    record_web_event(session, event)
