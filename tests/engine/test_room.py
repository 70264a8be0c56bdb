import numpy as np
import pytest

from fitcli.engine import room
from fitcli.engine.fit import fit
from fitcli.engine.room import check_room, largest
from fitcli.engine.timing import time_steps
from fitcli.errors import SpecError
from fitcli.kernels.recording import Instruction, Ref
from fitcli.spec import parse_spec

LAYERS = "[{conv: 4}, relu, {upsample: 3}, globalavgpool, {dense: classes}]"


def test_a_fit_that_has_no_room_is_refused_before_it_begins(spec_of, splits, tmp_path, monkeypatch):
    monkeypatch.setattr(room, "usable_memory", lambda: 3000)
    with pytest.raises(SpecError) as caught:
        list(fit(spec_of(layers=LAYERS), splits, tmp_path / "run"))
    (problem,) = caught.value.problems
    assert problem.message.startswith("the numbers between the layers take 0.")
    assert problem.message.endswith("and there are 0.0 MB of memory; 2.upsample alone has an array of 0.1 MB")
    assert (problem.where, problem.path) == ("s.yaml:3", "model[2]") and "data.image.size" in problem.hint
    assert not (tmp_path / "run" / "spec.yaml").exists()


def test_a_timing_that_has_no_room(monkeypatch):
    monkeypatch.setattr(room, "usable_memory", lambda: 3000)
    text = "data: {path: /nowhere, image: {size: 8}}\nmodel: [flatten, {dense: 900}, {dense: classes}]\nfit: {batch: 4}\n"
    with pytest.raises(SpecError, match="there are 0.0 MB of memory; 1.dense alone"):
        time_steps(parse_spec(text), steps=1)


def test_what_has_room_is_left_alone(trainer_of):
    trainer = trainer_of(layers=LAYERS)
    check_room(trainer.model.spec, [trainer.program(8)])


def test_the_largest_array_and_its_layer():
    small, large = Ref.new((4,), np.float32), Ref.new((50,), np.float32)
    found = [Instruction(None, (small, 3), "0.conv forward"), Instruction(None, (small, large), "1.pad forward"),
             Instruction(None, (large,), "2.relu forward")]  # fmt: skip
    assert largest(found) == ("1.pad", 200) and largest([]) == ("", 0)
