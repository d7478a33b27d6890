"""Records of the staff, their desk, and of who acts for whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.application.authority import Authority
from kiosk.application.document import Way
from kiosk.application.scan import CapturedPaper
from kiosk.people.consent import Consent, Proof
from kiosk.people.identity import IdCard
from kiosk.staff.desk import Correction, Desk, MonthReport
from kiosk.staff.roles import Session


@dataclass(frozen=True)
class Principal:
    """The person somebody acts for, while number and name are typed for want of the card."""

    number: str = field(repr=False)
    name: str = field(default="", repr=False)


@dataclass(frozen=True)
class StaffState:
    """Who of the staff is logged in, is logging in, hands over, or vouches."""

    session: Session | None = None  # who of the staff is in
    leaving: Session | None = None  # who hands the desk over, and is out already
    taken_over: bool = False  # the desk, just now
    card_number: str = field(default="", repr=False)  # the number of who wants to come in
    checking: bool = False  # card and PIN are being looked at
    wait: int = 0  # seconds until another PIN is looked at
    vouch_reason: str = ""
    first_voucher: Session | None = None
    vouched_alone: bool = False  # nobody else of the staff is there: a picture is needed
    picture_agreed: datetime | None = None  # when the person agreed to that picture
    checked_by: str = ""  # the second pair of eyes, a pseudonym


@dataclass(frozen=True)
class DeskState:
    """The cases on the helper's desk, and the correction that is being brought."""

    content: Desk | None = field(default=None, repr=False)
    month: MonthReport | None = None  # what was done here in it
    correcting: Correction | None = field(default=None, repr=False)  # what is being brought now
    handing_in: bool = False
    brought: tuple[CapturedPaper, ...] = ()  # its pages


@dataclass(frozen=True)
class OnBehalf:
    """For whom somebody acts, and with what authority."""

    way: Way = Way.SELF
    proxy: IdCard | None = field(default=None, repr=False)  # whose card acts for that of `card`
    proxy_card_at: datetime | None = None  # when it was read
    principal_consent: Consent | None = None  # of who is acted for, to the own face check
    principal_proof: Proof | None = None  # the own face check; who of the staff looked is missing
    typing: bool = False  # the number of somebody whose card is not here
    principal: Principal | None = None
    authority: Authority = Authority()
