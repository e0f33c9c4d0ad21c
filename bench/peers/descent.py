#!/usr/bin/python3
"""Steps of descent beside NumPy's two-pass step and scikit-learn's SGDRegressor: same data, same machine, one thread each, in turn.

Needs python3-numpy and python3-sklearn (Debian). Usage:

    descent.py ENGINE [--json FILE]

ENGINE is the built benchmark program, started as "ENGINE serve". Gradient descent: the same ten steps on both sides, results
checked against each other before anything is timed; only the steps are timed. Mini-batches: one epoch of ours (batches of 32,
shuffled, with the passes before and after it) beside one epoch of SGDRegressor (row by row, shuffled), which compute different things:
only their losses are compared, within a factor of two.
"""
import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import argparse
import json
import sys
import tempfile
import time

try:
    import numpy as np
    import sklearn
    from sklearn.linear_model import SGDRegressor
except ImportError:
    sys.exit("NumPy and scikit-learn are not installed (Debian: apt-get install python3-sklearn); descent is not compared.")

from peers import Engine

SHAPES = [(200_000, 64), (1_000_000, 16)]
STEPS = 10
RATE = 0.01
PAIRS = 7
# The runtime compiles a method again, better, once it was called thirty times; the peers were compiled long ago.
WARM_UP = 40


def descend(x, y):
    """Ten steps of two passes each: residuals by X @ w, the gradient by X.T @ r."""
    n, d = x.shape
    w, b = np.zeros(d), 0.0
    start = time.perf_counter()
    for _ in range(STEPS):
        r = x @ w + b - y
        w -= RATE * 2 / n * (x.T @ r)
        b -= RATE * 2 / n * r.sum()
    return time.perf_counter() - start, np.append(w, b)


def epoch(x, y):
    model = SGDRegressor(penalty=None, learning_rate="constant", eta0=RATE, max_iter=1, tol=None, random_state=1)
    start = time.perf_counter()
    model.fit(x, y)
    return time.perf_counter() - start, np.append(model.coef_, model.intercept_)


def loss(x, y, coefficients):
    return float(np.mean((x @ coefficients[:-1] + coefficients[-1] - y) ** 2))


def contest(engine, task, peer, command, call, x, y, steps):
    _, own = engine.ask(command)
    _, other = call(x, y)
    if task == "descent step":
        difference = np.abs(own - other).max() / np.abs(other).max()
        if not difference <= 1e-9:
            sys.exit(f"{task}: results differ by {difference:.1e}; nothing is measured before they agree.")
    elif not 0.5 < loss(x, y, own) / loss(x, y, other) < 2:
        sys.exit(f"{task}: losses are {loss(x, y, own):.3g} and {loss(x, y, other):.3g}; nothing is measured before they agree.")
    for _ in range(WARM_UP):
        engine.ask(command)
    own_seconds, peer_seconds = [], []
    for _ in range(PAIRS):
        own_seconds.append(engine.ask(command)[0] / steps)
        peer_seconds.append(call(x, y)[0] / steps)
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
    arguments = parser.parse_args()
    print(f"NumPy {np.__version__}, scikit-learn {sklearn.__version__}", file=sys.stderr)
    engine = Engine(arguments.engine)
    results = []
    print("| task | shape | peer | engine ms | peer ms | peer/engine | quartiles | pairs |")
    print("|---|---|---|---:|---:|---:|---:|---:|")
    for rows, columns in SHAPES:
        random = np.random.default_rng(rows + columns)
        x = random.random((rows, columns)) - 0.5
        y = x @ (random.random(columns) - 0.5) + 1 + 0.1 * random.standard_normal(rows)
        with tempfile.NamedTemporaryFile(suffix=".bin") as file:
            x.tofile(file)
            y.tofile(file)
            file.flush()
            engine.ask(f"load {rows} {columns} {file.name}")
        for task, peer, command, call, steps in (
            ("descent step", "NumPy, two passes", f"descend {STEPS}", descend, STEPS),
            ("epoch", "scikit-learn SGDRegressor", "epoch", epoch, 1),
        ):
            result = contest(engine, task, peer, command, call, x, y, steps)
            results.append(result)
            print("| {task} | {shape} | {peer} | {ownMilliseconds:.4g} | {peerMilliseconds:.4g} | {ratio:.2f} | {lowerQuartile:.2f}–{upperQuartile:.2f} | {pairs} |".format(**result), flush=True)
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=2)
            file.write("\n")


if __name__ == "__main__":
    main()
