"""dlib's face network without dlib: the same layers, as ONNX, run through OpenCV.

For the same numbers OpenCV needs a tenth of the time. What dlib multiplies and adds after each
convolution (its affine layers) goes into the weights of the convolution.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

from drivers.face.embedding.dlib_layers import LayerKind, NetworkLayer, layers_of
from drivers.face.embedding.onnx_graph import Graph
from drivers.face.models import UnknownModelError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

SIDE: Final = 150
COLOURS: Final = 3
NUMBERS: Final = 128
NOT_THIS: Final = "not dlib's face network"
MEAN: Final = (122.782, 117.001, 104.298)  # red, green, blue (dlib: input_rgb_image_sized)
SCALE: Final = 1 / 256
START: Final = "face"
HEAD: Final = (LayerKind.CONVOLUTION, LayerKind.AFFINE, LayerKind.RECTIFIER, LayerKind.LARGEST)
HALF: Final = (LayerKind.CONVOLUTION, LayerKind.AFFINE)
BLOCK: Final = (*HALF, LayerKind.RECTIFIER, *HALF, LayerKind.SUM, LayerKind.RECTIFIER)
SHRINKING: Final = (*BLOCK[:5], LayerKind.AVERAGE, *BLOCK[5:])
LEVELS: Final = (3 * BLOCK, SHRINKING + 3 * BLOCK, *2 * (SHRINKING + 2 * BLOCK,), SHRINKING)
LAYERS: Final = (*HEAD, *chain(*LEVELS), LayerKind.AVERAGE, LayerKind.FULL)


class ResidualNetwork:
    """dlib's network, from the bytes of its file. Raises UnknownModelError for another network."""

    def __init__(self, data: bytes) -> None:
        """Build the network, in a tenth of a second."""
        self._net = cv2.dnn.readNetFromONNX(np.frombuffer(as_onnx(data), np.uint8))

    def numbers(self, chip: Any) -> NDArray[np.float64]:
        """Return the 128 numbers of an aligned face: 150 x 150 RGB."""
        self._net.setInput(cv2.dnn.blobFromImage(chip, SCALE, (SIDE, SIDE), MEAN))
        return np.array(self._net.forward(), np.float64).reshape(-1)


def as_onnx(data: bytes) -> bytes:
    """Return dlib's face network, the file `data`, as an ONNX file.

    Raises UnknownModelError for another network.
    """
    layers = tuple(layers_of(data))
    if tuple(one.kind for one in layers) != LAYERS:
        raise UnknownModelError(NOT_THIS)
    network = _Network()
    try:
        for layer in layers:
            network.add(layer)
    except ValueError as error:  # weights that do not fit
        raise UnknownModelError(NOT_THIS) from error
    return network.model()


@dataclass(frozen=True)
class _Flow:
    """The output of a node: its name, channels, rows and columns."""

    name: str
    channels: int
    rows: int
    columns: int

    @property
    def shape(self) -> NDArray[np.int64]:
        return np.array([self.channels, self.rows, self.columns])

    def passed(self, name: str, sizes: tuple[int, ...], channels: int | None = None) -> _Flow:
        """Return the output `name` of a window that moves over this one, by its layer's `sizes`."""
        rows, columns, down, across, above, beside = sizes
        return _Flow(
            name,
            channels or self.channels,
            (self.rows + 2 * above - rows) // down + 1,
            (self.columns + 2 * beside - columns) // across + 1,
        )


class _Network:
    """An ONNX network that grows by layers.

    A block adds its input to its output; where their shapes differ, both are filled up with 0.
    """

    def __init__(self) -> None:
        self._graph = Graph()
        self._now = self._block = _Flow(START, COLOURS, SIDE, SIDE)
        self._added: _Flow | None = None
        self._convolution = NetworkLayer(LayerKind.CONVOLUTION)
        self._last = LayerKind.FULL

    def add(self, layer: NetworkLayer) -> None:
        """Add the next layer; raises ValueError when its weights do not fit."""
        self._ADD[layer.kind](self, layer)
        if layer.kind is LayerKind.LARGEST or self._last is LayerKind.SUM:
            self._block = self._now
        self._last = layer.kind

    def model(self) -> bytes:
        """Return the network as an ONNX file."""
        shape = (1, COLOURS, SIDE, SIDE)
        return self._graph.model(START, shape, self._now.name, (1, NUMBERS))

    def _convolve(self, layer: NetworkLayer) -> None:
        self._convolution = layer

    def _affine(self, layer: NetworkLayer) -> None:
        """Write the convolution before this layer, with this layer in its weights."""
        (filters, *sizes), weights = self._convolution.sizes, self._convolution.weights
        rows, columns, down, across, above, beside = sizes
        factors, added = layer.weights
        kernels = weights[:-filters].reshape(filters, self._now.channels, rows, columns)
        name = self._graph.add(
            "Conv",
            self._now.name,
            self._graph.constant(kernels * factors[:, None, None, None]),
            self._graph.constant(weights[-filters:] * factors + added),
            kernel_shape=(rows, columns),
            strides=(down, across),
            pads=(above, beside, above, beside),
        )
        self._now = self._now.passed(name, tuple(sizes), filters)

    def _rectify(self, _layer: NetworkLayer) -> None:
        now = self._now
        name = self._graph.add("Relu", now.name)
        self._now = _Flow(name, now.channels, now.rows, now.columns)

    def _pool(self, operator: str, start: _Flow, layer: NetworkLayer) -> _Flow:
        rows, columns, down, across, *_ = layer.sizes
        name = self._graph.add(
            operator, start.name, kernel_shape=(rows, columns), strides=(down, across)
        )
        return start.passed(name, layer.sizes)

    def _largest(self, layer: NetworkLayer) -> None:
        self._now = self._pool("MaxPool", self._now, layer)

    def _average(self, layer: NetworkLayer) -> None:
        """Shrink the input of the block; at the end, take the mean of all that is left."""
        if layer.sizes[0]:
            self._added = self._pool("AveragePool", self._block, layer)
        else:
            name = self._graph.add("GlobalAveragePool", self._now.name)
            self._now = _Flow(name, self._now.channels, 1, 1)

    def _sum(self, _layer: NetworkLayer) -> None:
        one, other = self._now, self._added or self._block
        shape = np.maximum(one.shape, other.shape)
        name = self._graph.add("Add", self._filled(one, shape), self._filled(other, shape))
        self._now = _Flow(name, *(int(size) for size in shape))
        self._added = None

    def _filled(self, flow: _Flow, shape: NDArray[np.int64]) -> str:
        missing = shape - flow.shape
        if not missing.any():
            return flow.name
        after = np.array([0, 0, 0, 0, 0, *missing], np.int64)
        return self._graph.add("Pad", flow.name, self._graph.constant(after))

    def _full(self, layer: NetworkLayer) -> None:
        flat = self._graph.add("Flatten", self._now.name)
        name = self._graph.add("MatMul", flat, self._graph.constant(layer.weights))
        self._now = _Flow(name, layer.sizes[0], 1, 1)

    _ADD: Final[dict[LayerKind, Callable[[_Network, NetworkLayer], None]]] = {
        LayerKind.CONVOLUTION: _convolve,
        LayerKind.AFFINE: _affine,
        LayerKind.RECTIFIER: _rectify,
        LayerKind.LARGEST: _largest,
        LayerKind.AVERAGE: _average,
        LayerKind.SUM: _sum,
        LayerKind.FULL: _full,
    }
