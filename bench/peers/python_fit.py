"""Times fit from NumPy by HpcLinReg beside scikit-learn's, in turns, in one process; prints the least times and their ratio.

    HPCLINREG_LIBRARY=.../HpcLinReg.Native.so python3 bench/peers/python_fit.py [ROWS COLUMNS]
"""

import os
import sys
import time

import numpy as np
import sklearn
import sklearn.linear_model

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "python"))

import hpclinreg

ROUNDS = 7


def seconds(model, X, y, **arguments):
    start = time.perf_counter()
    model.fit(X, y, **arguments)
    return time.perf_counter() - start


def main():
    rows, columns = (int(sys.argv[1]), int(sys.argv[2])) if len(sys.argv) > 2 else (1_000_000, 16)
    random = np.random.default_rng(1)
    X = random.normal(size=(rows, columns)) + random.normal(size=columns)
    y = X @ random.normal(size=columns) + random.normal(size=rows)
    by_columns, weights = np.asfortranarray(X), random.uniform(0.5, 2, rows)
    cases = {
        "LinearRegression": (hpclinreg.LinearRegression(), sklearn.linear_model.LinearRegression(), X, {}),
        "LinearRegression, stored by columns": (hpclinreg.LinearRegression(), sklearn.linear_model.LinearRegression(), by_columns, {}),
        "LinearRegression, weighted": (hpclinreg.LinearRegression(), sklearn.linear_model.LinearRegression(), X, {"sample_weight": weights}),
        "Ridge": (hpclinreg.Ridge(), sklearn.linear_model.Ridge(), X, {}),
    }
    print(f"scikit-learn {sklearn.__version__}, NumPy {np.__version__}, {rows:,} x {columns}, least of {ROUNDS} in turns, one thread of HpcLinReg")
    for name, (ours, theirs, matrix, arguments) in cases.items():
        ours.fit(matrix[:1000], y[:1000])
        times = [(seconds(ours, matrix, y, **arguments), seconds(theirs, matrix, y, **arguments)) for _ in range(ROUNDS)]
        least, peer = (min(column) for column in zip(*times))
        difference = np.abs(ours.coef_ - theirs.coef_).max()
        print(f"{name}: {least * 1e3:.1f} ms, scikit-learn {peer * 1e3:.1f} ms, {peer / least:.1f} times as fast; coefficients differ by {difference:.1e}")


if __name__ == "__main__":
    main()
