"""Values of the vault's operations as JSON, by the annotations of the port.

Bytes travel beside the JSON: in it stands their place among the attachments. Where an annotation
allows several types, the name of the type stands beside the value. What an annotation asks for is
worked out once: most of an application's way through the socket was this.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, cast

NAMED = "type"
VALUE = "value"
_PLAIN = frozenset({str, int, float, bool})  # the same in JSON; most values are one of these
Encoder = Callable[[Any, list[bytes]], Any]
Decoder = Callable[[Any, list[bytes]], Any]


def encode(hint: Any, value: Any, attachments: list[bytes]) -> Any:
    """Return `value`, annotated with `hint`, as JSON; its bytes are added to `attachments`."""
    return _encoder(hint)(value, attachments)


def decode(hint: Any, said: Any, attachments: list[bytes]) -> Any:
    """Return the value, annotated with `hint`, that `encode` gave as `said` and `attachments`.

    Raises ValueError, KeyError, TypeError or IndexError for anything else.
    """
    return _decoder(hint)(said, attachments)


@cache
def _encoder(hint: Any) -> Encoder:
    if (choices := _choices(hint)) is not None:
        return _encoder_of_union(choices)
    inner = _inner(hint)

    def encoded(value: Any, attachments: list[bytes]) -> Any:
        if type(value) is hint and hint in _PLAIN:
            return value
        if isinstance(value, bytes):
            attachments.append(value)
            return len(attachments) - 1
        if is_dataclass(value):
            members = _member_encoders(cast("type", type(value)))
            return {name: write(getattr(value, name), attachments) for name, write in members}
        if hint is Any:
            return value
        if isinstance(value, Enum):
            return value.value
        if isinstance(value, date):  # a datetime is one, too
            return value.isoformat()
        if isinstance(value, Mapping):
            write = _encoder(inner[1])
            return {name: write(one, attachments) for name, one in value.items()}
        if isinstance(value, tuple):
            write = _encoder(inner[0])
            return [write(one, attachments) for one in value]
        return value

    return encoded


def _encoder_of_union(choices: tuple[Any, ...]) -> Encoder:
    def encoded(value: Any, attachments: list[bytes]) -> Any:
        if value is None:
            return None
        chosen = _of_value(choices, value)
        said = _encoder(chosen)(value, attachments)
        return said if len(choices) == 1 else {NAMED: chosen.__name__, VALUE: said}

    return encoded


@cache
def _decoder(hint: Any) -> Decoder:
    if (choices := _choices(hint)) is not None:
        return _decoder_of_union(hint, choices)
    if hint is Any:
        return lambda said, _attachments: said
    if is_dataclass(hint):
        return _decoder_of_dataclass(cast("type", hint))
    if isinstance(hint, type):
        return lambda said, attachments: _decode_plain(hint, said, attachments)
    origin, inner = _origin(hint), _inner(hint)

    def decoded(said: Any, attachments: list[bytes]) -> Any:
        if origin is tuple and isinstance(said, list):
            read = _decoder(inner[0])
            return tuple([read(one, attachments) for one in said])
        if isinstance(origin, type) and issubclass(origin, Mapping) and isinstance(said, dict):
            read = _decoder(inner[1])
            return {name: read(one, attachments) for name, one in said.items()}
        raise ValueError(f"no value of {hint}")

    return decoded


def _decoder_of_union(hint: Any, choices: tuple[Any, ...]) -> Decoder:
    allows_none = types.NoneType in _inner(hint)
    by_name = {one.__name__: one for one in choices} if len(choices) > 1 else {}

    def decoded(said: Any, attachments: list[bytes]) -> Any:
        if said is None and allows_none:
            return None
        if not by_name:
            return _decoder(choices[0])(said, attachments)
        return _decoder(by_name[said[NAMED]])(said[VALUE], attachments)

    return decoded


def _decoder_of_dataclass(kind: type) -> Decoder:
    def decoded(said: Any, attachments: list[bytes]) -> Any:
        members = _member_decoders(kind)
        if said.keys() != members.keys():
            raise ValueError(f"no {kind.__name__}")
        return kind(**{name: read(said[name], attachments) for name, read in members.items()})

    return decoded


def _decode_plain(hint: type, said: Any, attachments: list[bytes]) -> Any:
    if type(said) is hint:
        return said
    if hint is bytes and type(said) is int and said >= 0:
        return attachments[said]
    if hint is datetime or hint is date:
        return cast("Any", hint).fromisoformat(said)
    if issubclass(hint, Enum):
        return hint(said)
    if hint is float and type(said) is int:
        return said
    raise ValueError(f"no {hint.__name__}")


@cache
def _member_encoders(kind: type) -> tuple[tuple[str, Encoder], ...]:
    return tuple((name, _encoder(hint)) for name, hint in _members(kind).items())


@cache
def _member_decoders(kind: type) -> Mapping[str, Decoder]:
    return {name: _decoder(hint) for name, hint in _members(kind).items()}


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


def _of_value(choices: tuple[Any, ...], value: Any) -> Any:
    return next(one for one in choices if isinstance(value, _origin(one) or one))
