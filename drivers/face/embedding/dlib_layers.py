"""A parser of dlib's face network file: the names and weights of its layers.

dlib writes a network from the inside out: the input first, then layer by layer, each as a name, its
weights, and what training left behind, which is passed over. Whole numbers are packed: a byte says
how many bytes follow, the lowest first. A tensor is a version, four sizes and 32-bit floats.
(dlib: serialize.h, dnn/tensor.h, dnn/layers.h.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from math import prod
from typing import TYPE_CHECKING, Final

import numpy as np

from drivers.face.models import UnknownModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray


class LayerKind(Enum):
    """The kinds of layers in dlib's face network, as their names begin in its file."""

    CONVOLUTION = b"con_"
    AFFINE = b"affine_"
    RECTIFIER = b"relu_"
    LARGEST = b"max_pool_"
    AVERAGE = b"avg_pool_"
    SUM = b"add_prev_"
    FULL = b"fc_"


# A name is a packed length of one byte (01, then the number of letters) and its letters.
NAME: Final = re.compile(
    rb"\x01.(" + b"|".join(one.value for one in LayerKind) + rb")\d?", re.DOTALL
)
FLOATS: Final = np.dtype("<f4")


@dataclass(frozen=True)
class NetworkLayer:
    """One layer of the network.

    `sizes` of a convolution: filters, then rows, columns, stride and padding, each down and across;
    of a pool: rows and columns (0 for all there are), then stride and padding; of a full layer: how
    many numbers out and in. `weights` of an affine one are two rows: factors and what is added.
    """

    kind: LayerKind
    sizes: tuple[int, ...] = ()
    weights: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))


def layers_of(data: bytes) -> Iterator[NetworkLayer]:
    """Yield the layers in a file of dlib's, `data`, in the order in which they work.

    Raises UnknownModelError for another format.
    """
    at = 0
    while found := NAME.search(data, at):
        kind = LayerKind(found[1])
        try:
            layer, at = _READERS.get(kind, _plain(kind))(data, found.end())
        except (IndexError, ValueError) as error:
            raise UnknownModelError(f"no layer of dlib's at byte {found.start()}") from error
        yield layer


def _convolution(data: bytes, at: int) -> tuple[NetworkLayer, int]:
    weights, at = _tensor(data, at)
    sizes, at = _numbers(data, at, 7)
    return NetworkLayer(LayerKind.CONVOLUTION, sizes, weights), at


def _affine(data: bytes, at: int) -> tuple[NetworkLayer, int]:
    weights, at = _tensor(data, at)
    return NetworkLayer(LayerKind.AFFINE, (), weights.reshape(2, -1)), at


def _full(data: bytes, at: int) -> tuple[NetworkLayer, int]:
    sizes, at = _numbers(data, at, 2)
    weights, at = _tensor(data, at)
    return NetworkLayer(LayerKind.FULL, sizes, weights.reshape(sizes[::-1])), at


def _pool(kind: LayerKind) -> Callable[[bytes, int], tuple[NetworkLayer, int]]:
    def read(data: bytes, at: int) -> tuple[NetworkLayer, int]:
        sizes, at = _numbers(data, at, 6)
        return NetworkLayer(kind, sizes), at

    return read


def _plain(kind: LayerKind) -> Callable[[bytes, int], tuple[NetworkLayer, int]]:
    return lambda _data, at: (NetworkLayer(kind), at)


_READERS: Final = {
    LayerKind.CONVOLUTION: _convolution,
    LayerKind.AFFINE: _affine,
    LayerKind.FULL: _full,
    LayerKind.LARGEST: _pool(LayerKind.LARGEST),
    LayerKind.AVERAGE: _pool(LayerKind.AVERAGE),
}


def _tensor(data: bytes, at: int) -> tuple[NDArray[np.float32], int]:
    (_version, *sizes), at = _numbers(data, at, 5)
    end = at + prod(sizes) * FLOATS.itemsize
    return np.frombuffer(data, FLOATS, prod(sizes), at), end


def _numbers(data: bytes, at: int, count: int) -> tuple[tuple[int, ...], int]:
    """Return `count` packed whole numbers from `at` on, and where the next bytes begin."""
    found = []
    for _ in range(count):
        end = at + 1 + data[at]
        found.append(int.from_bytes(data[at + 1 : end], "little"))
        at = end
    return tuple(found), at
