"""Spans of the statements that SQLAlchemy runs itself; others have theirs where they are run."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from central.traces.spans import statement_span

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEY = "kiosk_span"


@contextmanager
def tracing_statements() -> Iterator[None]:
    """Make a span of each statement of every engine of this process until the block ends."""
    watches = (
        ("before_cursor_execute", _begin),
        ("after_cursor_execute", _end),
        ("handle_error", _fail),
    )
    for name, watch in watches:
        sa.event.listen(sa.Engine, name, watch)
    try:
        yield
    finally:
        for name, watch in watches:
            sa.event.remove(sa.Engine, name, watch)


def _begin(
    connection: sa.Connection,
    _cursor: Any,
    statement: str,
    _parameters: Any,
    context: Any,
    _executemany: bool,
) -> None:
    stack = ExitStack()
    stack.enter_context(statement_span(statement, connection.dialect.name))
    setattr(context, _KEY, stack)


def _end(
    _connection: sa.Connection,
    _cursor: Any,
    _statement: str,
    _parameters: Any,
    context: Any,
    _executemany: bool,
) -> None:
    _close(context, None)


def _fail(context: sa.ExceptionContext) -> None:
    _close(context.execution_context, context.original_exception)


def _close(context: Any, error: BaseException | None) -> None:
    stack: ExitStack | None = getattr(context, _KEY, None)
    if stack is not None:
        setattr(context, _KEY, None)
        # What the span says of it is the class; who asked gets it from SQLAlchemy.
        try:
            stack.__exit__(type(error) if error else None, error, None)
        except BaseException as again:
            if again is not error:
                raise
