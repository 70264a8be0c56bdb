import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from fitcli.layers import LAYERS
from fitcli.spec import load_spec, parse_spec

FOLDER = Path(__file__).parent
CONFIGS = FOLDER.parent.parent / "configs"
NAMES = ["mlp64", "mlp784", "lenet", "vgg", "cats_dogs", "resnet20", "mobilenet"]
LAYERS_OF = {"mlp64": 2, "mlp784": 2, "lenet": 5, "vgg": 7, "cats_dogs": 5, "resnet20": 22, "mobilenet": 16}


@pytest.fixture(params=NAMES)
def workload(request, workloads):
    """Each that fitcli has the layers for."""
    found = workloads[request.param]
    if found.missing():
        pytest.skip(found.missing())
    return found


def run(script: str, *args: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, str(FOLDER / script), *args], capture_output=True, text=True, timeout=300)


def test_every_workload_of_the_comparison_is_there(workloads):
    assert list(workloads) == NAMES


def test_every_workload_builds_the_network_it_names(workload, bench):
    model = bench("fitcli_side").build(workload)
    with_products = [node for node in model.graph.nodes if node.op and node.op.multiply_adds(*node.shapes)]
    assert len(with_products) == LAYERS_OF[workload.name]
    assert model.graph.output.shape == (workload.classes,)
    fit = model.spec.fit
    assert (fit.batch, fit.optimizer.name, fit.optimizer.lr) == (workload.batch, "adam", 1e-3)
    assert model.spec.loss.name == "cross_entropy" and model.spec.data.augment == []


def test_cats_dogs_is_the_model_of_the_config(workloads):
    workload = workloads["cats_dogs"]
    config = load_spec(CONFIGS / "cats_dogs.yaml")
    assert parse_spec(workload.spec).model == config.model
    assert (list(workload.image[:2]), workload.image[2]) == (config.data.image.size, config.data.image.channels)
    assert workload.batch == config.fit.batch


def test_a_layer_that_does_not_exist_yet_is_told(workloads, bench):
    workload = workloads["mobilenet"]
    if "depthwise" in LAYERS:
        assert workload.missing() == ""
        return
    result = bench("contest").contest(workload, bench("contest").Options(threads=1, rounds=1), None, print)
    assert result.error == "not available: layer depthwise" and result.sides == {}
    assert "not available: layer depthwise" in bench("table").render(bench("results").Report({}, False, None, None, [result]))


def test_the_mirror_is_the_same_network(workload, bench):
    """Layer by layer as many parameters, and the same outputs when they have the same values."""
    torch = pytest.importorskip("torch")
    from fitcli.engine.evaluator import Evaluator

    model, module = bench("fitcli_side").build(workload), workload.torch_module().eval()
    trained = [p for p in model.graph.params if p.trained]
    assert [p.size for p in trained] == [p.numel() for p in module.parameters()]
    with torch.no_grad():
        for p, mirror in zip(trained, module.parameters(), strict=True):
            value = torch.from_numpy(model.params.views[p].copy())
            if value.ndim > 2:  # [kh, kw, in, out], or [kh, kw, channels] of a depthwise convolution
                value = value.permute(*range(value.ndim - 1, 1, -1), 0, 1)
            elif value.ndim == 2:
                value = from_nhwc(value, model, p).T
            mirror.copy_(value.reshape(mirror.shape))
    images, _ = workload.data(3)
    floats, _ = workload.floats(3)
    found = Evaluator(model, 1, 3).probabilities(images)
    with torch.no_grad():
        wanted = torch.softmax(module(torch.from_numpy(floats).permute(0, 3, 1, 2).contiguous()), 1).numpy()
    assert np.abs(found - wanted).max() < 1e-4


def from_nhwc(weight, model, param):
    """Rows of a dense layer behind `flatten`, in PyTorch's order of channels before pixels."""
    node = next(node for node in model.graph.nodes if param in node.params)
    before = node.inputs[0]
    while before.op is not None and before.op.view:
        before = before.inputs[0]
    if len(before.shape) != 3:
        return weight
    return weight.reshape(*before.shape, -1).permute(2, 0, 1, 3).reshape(weight.shape)


def test_a_busy_machine_gets_fewer_steps(bench, monkeypatch):
    measure, clock, done = bench("measure"), [0.0], []
    monkeypatch.setattr(measure.time, "perf_counter", lambda: clock[0])
    monkeypatch.setattr(measure.time, "sleep", lambda seconds: None)

    def step(seconds):
        clock[0] += seconds
        done.append(seconds)

    for seconds, warm, timed in ((0.001, 20, 100), (0.5, 6, 6), (60.0, 3, 3)):
        done.clear()
        assert measure.time_steps(lambda s=seconds: step(s), 100) == pytest.approx(1e3 * seconds)
        assert len(done) == warm + timed


