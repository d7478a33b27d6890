"""A real ONNX model of one layer: the mean colours of 49 places of a face.

It tells people apart badly, which is no matter: what it shows is that any model by path will do.
"""

from __future__ import annotations

from drivers.face.embedding.onnx_graph import Graph


def tiny_onnx(pool: int = 16) -> bytes:
    """Return the model: 1 x 3 x 112 x 112 in, 147 numbers out."""
    graph, side, square = Graph(), 112 // pool, (pool, pool)
    pooled = graph.add("AveragePool", "x", kernel_shape=square, strides=square)
    flat = graph.add("Flatten", pooled)
    return graph.model("x", (1, 3, 112, 112), flat, (1, 3 * side * side))
