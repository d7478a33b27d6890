"""A writer of networks as ONNX files: the few messages that OpenCV needs, byte by byte.

The package `onnx` would bring protobuf and its compiler for what is a page here. Field numbers are
those of onnx.proto3 (ONNX, Apache-2.0).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

FLOAT, INT64 = 1, 7  # TensorProto.DataType
INTS: Final = 7  # AttributeProto.AttributeType
IR_VERSION, OPERATORS = 8, 13  # since 11 Pad takes its sizes as an input
SEVEN_BITS: Final = 128


@dataclass
class Graph:
    """A network that grows node by node; an output is named by the number of its node."""

    nodes: list[bytes] = field(default_factory=list)
    constants: list[bytes] = field(default_factory=list)

    def add(self, operator: str, *inputs: str, **attributes: Sequence[int]) -> str:
        """Add a node and return the name of its output.

        `operator` is the ONNX operator, `inputs` are names of outputs and constants, `attributes`
        are lists of integers.
        """
        name = f"v{len(self.nodes)}"
        ends = b"".join(_part(1, one) for one in inputs) + _part(2, name)
        more = b"".join(_attribute(key, values) for key, values in attributes.items())
        self.nodes.append(ends + _part(4, operator) + more)
        return name

    def constant(self, values: NDArray[np.float32] | NDArray[np.int64]) -> str:
        """Add a constant tensor, float32 or int64, and return its name."""
        name = f"c{len(self.constants)}"
        kind = FLOAT if values.dtype.kind == "f" else INT64
        sizes = b"".join(_whole(1, size) for size in values.shape)
        head = sizes + _whole(2, kind) + _part(8, name)
        self.constants.append(head + _part(9, values.tobytes()))
        return name

    def model(self, start: str, shape: Sequence[int], end: str, ending: Sequence[int]) -> bytes:
        """Return the file of the network.

        `start` and `end` are the names of its input and output, `shape` and `ending` their shapes.
        """
        body = b"".join(_part(1, one) for one in self.nodes) + _part(2, "network")
        body += b"".join(_part(5, one) for one in self.constants)
        body += _part(11, _described(start, shape)) + _part(12, _described(end, ending))
        imported = _part(1, "") + _whole(2, OPERATORS)
        return _whole(1, IR_VERSION) + _part(7, body) + _part(8, imported)


def _described(name: str, shape: Sequence[int]) -> bytes:
    sizes = b"".join(_part(1, _whole(1, size)) for size in shape)
    return _part(1, name) + _part(2, _part(1, _whole(1, FLOAT) + _part(2, sizes)))


def _attribute(name: str, values: Sequence[int]) -> bytes:
    ints = b"".join(_whole(8, value) for value in values)
    return _part(5, _part(1, name) + ints + _whole(20, INTS))


def _part(number: int, content: bytes | str) -> bytes:
    data = content.encode() if isinstance(content, str) else content
    return _packed(number << 3 | 2) + _packed(len(data)) + data


def _whole(number: int, value: int) -> bytes:
    return _packed(number << 3) + _packed(value)


def _packed(value: int) -> bytes:
    """Return a whole number as a varint.

    Seven bits a byte, the lowest first; all but the last have their highest bit set.
    """
    out = bytearray()
    while value >= SEVEN_BITS:
        out.append(value % SEVEN_BITS + SEVEN_BITS)
        value //= SEVEN_BITS
    return bytes([*out, value])
