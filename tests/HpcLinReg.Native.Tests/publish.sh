#!/usr/bin/env bash
# Publishes the native library to a folder: publish.sh FOLDER. Needs what native AOT links with: clang or gcc, and zlib's header.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ $# -eq 1 ] || { echo "usage: publish.sh FOLDER" >&2; exit 2; }
case $(uname -m) in
    x86_64) runtime=linux-x64 ;;
    aarch64) runtime=linux-arm64 ;;
    *) echo "There is no native library for $(uname -m)." >&2; exit 1 ;;
esac
command -v clang >/dev/null || command -v gcc >/dev/null || { echo "Native AOT needs clang or gcc: apt-get install clang" >&2; exit 1; }
compiler=()
command -v clang >/dev/null || compiler=(-p:CppCompilerAndLinker=gcc)
dotnet publish src/HpcLinReg.Native -c Release -r "$runtime" -o "$1" --artifacts-path "$1/build" "${compiler[@]}"
cp src/HpcLinReg.Native/hpclinreg.h "$1/"