def test_sides_that_differ_are_refused(bench):
    contest = bench("contest")
    contest.agree("vgg", {"fitcli": 10, "default": 10})
    with pytest.raises(contest.DifferentNetworks, match="vgg: the sides are different networks; .*'default': 11"):
        contest.agree("vgg", {"fitcli": 10, "default": 11})


@pytest.mark.parametrize("predict", [False, True])
def test_every_side_gets_its_turn(workloads, bench, predict):
    """A short comparison for real, with whatever is installed."""
    contest = bench("contest")
    options = contest.Options(threads=1, rounds=2, steps=2, predict=predict, compiled=False)
    result = contest.contest(workloads["mlp64"], options, None, lambda text: None)
    assert list(result.sides) == ["fitcli", "fitcli on one thread", "default", "sklearn"]
    assert result.speedup > 0 and result.floor(100e9, 10e9) > 0
    fitcli = result.fitcli
    assert fitcli.error == "" and len(fitcli.times) == 2 and fitcli.memory > 1e6
    assert fitcli.about["parameters"] == 4810 and not fitcli.about["compiles"]
    assert result.multiply_adds == (64 * (4096 + 640) if predict else 32 * (2 * 4096 + 3 * 640))
    for side in result.sides.values():
        assert len(side.times) == 2 or side.error.endswith("is not installed")
        assert predict or side.error or 0.1 < side.loss < 10


def test_the_peak_is_that_of_a_right_product(bench, monkeypatch):
    peak_side = bench("peak_side")
    peak = peak_side.Peak(2)
    peak.step()
    assert len(peak.best) == 2 and len({product.multiply_adds for product in peak.products}) == 1
    assert peak.rate == pytest.approx(peak.times * peak.products[0].multiply_adds * sum(1 / best for best in peak.best))
    assert peak.rate > 0
    monkeypatch.setattr(peak_side, "products", lambda c, *rest: c.fill(0))
    with pytest.raises(AssertionError, match="the product is wrong"):
        peak_side.Peak(1)


def test_a_side_that_ends_is_told(bench, tmp_path, monkeypatch):
    worker, job = bench("worker"), bench("measure").Job("vgg", 1)
    monkeypatch.setattr(worker, "_HERE", tmp_path)
    (tmp_path / "crash.py").write_text("import sys; print('first', file=sys.stderr); sys.exit('it broke')")
    with pytest.raises(worker.Failed, match="^failed: exit code 1: it broke$"):
        worker.Worker("crash.py", job)
    start = f"import sys; sys.path.insert(0, {str(FOLDER)!r})\nfrom measure import *\n"
    (tmp_path / "raises.py").write_text(f"{start}def make(job): raise ValueError('no such\\nand more')\nserve(make)")
    with pytest.raises(worker.Failed, match="^failed: ValueError: no such$"):
        worker.Worker("raises.py", job)
    (tmp_path / "absent.py").write_text(f"{start}def make(job): import no_such_library\nserve(make)")
    with pytest.raises(worker.Failed, match="^not run: no_such_library is not installed$"):
        worker.Worker("absent.py", job)


