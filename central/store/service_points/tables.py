"""Tables of the service points: the list as it is, and each change of it, kept as it was."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from central.store.tables import Base


class ServicePointRow(Base):
    """A service point (`kiosk.retirement.points.ServicePoint`); `place`: its place in the list."""

    __tablename__ = "service_point"
    code: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int]
    name: Mapped[str]
    kind: Mapped[str]
    division: Mapped[str]
    hours: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    staff: Mapped[int] = mapped_column(default=0)
    invented: Mapped[bool] = mapped_column(default=False)


class PointChangeRow(Base):
    """A change of a point by somebody (`account`, "" for the operator's command) at a time.

    `before` and `after` are its values as a JSON list, "" where it was not on the list.
    """

    __tablename__ = "point_change"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[str]
    account: Mapped[str]
    point: Mapped[str] = mapped_column(index=True)
    before: Mapped[str]
    after: Mapped[str]
