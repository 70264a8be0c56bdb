import numpy as np

from fitcli.engine.trainer import Trainer
from fitcli.model import build_model
from fitcli.spec import parse_spec


def trained(layers, optimizer="adamw: {lr: 0.1, weight_decay: 0.5}", steps=3):
    spec = parse_spec(f"data: {{path: x}}\nmodel: {layers}\nfit: {{optimizer: {{{optimizer}}}}}")
    model = build_model(spec, ("a", "b"), (2, 2, 1))
    model.initialize(3)
    before = model.save_arrays()
    trainer = Trainer(model, 0, threads=2)
    images = np.random.default_rng(0).integers(0, 256, (4, 2, 2, 1), dtype=np.uint8)
    steps = [trainer.descend(images, np.array([0, 1, 1, 0]), 0.1) for _ in range(steps)]
    return model, before, model.save_arrays(), steps


def test_frozen_weights_stay_and_the_others_move():
    for layers in ("[freeze: [conv: 2, relu], flatten, dense: classes]", "[conv: 2, flatten, freeze: [dense: classes]]"):
        _, before, after, _ = trained(layers)
        for name in before:
            moved = np.any(before[name] != after[name])
            assert moved == ("freeze" not in name), name


def test_no_backward_pass_through_a_frozen_beginning():
    model, *_ = trained("[freeze: [conv: 2, relu, conv: 2], flatten, dense: classes]")
    wanted = {node.name for node in model.graph.needs_gradient()}
    assert wanted == {"2.dense", "loss"}


def test_the_gradient_norm_is_of_what_moves():
    """All but a last bias of two classes: its gradient's length can be told from the loss alone."""
    _, _, _, steps = trained("[flatten, freeze: [dense: {units: classes, init: zeros}]]", steps=1)
    assert steps[0].gradient_norm == 0
    _, _, _, steps = trained("[freeze: [flatten, dense: 3], dense: {units: classes, init: zeros, bias: false}]", steps=1)
    assert steps[0].gradient_norm > 0


def test_batch_norm_goes_on_measuring():
    _, before, after, _ = trained("[freeze: [conv: 2, batchnorm], flatten, dense: classes]")
    name = "0.freeze.layers.1.batchnorm"
    assert np.all(before[f"{name}.running_mean"] != after[f"{name}.running_mean"])
    np.testing.assert_array_equal(before[f"{name}.gamma"], after[f"{name}.gamma"])
