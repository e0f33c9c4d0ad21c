#!/usr/bin/env bash
# Tests the Python module against the published library: run_python.sh FOLDER, which publish.sh filled. scikit-learn's checks need
# Debian's python3-sklearn; PYTHON names another interpreter.
set -euo pipefail
HPCLINREG_LIBRARY=$(cd "$1" && pwd)/HpcLinReg.Native.so
export HPCLINREG_LIBRARY PYTHONDONTWRITEBYTECODE=1
here=$(cd "$(dirname "$0")" && pwd)/Python
python=${PYTHON:-/usr/bin/python3}
"$python" -c 'import numpy, sklearn' || { echo "skipped: apt-get install python3-sklearn" >&2; exit 77; }
"$python" -m unittest discover -s "$here"
"$python" "$here/estimator_checks.py"
