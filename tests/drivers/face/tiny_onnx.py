"""A real ONNX model of one layer: the mean colours of 49 places of a face. Written byte by byte.

It tells people apart badly, which is no matter: what it shows is that any model by path will do.
"""

from __future__ import annotations


def varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def whole(field: int, number: int) -> bytes:
    return varint(field << 3) + varint(number)


def part(field: int, content: bytes | str) -> bytes:
    data = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(data)) + data


def attribute(name: str, values: tuple[int, ...]) -> bytes:
    ints = b"".join(whole(8, value) for value in values)
    return part(5, part(1, name) + ints + whole(20, 7))


def tensor(name: str, shape: tuple[int, ...]) -> bytes:
    sizes = b"".join(part(1, whole(1, size)) for size in shape)
    return part(1, name) + part(2, part(1, whole(1, 1) + part(2, sizes)))


def tiny_onnx(pool: int = 16) -> bytes:
    """Return the model: 1 x 3 x 112 x 112 in, 147 numbers out."""
    side = 112 // pool
    square = (pool, pool)
    average = part(1, "x") + part(2, "pooled") + part(4, "AveragePool")
    average += attribute("kernel_shape", square) + attribute("strides", square)
    flatten = part(1, "pooled") + part(2, "y") + part(4, "Flatten")
    graph = part(1, average) + part(1, flatten) + part(2, "tiny")
    graph += part(11, tensor("x", (1, 3, 112, 112))) + part(12, tensor("y", (1, 3 * side * side)))
    return whole(1, 8) + part(7, graph) + part(8, part(1, "") + whole(2, 13))
