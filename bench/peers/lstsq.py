#!/usr/bin/python3
"""NumPy's lstsq on designs given as JSON on standard input; the coefficients, in full precision, on standard output.

Needs python3-numpy (Debian). Input: {"name": {"design": [[...], ...], "target": [...]}, ...}, the intercept a column of
ones when there is one. Output: {"version": "NumPy ...", "coefficients": {"name": [...], ...}}. Called by "bench/accuracy".
"""
import json
import sys

import numpy as np

sets = json.load(sys.stdin)
coefficients = {
    name: [float(b) for b in np.linalg.lstsq(np.array(values["design"]), np.array(values["target"]), rcond=None)[0]]
    for name, values in sets.items()
}
json.dump({"version": f"NumPy {np.__version__}", "coefficients": coefficients}, sys.stdout)
