"""Sums one of several parts of a matrix in a .npy file, merges parts, and fits: the steps that the recipes distribute.

    parts.py make DATA.npy ROWS COLUMNS          a matrix of random numbers; its last column is the target
    parts.py sum DATA.npy PART PARTS OUT.moments
    parts.py merge OUT.moments PART.moments...   in any order
    parts.py fit ALL.moments

Parts are cut at multiples of 2048 rows, so a part's file has only sums in it: kilobytes. The last part also has the rows of the last,
unfinished block.
"""

import hashlib
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from hpclinreg import Accumulator

BLOCK = 2048
PIECE = 64 * BLOCK


def part_range(rows, part, parts):
    """Returns the first row of a part and the row behind its last."""
    blocks = -(-rows // BLOCK)
    return blocks * part // parts * BLOCK, min(rows, blocks * (part + 1) // parts * BLOCK)


def sum_part(path, part, parts):
    """Returns the sums of a part's rows, which are read from the file a piece at a time."""
    data = np.load(path, mmap_mode="r")
    start, end = part_range(len(data), part, parts)
    sums = Accumulator(data.shape[1], first_row=start)
    for row in range(start, end, PIECE):
        sums.add(np.ascontiguousarray(data[row:min(end, row + PIECE)]))
    return sums


def merge_parts(parts):
    """Joins accumulators of ranges that follow each other, given in any order; says which rows are missing or twice."""
    ordered = sorted(parts, key=lambda part: (part.first_row, part.next_row))
    total = ordered[0]
    for part in ordered[1:]:
        if part.first_row != total.next_row:
            what = "are missing" if part.first_row > total.next_row else "are there twice"
            raise SystemExit(f"Rows {min(part.first_row, total.next_row)} to {max(part.first_row, total.next_row)} {what}.")
        total.merge(part)
    return total


def write(path, data):
    """Writes a file whole or not at all, so that a part that is killed and started again leaves no half."""
    temporary = f"{path}.{os.getpid()}.tmp"
    with open(temporary, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def read(path):
    with open(path, "rb") as file:
        return Accumulator.from_bytes(file.read())


def make(path, rows, columns):
    random = np.random.default_rng(17)
    data = np.lib.format.open_memmap(path, mode="w+", dtype=np.float64, shape=(rows, columns))
    weights = random.normal(size=columns - 1)
    for row in range(0, rows, PIECE):
        piece = random.normal(size=(min(PIECE, rows - row), columns))
        piece[:, -1] += piece[:, :-1] @ weights + 3
        data[row:row + len(piece)] = piece
    data.flush()


def main(command, *arguments):
    if command == "make":
        make(arguments[0], int(arguments[1]), int(arguments[2]))
    elif command == "sum":
        write(arguments[3], sum_part(arguments[0], int(arguments[1]), int(arguments[2])).to_bytes())
    elif command == "merge":
        data = merge_parts([read(path) for path in arguments[1:]]).to_bytes()
        write(arguments[0], data)
        print(f"{arguments[0]}: {len(data)} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}")
    elif command == "fit":
        moments = read(arguments[0]).moments()
        model = moments.fit(len(moments.names) - 1)
        print(f"{moments.rows} rows, intercept {model.intercept_!r}, coefficients {model.coef_.tolist()}")
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["help"]))
