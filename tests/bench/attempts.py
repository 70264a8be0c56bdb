"""One training in a process of its own, traced by strace from its first call on, and what it has left."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fitcli.cli import main as fitcli
from fitcli.data.load import load_splits
from fitcli.engine.atomic import PREFIX
from fitcli.engine.checkpoint import list_checkpoints, load_checkpoint, load_latest
from fitcli.engine.fit import fit
from fitcli.engine.modelfile import load_model
from fitcli.engine.verifyresume import compare
from fitcli.errors import FitcliError
from fitcli.spec import load_spec

SECONDS = 300  # more than that is a hang


@dataclass(frozen=True)
class Attempt:
    code: int  # of the exit; −1 when a signal ended it
    killed: bool
    told: str  # on stderr
    trace: str


@dataclass(frozen=True)
class Scene:
    """What every attempt begins with, and what it is compared with."""

    folder: Path
    spec: Path
    run: Path  # where each attempt is made
    whole: Path  # without a fault
    half: Path  # the same, so far done when half of the epochs are
    states: dict[int, dict[str, bytes]]  # the arrays of the checkpoint, by step
    models: list[dict[str, bytes]]  # the arrays of the model, by epoch

    @classmethod
    def make(cls, folder: Path, run: Path) -> Scene:
        """In this process, so that attempts are forked with all modules loaded."""
        spec, whole, half = folder / "spec.yaml", folder / "whole", folder / "half"
        settings = load_spec(spec)
        splits = load_splits(settings.data, settings.seed)
        for _ in fit(settings, splits, whole, threads=1):
            pass
        events = fit(settings, splits, half, threads=1)
        next(event for event in events if event["event"] == "epoch")
        events.close()
        states, models = {}, []
        for done in (half, whole):
            step, path = list_checkpoints(done)[-1]
            states[step] = contents(load_checkpoint(path).arrays)
            models.append(contents(load_model(done).arrays))
        scene = cls(folder, spec, run, whole, half, states, models)
        with contextlib.redirect_stdout(io.StringIO()):  # what the command itself loads
            code = fitcli([*scene.arguments(False), "--out", str(folder / "first")])
        if code:
            raise SystemExit("the training does not even end by itself")
        return scene

    def arguments(self, start: bool) -> list[str]:
        where = ["--resume", str(self.run)] if start else [str(self.spec), "--out", str(self.run)]
        return ["train", *where, "--quiet", "--threads", "1"]


def prepare(folder: Path, run: Path, spec: str) -> Scene:
    """Data, spec, and the training without a fault, done and half done."""
    draw = np.random.default_rng(0)
    parts = {f"x_{part}": draw.integers(0, 256, (n, 6, 6, 1)).astype(np.uint8) for part, n in (("train", 24), ("val", 8))}
    np.savez(folder / "data.npz", **parts, y_train=np.arange(24) % 2, y_val=np.arange(8) % 2)
    (folder / "spec.yaml").write_text(spec)
    return Scene.make(folder, run)


def contents(arrays: dict) -> dict[str, bytes]:
    return {name: array.tobytes() for name, array in arrays.items()}


def can_trace() -> bool:
    """Whether strace is there and may look at a child of this process."""
    if shutil.which("strace") is None:
        return False
    child = subprocess.Popen(["sleep", "60"])
    try:
        ended = subprocess.run(["timeout", "1", "strace", "-o", os.devnull, "-p", str(child.pid)], capture_output=True)
        return ended.returncode == 124  # it was still looking
    finally:
        child.kill()
        child.wait()


def attempt(scene: Scene, start: Path | None, inject: list[str]) -> Attempt:
    """A training in `scene.run`, which is a copy of `start`, or not there; with faults as strace wants them told."""
    shutil.rmtree(scene.run, ignore_errors=True)
    if start is not None:
        shutil.copytree(start, scene.run)
    trace = scene.folder / "trace"
    child = _child(scene.arguments(start is not None), scene.folder / "told", wait=True)
    command = ["strace", "-f", "-y", "-s", "0", "-o", str(trace), *inject, "-p", str(child)]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    tracer.stderr.readline()  # "attached"
    os.kill(child, signal.SIGCONT)
    return _ended(child, scene.folder / "told", trace, tracer)


def plainly(arguments: list[str], told: Path) -> Attempt:
    """A command without a tracer."""
    return _ended(_child(arguments, told, wait=False), told)


def _child(arguments: list[str], told: Path, wait: bool) -> int:
    """A fork of this process that runs a command, stopped before its first call when it shall `wait`."""
    child = os.fork()
    if child:
        if wait:
            os.waitpid(child, os.WUNTRACED)
        return child
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(os.open(told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
        signal.alarm(SECONDS)
        if wait:
            os.kill(os.getpid(), signal.SIGSTOP)
        code = fitcli(arguments)
        os._exit(code)
    finally:
        os._exit(99)


def _ended(child: int, told: Path, trace: Path | None = None, tracer: subprocess.Popen | None = None) -> Attempt:
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if tracer is not None:
        tracer.communicate()
    seen = trace.read_text(errors="replace") if trace else ""
    return Attempt(max(code, -1), code == -signal.SIGKILL, told.read_text(errors="replace"), seen)


def judged(scene: Scene, done: Attempt) -> str:
    """"went on", "exit 6" or "killed" when all is as it should be; what is not otherwise."""
    if "Traceback" in done.told or "bug in fitcli" in done.told:
        return f"a bug: {done.told.strip()[-300:]}"
    if not done.killed and done.code not in (0, 6):
        return f"exit code {done.code}: {done.told.strip()[-300:]}"
    if done.code == 6 and not ("error: " in done.told and str(scene.run) in done.told):
        return f"a message that does not name the place: {done.told.strip()}"
    try:
        if wrong := _left(scene, swept=not done.killed):
            return wrong
    except FitcliError as error:
        return f"what is there does not load: {error}"
    if wrong := resumed(scene):
        return wrong
    return "killed" if done.killed else "exit 6" if done.code else "went on"


def _left(scene: Scene, swept: bool) -> str | None:
    """What is wrong with checkpoint and model as they are."""
    found, warnings = load_latest(scene.run)
    if warnings:
        return f"a checkpoint is damaged: {warnings}"
    if found and contents(found.arrays) != scene.states.get(found.step):
        return f"the checkpoint of step {found.step} is not what it is without the fault"
    model = scene.run / "model.safetensors"
    if model.exists() and contents(load_model(model).arrays) not in scene.models:
        return "the model is not one without the fault"
    if swept and (left := [path for path in scene.run.rglob(f"{PREFIX}*")]):
        return f"{left[0]} is left"
    return None


def resumed(scene: Scene) -> str | None:
    """What is wrong when it goes on without faults."""
    start = (scene.run / "spec.yaml").is_file()
    if not start:
        shutil.rmtree(scene.run, ignore_errors=True)  # it had not begun
    again = plainly(scene.arguments(start), scene.folder / "told")
    if again.code:
        return f"it does not go on, exit code {again.code}: {again.told.strip()[-300:]}"
    try:
        compare(scene.whole, scene.run, "resumed")
    except FitcliError as error:
        return str(error)
    return None
