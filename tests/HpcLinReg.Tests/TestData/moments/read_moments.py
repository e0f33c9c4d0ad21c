"""Reads a .moments file by docs/moments-format.md alone, with nothing but the standard library.

Usage: read_moments.py FILE. Prints one JSON object: the header, and count, weight, means and cross-products of all rows.
Sums are rational numbers here, so what is printed is rounded once.
"""
import hashlib
import json
import struct
import sys
from fractions import Fraction


class Reader:
    def __init__(self, data):
        if hashlib.sha256(data[:-32]).digest() != data[-32:]:
            raise ValueError("the SHA-256 is not that of the bytes")
        self.data, self.at = data[:-32], 0

    def take(self, count):
        if not 0 <= count <= len(self.data) - self.at:
            raise ValueError("the file ends too early")
        self.at += count
        return self.data[self.at - count:self.at]

    def whole(self):
        return struct.unpack("<q", self.take(8))[0]

    def wholes(self, count):
        return struct.unpack(f"<{count}q", self.take(8 * count))

    def doubles(self, count):
        return struct.unpack(f"<{count}d", self.take(8 * count))

    def text(self):
        return self.take(self.whole()).decode("utf-8")

    def texts(self):
        return [self.text() for _ in range(self.whole())]


def read_header(r):
    if r.take(8) != b"HLRMOMT1":
        raise ValueError("no .moments file of version 1")
    h = {"bitContract": r.whole(), "blockRows": r.whole()}
    flags = r.whole()
    h |= {"exact": bool(flags & 1), "doubleDouble": bool(flags & 2), "lowParts": bool(flags & 4), "faded": bool(flags & 8), "errors": bool(flags & 16), "remainders": bool(flags & 32)}
    h |= {"columns": r.whole(), "names": r.texts(), "firstRow": r.whole(), "nextRow": r.whole(), "rowCount": r.whole()}
    h |= {"source": r.text(), "schema": r.text(), "weightKind": r.whole()}
    if h["weightKind"]:
        h["weights"] = r.text()
        low, high = struct.unpack("<Qq", r.take(16))
        h["scaledLogWeights"] = (high << 64) + low
    h["rowsDropped"] = r.whole()
    h["inputs"] = []
    for _ in range(r.whole()):
        column = {"name": r.text(), "kind": r.whole(), "levels": r.texts(), "missing": r.whole()}
        if r.whole():
            column["least"], column["most"] = r.doubles(2)
        h["inputs"].append(column)
    return h


def sums_of(count, weight, means, products):
    """Returns what adds up: the number of rows, their weight, weighted sums, and products about zero."""
    p = range(len(means))
    return count, weight, [weight * m for m in means], [[products[i][j] + weight * means[i] * means[j] for j in p] for i in p]


def read_node(r, h):
    p, low = h["columns"], h["doubleDouble"] or h["lowParts"]
    count = r.whole()
    weight = sum(map(Fraction, r.doubles(2))) if h["doubleDouble"] else Fraction(count)
    means = [Fraction(a) + Fraction(b) for a, b in zip(r.doubles(p), r.doubles(p))]
    triangle = p * (p + 1) // 2
    cells = [Fraction(a) for a in r.doubles(triangle)]
    if low:
        cells = [a + Fraction(b) for a, b in zip(cells, r.doubles(triangle))]
    products, at = [[None] * p for _ in range(p)], 0
    for i in range(p):
        for j in range(i, p):
            products[i][j] = products[j][i] = cells[at]
            at += 1
    if h["doubleDouble"]:
        r.doubles(p)  # excess squares
    r.doubles(2)  # least weight, drift
    if r.whole() == 1:
        r.doubles(p)  # squares of repeating blocks
    r.whole()  # depth of merges
    return sums_of(count, weight, means, products)


def read_row(r, h):
    r.whole()  # place in the block
    cells = [Fraction(x) for x in r.doubles(h["columns"])]
    if h["remainders"]:
        cells = [a + Fraction(b) for a, b in zip(cells, r.doubles(h["columns"]))]
    weight = Fraction(r.doubles(1)[0]) if h["doubleDouble"] else Fraction(1)
    p = range(len(cells))
    return sums_of(1, weight, cells, [[Fraction(0) for _ in p] for _ in p])


def main(path):
    with open(path, "rb") as file:
        r = Reader(file.read())
    h = read_header(r)
    if h["exact"]:
        parts = []
        for _ in range(r.whole()):
            r.wholes(2)  # level and place in the tree
            parts.append(read_node(r, h))
        for _ in range(2):
            parts += [read_row(r, h) for _ in range(r.whole())]
    else:
        parts = [read_node(r, h)]
        if h["errors"] or h["faded"]:
            r.at = len(r.data)  # bounds of errors, squared weights
    if r.at != len(r.data):
        raise ValueError("bytes are left")
    p = range(h["columns"])
    count, weight = sum(part[0] for part in parts), sum(part[1] for part in parts)
    sums = [sum(part[2][j] for part in parts) for j in p]
    products = [[sum(part[3][i][j] for part in parts) for j in p] for i in p]
    h |= {"count": count, "weight": float(weight), "means": [float(s / weight) if weight else 0.0 for s in sums]}
    h["crossProducts"] = [[float(products[i][j] - sums[i] * sums[j] / weight) if weight else 0.0 for j in p] for i in p]
    print(json.dumps(h))


main(sys.argv[1])
