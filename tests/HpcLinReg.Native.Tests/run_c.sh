#!/usr/bin/env bash
# Compiles the C programs against the published library and runs them: run_c.sh FOLDER, which publish.sh filled.
set -euo pipefail
library=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
compiler=$(command -v clang || command -v gcc || command -v cc) || { echo "skipped: there is no C compiler; apt-get install clang" >&2; exit 77; }
for program in fits fork; do
    "$compiler" -std=gnu11 -Wall -Wextra -Werror -O1 -I "$library" "$here/C/$program.c" -o "$library/$program" "$library/HpcLinReg.Native.so" -Wl,-rpath,"$library" -lm -pthread
    result=$(timeout 60 "$library/$program") || { echo "$program: $result"; exit 1; }
    echo "$program: $result"
done
