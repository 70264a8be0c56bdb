"""The parent's end of a measuring process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from measure import Job

_HERE = Path(__file__).parent
_PATIENCE_SECONDS = 900  # for one answer: a cold compiler on a busy machine
_FOREIGN = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")  # would make the others slower than they are
_COUNTS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")


class Failed(Exception):
    """A side cannot run, or its process ended; the message says why."""


def environment(threads: int) -> dict[str, str]:
    """The variables of a measuring process."""
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    return kept | dict.fromkeys(_COUNTS, str(threads))


class Worker:
    """`script` in a process of its own. `about` is what it says of itself once it is set up."""

    def __init__(self, script: str, job: Job):
        self._errors = tempfile.TemporaryFile("w+", errors="replace")
        self._process = subprocess.Popen(
            [sys.executable, str(_HERE / script), job.text()], env=environment(job.threads), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors,
        )  # fmt: skip
        try:
            self.about: dict = self._answer()["about"]
        except Failed:
            self.close()
            raise

    def round(self, steps: int) -> dict:
        """Time so many steps: {"ms": {variant: milliseconds}, "memory": bytes, "cpu": seconds} and more."""
        try:
            self._process.stdin.write(json.dumps({"steps": steps}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # the answer says why
        return self._answer()

    def _answer(self) -> dict:
        late = threading.Timer(_PATIENCE_SECONDS, self._process.kill)
        late.start()
        line = self._process.stdout.readline()
        in_time = late.is_alive()
        late.cancel()
        if not line:
            raise Failed(self._why() if in_time else f"failed: no answer in {_PATIENCE_SECONDS} s")
        values = json.loads(line)
        if "error" in values:
            raise Failed(values["error"])
        return values

    def _why(self) -> str:
        code = self._process.wait()
        self._errors.seek(0)
        lines = [line.strip() for line in self._errors if line.strip()]
        return f"failed: exit code {code}: {lines[-1] if lines else 'no message'}"

    def close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                pipe.close()
            except BrokenPipeError:
                pass
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()
