import pytest

from fitcli.engine import timing
from fitcli.engine.timing import peak_memory, time_steps
from fitcli.engine.trainer import Trainer
from fitcli.errors import SpecError
from fitcli.spec import parse_spec

HEAD = "data: {path: /nowhere, image: {size: [6, 5], channels: 1}}\nfit: {batch: 5}\n"
LAYERS = "[conv: {filters: 4, kernel: 3}, maxpool: 2, flatten, dense: 7, tanh, dense: classes]"


@pytest.fixture
def spec():
    return parse_spec(f"{HEAD}model: {LAYERS}\n", "s.yaml")


@pytest.mark.parametrize("threads", [1, 2])
def test_the_contract(spec, threads):
    found = time_steps(spec, steps=3, threads=threads)
    numbers = {"step_ms", "step_ms_min", "step_ms_max", "images_per_s", "gflops", "peak_rss_mb"}
    assert found.keys() == numbers | {"batch", "threads", "layers", "note"}
    assert found["batch"] == 5 and 1 <= found["threads"] <= threads
    assert all(found[key] > 0 for key in numbers)
    assert found["step_ms_min"] <= found["step_ms"] <= found["step_ms_max"]
    assert found["images_per_s"] == pytest.approx(5 / (1e-3 * found["step_ms"]))
    assert found["gflops"] == pytest.approx(6e-9 * (30 * 36 + 24 * 7 + 14) * found["images_per_s"])
    assert found["note"] == "2 classes and 6×5×1 assumed: there is no such folder"


def test_every_layer_that_works_has_its_row(spec):
    rows = {row["name"]: row for row in time_steps(spec, steps=1, threads=1)["layers"]}
    assert {"0.conv", "1.maxpool", "3.dense", "4.tanh", "5.dense", "loss"} <= rows.keys()
    for name, row in rows.items():
        assert row.keys() == {"name", "forward_ms", "backward_ms", "gflops"}
        assert row["forward_ms"] > 0 and row["backward_ms"] >= 0
        assert row["backward_ms"] > 0 or name == "pixels"
    assert {name for name, row in rows.items() if row["gflops"]} == {"0.conv", "3.dense", "5.dense"}
    assert all(rows[name]["gflops"] is None for name in rows.keys() - {"0.conv", "3.dense", "5.dense"})


def test_work_of_a_layer_is_forward_weights_and_input(spec):
    """A dense layer behind others goes three times through its matrix; the first layer has no input gradient."""
    rows = {row["name"]: row for row in time_steps(spec, steps=1, threads=1)["layers"]}
    for name, passes, work in (("0.conv", 2, 30 * 36), ("3.dense", 3, 24 * 7), ("5.dense", 3, 14)):
        row = rows[name]
        seconds = 1e-3 * (row["forward_ms"] + row["backward_ms"])
        assert row["gflops"] * seconds == pytest.approx(2e-9 * passes * work * 5)


def test_as_many_steps_as_asked_for_after_the_warm_ones(spec, monkeypatch):
    taken = []
    descend = Trainer.descend

    def counted(self, images, labels, rate):
        taken.append((images.shape, labels.shape))
        return descend(self, images, labels, rate)

    monkeypatch.setattr(Trainer, "descend", counted)
    time_steps(spec, steps=4, threads=1)
    assert taken == [((5, 6, 5, 1), (5,))] * (timing._WARM_UP + 4)


def test_a_model_that_cannot_be_is_not_timed():
    with pytest.raises(SpecError) as caught:
        time_steps(parse_spec(f"{HEAD}model:\n- flatten\n- dense: 3\n", "s.yaml"), steps=1)
    assert caught.value.exit_code == 2
    assert str(caught.value).startswith("s.yaml:5: model[1].dense: the model ends in 3, but the data have 2 classes")


def test_peak_memory_is_in_bytes_and_never_falls():
    before = peak_memory()
    assert before > 10_000_000  # numpy alone takes more
    block = bytearray(before // 4)
    assert len(block) and peak_memory() >= before
