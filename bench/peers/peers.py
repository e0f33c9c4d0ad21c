#!/usr/bin/python3
"""The engine beside NumPy and scikit-learn: same data, same machine, one thread each, in turn.

Needs python3-numpy and python3-sklearn (Debian). Usage:

    peers.py ENGINE [--json FILE] [--quick]

ENGINE is the built benchmark program; it is started as "ENGINE serve" and asked for one call at a time, so that a call of
the engine and one of the peer follow each other and a change of the machine's speed meets both. Each side times the call
itself. Results are checked against each other before anything is timed.
"""
import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import argparse
import json
import subprocess
import sys
import tempfile
import time

import numpy as np
from sklearn.linear_model import LinearRegression, Ridge

SHAPES = [(1_000_000, 16), (200_000, 64), (100_000, 100), (40_000, 256), (20_000, 512), (10_000, 1000)]
FEWEST_PAIRS = 5
BUDGET_SECONDS = 6.0


class Engine:
    def __init__(self, program):
        self.process = subprocess.Popen([program, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        if not answer:
            sys.exit(f"The engine stopped while it was asked for '{line}'.")
        return float(answer[0]), np.array(answer[1:], dtype=float)


def normal_equations(x, y):
    """Centred, as the engine does it: solve (X - m)'(X - m) w = (X - m)'(y - mean), without a copy of X."""
    n = len(y)
    means = x.mean(axis=0)
    target = y.mean()
    gram = x.T @ x - n * np.outer(means, means)
    weights = np.linalg.solve(gram, x.T @ y - n * means * target)
    return np.append(weights, target - means @ weights)


def by_sklearn(model):
    def fit(x, y):
        model.fit(x, y)
        return np.append(model.coef_, model.intercept_)
    return fit


def gradient(x, y):
    residuals = x @ np.full(x.shape[1], 1 / x.shape[1]) + 0.5 - y
    return 2 / len(y) * (x.T @ residuals)


def contests():
    yield "gradient", "NumPy", gradient
    yield "fit", "NumPy normal equations", normal_equations
    yield "fit", "scikit-learn LinearRegression", by_sklearn(LinearRegression())
    yield "fit", "scikit-learn Ridge(alpha=0, cholesky)", by_sklearn(Ridge(alpha=0, solver="cholesky"))


def run(engine, task, peer, call, x, y):
    _, own = engine.ask(task)
    other = call(x, y)
    scale = np.abs(own).max()
    difference = np.abs(own - other).max() / scale
    if not difference <= 1e-6:
        sys.exit(f"{task}, {peer}: results differ by {difference:.1e}; nothing is measured before they agree.")
    for _ in range(3):
        engine.ask(task)
    own_seconds, peer_seconds = [], []
    start = time.perf_counter()
    while len(own_seconds) < FEWEST_PAIRS or (time.perf_counter() - start < BUDGET_SECONDS and len(own_seconds) < 100):
        own_seconds.append(engine.ask(task)[0])
        before = time.perf_counter()
        call(x, y)
        peer_seconds.append(time.perf_counter() - before)
    ratios = np.sort(np.array(peer_seconds) / np.array(own_seconds))
    return {
        "task": task,
        "shape": f"{x.shape[0]}x{x.shape[1]}",
        "peer": peer,
        "ownMilliseconds": 1e3 * float(np.median(own_seconds)),
        "peerMilliseconds": 1e3 * float(np.median(peer_seconds)),
        "ratio": float(np.median(ratios)),
        "lowerQuartile": float(ratios[len(ratios) // 4]),
        "upperQuartile": float(ratios[len(ratios) * 3 // 4]),
        "pairs": len(ratios),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("engine")
    parser.add_argument("--json")
    parser.add_argument("--quick", action="store_true", help="three shapes only")
    arguments = parser.parse_args()
    import sklearn
    print(f"NumPy {np.__version__}, scikit-learn {sklearn.__version__}", file=sys.stderr)
    engine = Engine(arguments.engine)
    results = []
    print("| task | shape | peer | engine ms | peer ms | peer/engine | quartiles | pairs |")
    print("|---|---|---|---:|---:|---:|---:|---:|")
    for rows, columns in SHAPES[::2] if arguments.quick else SHAPES:
        random = np.random.default_rng(rows + columns)
        x = random.random((rows, columns))
        y = random.random(rows)
        with tempfile.NamedTemporaryFile(suffix=".bin") as file:
            x.tofile(file)
            y.tofile(file)
            file.flush()
            engine.ask(f"load {rows} {columns} {file.name}")
        for task, peer, call in contests():
            result = run(engine, task, peer, call, x, y)
            results.append(result)
            print("| {task} | {shape} | {peer} | {ownMilliseconds:.4g} | {peerMilliseconds:.4g} | {ratio:.2f} | {lowerQuartile:.2f}–{upperQuartile:.2f} | {pairs} |".format(**result), flush=True)
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=2)
            file.write("\n")


if __name__ == "__main__":
    main()
