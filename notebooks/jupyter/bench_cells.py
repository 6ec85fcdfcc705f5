"""Times cells in a fresh kernel; called by bench.go.

    bench_cells.py KERNEL < {"kinds": {NAME: [CODE, ...], ...}}

Prints one JSON object: {NAME: [seconds, ...], ...}. A time runs from sending
execute_request to the kernel's "idle" for that request.
"""
import json
import signal
import sys
import time

import psutil
from jupyter_client.manager import start_new_kernel


def run(kc, code):
    start = time.perf_counter()
    msg_id = kc.execute(code)
    error = None
    while True:
        msg = kc.get_iopub_msg(timeout=120)
        if msg["parent_header"].get("msg_id") != msg_id:
            continue
        if msg["msg_type"] == "error":
            error = msg["content"]["evalue"]
        if msg["msg_type"] == "status" and msg["content"]["execution_state"] == "idle":
            break
    if error is not None:
        sys.exit(f"error: a cell failed: {error}")
    return time.perf_counter() - start


# A kernel is a process of its own: stopped half-way, we must take it along.
signal.signal(signal.SIGTERM, lambda *_: sys.exit("error: stopped"))

kinds = json.load(sys.stdin)["kinds"]
km, kc = start_new_kernel(kernel_name=sys.argv[1])
try:
    print(json.dumps({name: [run(kc, code) for code in cells] for name, cells in kinds.items()}))
finally:
    # Asked to stop, GoNB stops its gopls and deletes its folder, but not a gopls
    # that is just starting.
    started = psutil.Process(km.provisioner.pid).children(recursive=True)
    km.shutdown_kernel()
    kc.stop_channels()
    for process in started:
        if process.is_running():
            process.terminate()
