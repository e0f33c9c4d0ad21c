"""Runs scikit-learn's own checks of estimators on LinearRegression and Ridge, and prints how many pass.

    HPCLINREG_LIBRARY=.../HpcLinReg.Native.so python3 estimator_checks.py

Ends with 1 where fewer than 90 of 100 pass, or one fails that is not in DECIDED.
"""

import os
import sys
import warnings

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "python"))

import sklearn
from sklearn.utils.estimator_checks import check_estimator

import hpclinreg

# Checks that fail by decision, each with its reason; none at present.
DECIDED = {}

LEAST_SHARE = 0.9

ESTIMATORS = [
    hpclinreg.LinearRegression(),
    hpclinreg.LinearRegression(fit_intercept=False),
    hpclinreg.LinearRegression(rank_deficient="drop"),
    hpclinreg.Ridge(),
    hpclinreg.Ridge(fit_intercept=False),
    hpclinreg.Ridge(standardize=True),
]


def main():
    warnings.simplefilter("ignore")
    passed, decided, failed = 0, 0, 0
    for estimator in ESTIMATORS:
        for instance, check in check_estimator(estimator, generate_only=True):
            name = check.func.__name__
            try:
                check(instance)
            except Exception as error:  # noqa: BLE001 - a check may raise anything
                reason = DECIDED.get(name)
                decided, failed = decided + (reason is not None), failed + (reason is None)
                print(f"{'decided' if reason else 'FAILED'}: {estimator}: {name}: {reason or f'{type(error).__name__}: {error}'}")
            else:
                passed += 1
    total = passed + decided + failed
    print(f"scikit-learn {sklearn.__version__}: {passed} of {total} checks pass, {decided} fail by decision, {failed} fail")
    return 0 if failed == 0 and passed >= LEAST_SHARE * total else 1


if __name__ == "__main__":
    sys.exit(main())
