#!/usr/bin/python3
"""From a CSV file of 1.85 million rows and 9 columns (about 318 MB) to the default summary: hpclinreg beside pandas + statsmodels and R (fread + lm + summary).

    /usr/bin/python3 bench/peers/summary_speed.py FOLDER HPCLINREG [ROUNDS]

FOLDER receives the file once (any; a gigabyte should be free). HPCLINREG is the command, such as "dotnet src/HpcLinReg.Cli/bin/Release/net10.0/HpcLinReg.Cli.dll". Each round runs all in
turn, as processes from start to end; the table has the best and the median seconds of each, and the median ratio of the rounds. Needs statsmodels, and Rscript with data.table.
"""
import pathlib
import shlex
import statistics
import subprocess
import sys
import time

import numpy as np

ROWS, FEATURES = 1_850_000, 8

STATSMODELS = """
import sys, pandas as pd, statsmodels.api as sm
data = pd.read_csv(sys.argv[1])
print(sm.OLS(data["y"], sm.add_constant(data.drop(columns="y"))).fit().summary())
"""

R = """
library(data.table)
print(summary(lm(y ~ ., fread(commandArgs(trailingOnly = TRUE)[1]))))
"""


def write(path):
    random = np.random.default_rng(20)
    with path.open("w", encoding="ascii") as file:
        file.write(",".join([*(f"x{j}" for j in range(1, FEATURES + 1)), "y"]) + "\n")
        for _ in range(ROWS // 50_000):
            x = random.normal(size=(50_000, FEATURES)) * 10.0 ** np.arange(-3, FEATURES - 3)
            y = x @ (1 / 10.0 ** np.arange(-3, FEATURES - 3)) + random.normal(size=50_000) + 5
            np.savetxt(file, np.column_stack([x, y]), delimiter=",", fmt="%.16g")


def main():
    folder, command, rounds = pathlib.Path(sys.argv[1]), shlex.split(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 5
    path = folder / "summary-speed.csv"
    if not path.exists():
        write(path)
    contestants = {
        "hpclinreg fit": [*command, "fit", str(path), "--target", "y"],
        "hpclinreg fit --diagnostics": [*command, "fit", str(path), "--target", "y", "--diagnostics"],
        "pandas + statsmodels": [sys.executable, "-c", STATSMODELS, str(path)],
        "R, fread + lm + summary": ["Rscript", "-e", R, str(path)],
    }
    seconds = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, arguments in contestants.items():
            start = time.perf_counter()
            subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)
            seconds[name].append(time.perf_counter() - start)
    print(f"{path.stat().st_size / 1e6:.0f} MB, {ROWS} rows, {rounds} rounds\n")
    print("| from file to summary | best, s | median, s | median of ratios to hpclinreg fit |\n|---|---:|---:|---:|")
    base = seconds["hpclinreg fit"]
    for name, times in seconds.items():
        ratio = statistics.median(time / own for time, own in zip(times, base))
        print(f"| {name} | {min(times):.2f} | {statistics.median(times):.2f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
