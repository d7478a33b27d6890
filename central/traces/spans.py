"""Spans of requests, of questions to the vault and of statements; without a tracer they are none.

What a span may say is a closed list: never a value, a name, an id, an address or a text of SQL.
"""

from __future__ import annotations

import re
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

OTHER = "other"


class SpanAttribute(Enum):
    """All that a span may say, by the names of OpenTelemetry's conventions."""

    METHOD = "http.request.method"
    ROUTE = "http.route"
    STATUS = "http.response.status_code"
    QUESTION = "vault.question"
    DATABASE = "db.system.name"
    OPERATION = "db.operation.name"
    TABLE = "db.collection.name"
    ERROR = "error.type"


class OpenSpan(Protocol):
    """A span that has begun."""

    def note(self, attribute: SpanAttribute, value: str | int) -> None:
        """Add what is known later."""
        ...


class Tracer(Protocol):
    """Whatever takes spans."""

    def begun(
        self, name: str, said: Mapping[SpanAttribute, str | int], *, served: bool
    ) -> AbstractContextManager[OpenSpan]:
        """Return a span called `name` that lasts as long as the block, and says what is `said`.

        `served`: a request that came in. What raises in the block is named by its class alone.
        """
        ...


class _Holder:
    """The tracer of this process, None for none, and the names of tables that it may say."""

    tracer: Tracer | None = None
    tables: frozenset[str] = frozenset()


_NOTHING: AbstractContextManager[None] = nullcontext()
_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE)\s+\"?([a-z_]+)", re.IGNORECASE)
_OPERATIONS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@contextmanager
def traced_by(tracer: Tracer, tables: Collection[str]) -> Iterator[None]:
    """Let this process's spans go to a tracer until the block ends; they may name these tables."""
    _Holder.tracer, _Holder.tables = tracer, frozenset(tables)
    try:
        yield
    finally:
        _Holder.tracer = None


def vault_span(question: str) -> AbstractContextManager[object]:
    """Return the span of one question to the vault, named by its kind."""
    if _Holder.tracer is None:
        return _NOTHING
    return _Holder.tracer.begun(
        f"vault {question}", {SpanAttribute.QUESTION: question}, served=False
    )


def statement_span(text: str, system: str) -> AbstractContextManager[object]:
    """Return the span of one statement; of its text only what it does and the first table."""
    if _Holder.tracer is None:
        return _NOTHING
    operation, table = named(text, _Holder.tables)
    said: dict[SpanAttribute, str | int] = {
        SpanAttribute.DATABASE: system,
        SpanAttribute.OPERATION: operation,
        SpanAttribute.TABLE: table,
    }
    return _Holder.tracer.begun(f"{operation} {table}", said, served=False)


@lru_cache(maxsize=1024)
def named(text: str, known: frozenset[str]) -> tuple[str, str]:
    """Return what a statement does, and its first table; "other" for what is not `known`."""
    first = text.lstrip().partition(" ")[0].strip().upper()
    tables = (one.lower() for one in _TABLE.findall(text))
    table = next((one for one in tables if one in known), OTHER)
    return (first if first in _OPERATIONS else OTHER), table
