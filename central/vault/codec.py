"""Values of the vault's operations as JSON, by the annotations of the port.

Bytes travel beside the JSON: in it stands their place among the attachments. Where an annotation
allows several types, the name of the type stands beside the value.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, cast

NAMED = "type"
VALUE = "value"
_PLAIN = frozenset({str, int, float, bool})  # the same in JSON; most values are one of these


def encode(hint: Any, value: Any, attachments: list[bytes]) -> Any:
    """Return `value`, annotated with `hint`, as JSON; its bytes are added to `attachments`."""
    if (choices := _choices(hint)) is not None:
        if value is None:
            return None
        chosen = _of_value(choices, value)
        said = encode(chosen, value, attachments)
        return said if len(choices) == 1 else {NAMED: chosen.__name__, VALUE: said}
    kind = type(value)
    if hint is kind and kind in _PLAIN:
        return value
    if isinstance(value, bytes):
        attachments.append(value)
        return len(attachments) - 1
    if is_dataclass(value):
        return {
            name: encode(inner, getattr(value, name), attachments)
            for name, inner in _members(cast("type", type(value))).items()
        }
    if hint is Any:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    inner = _inner(hint)
    if isinstance(value, Mapping):
        return {name: encode(inner[1], one, attachments) for name, one in value.items()}
    if isinstance(value, tuple):
        return [encode(inner[0], one, attachments) for one in value]
    return value


def decode(hint: Any, said: Any, attachments: list[bytes]) -> Any:
    """Return the value, annotated with `hint`, that `encode` gave as `said` and `attachments`.

    Raises ValueError, KeyError, TypeError or IndexError for anything else.
    """
    if (choices := _choices(hint)) is not None:
        if said is None and _allows_none(hint):
            return None
        if len(choices) == 1:
            return decode(choices[0], said, attachments)
        chosen = next(one for one in choices if one.__name__ == said[NAMED])
        return decode(chosen, said[VALUE], attachments)
    if hint is Any:
        return said
    if hint is type(said) and hint in _PLAIN:
        return said
    if isinstance(hint, type):
        return _decode_plain(hint, said, attachments)
    origin, inner = _origin(hint), _inner(hint)
    if origin is tuple and isinstance(said, list):
        return tuple(decode(inner[0], one, attachments) for one in said)
    if isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(said, dict):
        return {name: decode(inner[1], one, attachments) for name, one in said.items()}
    raise ValueError(f"no value of {hint}")


def _decode_plain(hint: type, said: Any, attachments: list[bytes]) -> Any:
    if hint is bytes and type(said) is int and said >= 0:
        return attachments[said]
    if hint is datetime or hint is date:
        return cast("Any", hint).fromisoformat(said)
    if is_dataclass(hint):
        members = _members(hint)
        if set(said) != set(members):
            raise ValueError(f"no {hint.__name__}")
        values = {name: decode(one, said[name], attachments) for name, one in members.items()}
        return hint(**values)
    if issubclass(hint, Enum):
        return hint(said)
    if type(said) is hint or (hint is float and type(said) is int):
        return said
    raise ValueError(f"no {hint.__name__}")


@cache
def _members(kind: type) -> Mapping[str, Any]:
    hints = typing.get_type_hints(kind)
    return {one.name: hints[one.name] for one in fields(cast("Any", kind))}


@cache
def _origin(hint: Any) -> Any:
    return typing.get_origin(hint)


@cache
def _inner(hint: Any) -> tuple[Any, ...]:
    return typing.get_args(hint)


@cache
def _choices(hint: Any) -> tuple[Any, ...] | None:
    """Return the types that a union allows besides None; None for what is no union."""
    if typing.get_origin(hint) not in (types.UnionType, typing.Union):
        return None
    return tuple(one for one in typing.get_args(hint) if one is not types.NoneType)


def _allows_none(hint: Any) -> bool:
    return types.NoneType in _inner(hint)


def _of_value(choices: tuple[Any, ...], value: Any) -> Any:
    return next(one for one in choices if isinstance(value, _origin(one) or one))