def test_the_measuring_processes_get_no_foreign_settings(bench, monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    monkeypatch.setenv("OPENBLAS_L2_SIZE", "1")
    found = bench("worker").environment(3)
    assert not [name for name in found if name.startswith("OPENBLAS") and name != "OPENBLAS_NUM_THREADS"]
    assert found["OMP_NUM_THREADS"] == found["NUMBA_NUM_THREADS"] == "3"


@pytest.fixture
def report(bench):
    """A comparison of one workload, with round numbers."""
    results = bench("results")
    sides = {
        "fitcli": results.Timing({"": [2.0, 1.0, 3.0]}, 100_000_000, 1.0,
                                 {"multiply_adds": 50_000_000, "needed": 20_000_000, "bytes": 10_000_000}),
        results.ALONE: results.Timing({"": [3.8, 3.0, 4.0]}, 90_000_000),
        "default": results.Timing({"foreach": [9.0, 9.0, 9.0], "fused": [8.0, 6.0, 6.0]}, 400_000_000),
        "channels_last": results.Timing({"foreach": [10.0, 10.0, 10.0]}, 300_000_000),
        "compile": results.Timing(error="failed: CppCompileError: it does not work"),
    }
    result = results.Result("vgg", "a VGG", 64, sides, others=0.5)
    return results.Report({"processor": "a CPU"}, False, 100e9, 20e9, [result])


def test_the_table(bench, report):
    text = bench("table").render(report)
    cells = next([cell.strip() for cell in line.split("|")] for line in text.splitlines() if "a VGG" in line)[1:-1]
    assert cells == [
        "a VGG", "50.0", "2.00 (1.00–3.00)", "6.00 (6.00–8.00)", "10.0 (10.0–10.0)", "failed",
        "3.00× (2.00–6.00)", "25 %", "10", "0.500", "4.0×", "1.90×", "100", "300", "–",
    ]  # fmt: skip
    assert "geometric mean of 1 ratios: 3.00×" in text
    assert "vgg, compile: failed: CppCompileError: it does not work" in text
    assert "vgg: other processes had 50 % of the CPUs meanwhile: its times tell little" in text
    assert len({line.count("|") for line in text.splitlines() if line.startswith("|")}) == 1


def test_the_table_without_torch(bench, report):
    for mode in ("default", "channels_last", "compile"):
        report.results[0].sides[mode] = bench("results").Timing(error="not run: torch is not installed")
    text = bench("table").render(report)
    assert text.count("not run: torch is not installed") == 3 and "geometric mean" not in text


def test_the_json(report):
    found = json.loads(json.dumps(report.as_json()))
    assert found["geometric_mean"] == pytest.approx(3.0)
    assert found["results"][0]["ratio"] == 3.0 and found["results"][0]["multiply_adds_per_s"] == 25e9
    assert found["results"][0]["speedup"] == 1.9 and found["results"][0]["floor_ms"] == 0.5
    assert found["results"][0]["sides"]["default"]["rounds"]["fused"] == [8.0, 6.0, 6.0]


def test_an_interrupted_comparison_keeps_its_rounds(workloads, bench, monkeypatch):
    contest, rounds = bench("contest"), []

    def interrupted(worker, steps, timing):
        if len(rounds) == 3:
            raise KeyboardInterrupt
        rounds.append(timing)
        timing.rounds.setdefault("", []).append(2.0)
        return 0.0

    monkeypatch.setattr(contest, "_round", interrupted)
    monkeypatch.setattr(contest, "scripts", lambda *_: {"fitcli": ("fitcli_side.py", "")})
    result = contest.contest(workloads["mlp64"], contest.Options(threads=1, rounds=5), None, lambda text: None)
    assert result.interrupted and result.fitcli.times == [2.0, 2.0, 2.0]
    report = bench("results").Report({}, False, None, None, [result])
    assert "mlp64: stopped before its last round" in bench("table").render(report)


def test_the_roofline(workloads, bench):
    roofline = bench("roofline")
    mlp, vgg = (bench("fitcli_side").build(workloads[name]).graph for name in ("mlp64", "vgg"))
    assert roofline.needed_multiply_adds(mlp, 32, True) == 32 * (2 * 4096 + 3 * 640)
    assert roofline.needed_multiply_adds(mlp, 32, False) == 32 * (4096 + 640)
    assert roofline.needed_multiply_adds(vgg, 1, False) < 0.4 * vgg.multiply_adds()  # most of it by Winograd
    weights = 64 * 64 + 64 + 64 * 10 + 10
    kept = 64 + 64 + 10 + 1  # pixels, dense with relu, dense, loss
    assert roofline.moved_bytes(mlp, 32, True) == 32 * (64 + 1 + 16 * kept) + 40 * weights
    assert roofline.memory_bandwidth() > 1e8


def test_the_convolutions_of_a_case(bench):
    convolutions = bench("convolutions")
    case = convolutions.Case("small", 6, 6, 3, 5, images=2)
    assert all(rate > 0 for rate in convolutions.rates(case, 1))
    assert len({case.title for case in convolutions.CASES}) == len(convolutions.CASES)


def test_the_layers_of_a_workload(workloads, bench):
    layers = bench("layers")
    rows = layers.profile(bench("fitcli_side").Training(workloads["mlp64"], 1), repeats=1)
    work = {}
    for row in rows:
        work[row.label] = work.get(row.label, 0) + row.multiply_adds
    assert {label: w for label, w in work.items() if w} == {
        "1.dense+2.relu forward": 32 * 4096, "3.dense forward": 32 * 640,
        "3.dense backward": 64 * 640, "1.dense+2.relu backward": 32 * 4096,
    }  # fmt: skip
    last = layers.render(rows, 1e9).splitlines()[-1]
    assert "all" in last and "100.0 %" in last


@pytest.mark.parametrize("script", ["compare.py", "layers.py", "convolutions.py"])
def test_help(script):
    outcome = run(script, "--help")
    assert outcome.returncode == 0 and f"python tests/bench/{script}" in outcome.stdout


def test_an_unknown_workload():
    outcome = run("compare.py", "--workload", "vggg")
    assert outcome.returncode == 2 and "'vggg' is not one of 'mlp64'" in outcome.stderr
