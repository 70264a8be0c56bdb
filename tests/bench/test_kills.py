"""A sample of the long test: `python tests/bench/kills.py` kills 100 trainings."""

import subprocess
import sys
from pathlib import Path

import pytest

from fitcli.engine.jsontext import dumps
from fitcli.engine.tensorfile import write_tensors

SCRIPT = Path(__file__).with_name("kills.py")


def test_killed_in_every_stage_and_resumed():
    command = [sys.executable, str(SCRIPT), "--times", "1", "--kills", "4", "--epochs", "12"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    first, *counts, last = done.stdout.splitlines()
    assert all(f"{stage}: " in first for stage in ("start", "steps", "writing", "end")) and first.endswith("the same")
    assert sum(int(line.split()[0]) for line in counts) == 4 and last == "0 of 1 trainings ended otherwise"


@pytest.fixture
def run(tmp_path):
    """run("a", 1.0) -> a run directory with these weights."""
    import numpy as np

    from fitcli.engine.checkpoint import save_checkpoint
    from fitcli.engine.modelfile import ModelFile, save_model

    def make(name, value, lines=3):
        folder = tmp_path / name
        folder.mkdir()
        arrays = {"w": np.full(2, value, np.float32)}
        pixels = {"size": [1, 1], "channels": 1, "resize": "stretch", "mean": [0.0], "std": [1.0]}
        save_model(folder / "model.safetensors", ModelFile(arrays, ("a", "b"), pixels, "", {}))
        save_checkpoint(folder, 1, arrays, {})
        (folder / "log.jsonl").write_text("".join(dumps({"step": n, "seconds": value}) + "\n" for n in range(lines)))
        for table in ("steps.csv", "epochs.csv"):
            (folder / table).write_text("step\n1\n")
        return folder

    return make


def test_a_difference_is_told(run, bench):
    judge = bench("kills")._judge
    assert judge(run("whole", 1.0), run("same", 1.0), 0, "") == "the same"
    shorter = run("table", 1.0)
    (shorter / "steps.csv").write_text("step\n")
    assert "steps.csv is not what it is" in judge(run("t", 1.0), shorter, 0, "")
    assert "w of the state is not what it is" in judge(run("w", 1.0), run("other", 1.5), 0, "")
    assert "the log (2 lines instead of 3) is not" in judge(run("l", 1.0), run("shorter", 1.0, lines=2), 0, "")
    assert judge(run("x", 1.0), run("y", 1.0), 6, "error: no\n") == "exit code 6: error: no"


def test_what_a_kill_leaves(run, bench):
    kills = bench("kills")
    folder = run("a", 1.0)
    assert kills.state(folder) == "no spec yet"
    (folder / "spec.yaml").touch()
    assert kills.state(folder) == "with a checkpoint, line 3"
    (folder / "checkpoints" / ".fitcli-tmp-1-a").touch()
    assert kills.state(folder) == "half a file left, line 3"
    assert kills._judge(run("whole", 1.0), folder, 0, "") == ".fitcli-tmp-1-a is left"


def test_a_log_with_gaps_is_nothing_to_compare_with(run, bench):
    kills, folder = bench("kills"), run("a", 1.0)
    events = [{"event": "step", "step": 1}, {"event": "step", "step": 2}, {"event": "epoch", "epoch": 1}]
    (folder / "log.jsonl").write_text("".join(dumps(event) + "\n" for event in events))
    kills._gapless(folder, 1)
    (folder / "log.jsonl").write_text("".join(dumps(event) + "\n" for event in events[1:]))
    with pytest.raises(SystemExit, match="has gaps"):
        kills._gapless(folder, 1)


def test_a_model_alone_that_differs_is_told(run, bench, tmp_path):
    import numpy as np

    one, other = run("one", 1.0), run("other", 1.0)
    path = other / "checkpoints" / "step-00000001.safetensors"
    write_tensors(path, "checkpoint", {"v": np.ones(2, np.float32)}, {"step": "1", "state": "{}"})
    assert "w of the state is not what it is" in bench("kills")._judge(one, other, 0, "")
