"""Sums the parts of a .npy matrix by MPI, one a process, and compares the file with that of one process.

    mpirun -np 2 python3 mpi_parts.py DATA.npy

Debian: openmpi-bin, python3-mpi4py. MPI has no way on when a process dies: the job ends, and is started again.
"""

import hashlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import parts
from mpi4py import MPI


def main(path):
    world = MPI.COMM_WORLD
    files = world.gather(parts.sum_part(path, world.rank, world.size).to_bytes())
    if world.rank > 0:
        return 0
    data = parts.merge_parts([parts.Accumulator.from_bytes(file) for file in files]).to_bytes()
    expected = parts.sum_part(path, 0, 1).to_bytes()
    print(f"MPI, {world.size} processes: SHA-256 {hashlib.sha256(data).hexdigest()}, {len(data)} bytes")
    print(f"one process:      SHA-256 {hashlib.sha256(expected).hexdigest()}")
    return 0 if data == expected else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
