import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

SCRIPT = Path(__file__).parent / "optimizers.py"


@pytest.fixture
def optimizers(bench):
    return bench("optimizers")


def test_element_wise_optimizers_are_found_by_themselves(bench):
    found = bench("steps_fitcli").element_wise()
    assert {"sgd", "adam", "adan", "lion", "rprop", "schedule_free_adamw", "yogi"} <= set(found)
    assert not {"muon", "lamb", "lbfgs", "ema", "sam", "sophia"} & set(found)
    assert set(bench("steps_torch").SAME) <= set(found)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_step_moves_every_parameter_as_the_optimizer_says(bench, threads):
    module = bench("steps_fitcli")
    side = module.Steps("sgd", 20_000, threads)
    assert side.about["parameters"] == 20_000 and side.about["bytes"] == 12 and side.about["workers"] == threads
    vector, gradient = side.trainer.model.params.vector, side.program.gradient
    before = vector.copy()
    side.step()
    np.testing.assert_array_equal(vector, before - np.float32(module.RATE) * gradient)
    assert np.mean(vector != before) > 0.5
    assert module.Steps("adan", 20_000, 1).about["bytes"] == 4 * (3 + 2 * 4)


def test_pytorch_takes_the_same_step(bench):
    pytest.importorskip("torch")
    module = bench("steps_torch")
    side = module.Steps("adam", 2000, 1)
    assert side.variants == ("fused", "foreach")
    side.start("fused")()
    assert module.Steps("adadelta", 2000, 1).variants == ("foreach",)
    with pytest.raises(bench("measure").Unavailable, match="PyTorch has no lion"):
        module.Steps("lion", 2000, 1)


@pytest.mark.parametrize("threads", [1, 3])
def test_the_memory_is_moved(bench, threads):
    side = bench("bandwidth_side").Bandwidth(1001, threads)
    a, b, c = side.arrays
    for way, wanted in (("copy", 1), ("triad", 1 + 0.5 * 2), ("in place", 2 + 0.5 * 1)):
        side.start(way)()
        assert np.all(a == wanted), way
    assert np.all(b == 1) and np.all(c == 2)


def test_the_table(optimizers):
    rows = [
        optimizers.Row("adam", 10_000_000, 28, {"fitcli": [11.0, 10.0, 9.0], "torch fused": [15.0], "torch foreach": [40.0]}),
        optimizers.Row("lion", 10_000_000, 20, {"fitcli": [10.0]}, {"torch": "not run: PyTorch has no lion"}),
    ]
    text = optimizers.render(rows, {"copy": 40e9, "triad": 35e9, "in place": 30e9}, 10_000_000)
    cells = {line.split("|")[1].strip(): [cell.strip() for cell in line.split("|")[2:-1]] for line in text.splitlines() if "|" in line}
    assert cells["adam"] == ["28", "10.0", "15.0 fused", "1.50×", "28.0", "70 %"]
    assert cells["lion"] == ["20", "10.0", "–", "–", "20.0", "50 %"]
    assert "memory: copy 40.0 GB/s" in text and "lion, torch: not run: PyTorch has no lion" in text


def test_the_command(tmp_path):
    command = [sys.executable, str(SCRIPT), "--size", "2000", "--rounds", "1", "--steps", "1", "--only", "sgd", "--threads", "2",
               "--json", str(tmp_path / "found.json")]  # fmt: skip
    outcome = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert outcome.returncode == 0, outcome.stderr
    assert "2,000 parameters; memory: copy " in outcome.stdout and "| sgd " in outcome.stdout
    assert '"bytes": 12' in (tmp_path / "found.json").read_text()
