"""Sums the parts of a .npy matrix on Dask, kills a worker in mid-job, and compares the file with that of one process.

    dask_parts.py DATA.npy [PARTS]

Starts a scheduler and two workers as processes on this machine, and ends them. Debian: python3-distributed.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import parts
from distributed import Client, as_completed

PORT = 18786


def slow_part(path, part, count):
    """A part that takes at least a third of a second, so that the worker dies in the middle of some."""
    time.sleep(0.3)
    return parts.sum_part(path, part, count).to_bytes()


def main(path, count=24):
    folder = tempfile.mkdtemp()
    environment = dict(os.environ, PYTHONPATH=os.path.dirname(os.path.abspath(__file__)) + os.pathsep + os.environ.get("PYTHONPATH", ""))
    address = f"tcp://127.0.0.1:{PORT}"

    def start(module, *arguments):
        with open(os.path.join(folder, "dask.log"), "ab") as log:
            return subprocess.Popen([sys.executable, "-m", module, *arguments], env=environment, cwd=folder, stdout=log, stderr=log)

    processes = [start("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(PORT), "--no-dashboard")]
    processes += [start("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", name) for name in "ab"]
    try:
        client = Client(address, timeout=60)
        client.wait_for_workers(2, timeout=60)
        futures = [client.submit(slow_part, path, part, count, pure=False) for part in range(count)]
        results, killed = {}, None
        for future in as_completed(futures):
            results[future.key] = future.result()
            if len(results) == count // 4 and killed is None:
                killed = len(results)
                processes[1].send_signal(signal.SIGKILL)
        # A part that the dead worker had finished may have been computed again: its bytes are the same, and it counts once.
        data = parts.merge_parts([parts.Accumulator.from_bytes(each) for each in results.values()]).to_bytes()
        client.close()
    finally:
        for process in processes:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)
    expected = parts.sum_part(path, 0, 1).to_bytes()
    print(f"Dask: {count} parts, one of two workers killed after {killed}: SHA-256 {hashlib.sha256(data).hexdigest()}, {len(data)} bytes")
    print(f"one process:                                        SHA-256 {hashlib.sha256(expected).hexdigest()}")
    return 0 if data == expected else 1


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), *map(int, sys.argv[2:3])))
