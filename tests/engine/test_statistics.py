import numpy as np
import pytest

from fitcli.engine.evaluator import Evaluator
from fitcli.engine.statistics import Statistics, has_statistics, measuring

LAYERS = "[conv: {filters: 4, kernel: 3}, batchnorm, relu, maxpool: 2, batchnorm, flatten, dense: 5, batchnorm, dense: classes]"


@pytest.fixture
def model(trainer_of, images):
    """A network a few steps into its training."""
    trainer = trainer_of(layers=LAYERS, augment="[]")
    for _ in range(3):
        trainer.descend(images(8).images, images(8).labels, 0.05)
    return trainer.model


@pytest.mark.parametrize("threads", [1, 3])
def test_update_bn_of_pytorch_finds_the_same(model, images, threads):
    torch = pytest.importorskip("torch")
    data, order = images(27), np.random.default_rng(3).permutation(27)
    found = dict(model.params.layout.views(model.params.vector, Statistics(model, 8, threads).measure(data.images, order)))
    w = {name: torch.tensor(array) for name, array in model.save_arrays().items()}
    conv, first, second, dense, third = (
        torch.nn.Conv2d(1, 4, 3, padding="same"), torch.nn.BatchNorm2d(4), torch.nn.BatchNorm2d(4),
        torch.nn.Linear(24, 5), torch.nn.BatchNorm1d(5),
    )  # fmt: skip
    with torch.no_grad():
        conv.weight.copy_(w["0.conv.weight"].permute(3, 2, 0, 1)), conv.bias.copy_(w["0.conv.bias"])
        dense.weight.copy_(w["6.dense.weight"].T), dense.bias.copy_(w["6.dense.bias"])
        for norm, name in ((first, "1"), (second, "4"), (third, "7")):
            norm.weight.copy_(w[f"{name}.batchnorm.gamma"]), norm.bias.copy_(w[f"{name}.batchnorm.beta"])

    class Channels(torch.nn.Module):
        def forward(self, x):
            return x.permute(0, 2, 3, 1).flatten(1)

    pool = torch.nn.MaxPool2d(2)
    net = torch.nn.Sequential(conv, first, torch.nn.ReLU(), pool, second, Channels(), dense, third)
    assert tuple(w["6.dense.weight"].shape) == (3 * 2 * 4, 5)
    x = torch.tensor(data.images[order].astype(np.float32) / 255).permute(0, 3, 1, 2)
    torch.optim.swa_utils.update_bn([x[i : i + 8] for i in (0, 8, 16)], net)
    for norm, name in ((first, "1"), (second, "4"), (third, "7")):
        for kind in ("mean", "var"):
            (param,) = (p for p in found if p.name == f"{name}.batchnorm.running_{kind}")
            wanted = getattr(norm, f"running_{kind}").numpy()
            np.testing.assert_allclose(found[param], wanted, rtol=1e-4, atol=1e-6)


def test_the_models_own_stay_as_they_are(model, images):
    before, weights = model.params.state.copy(), model.params.vector.copy()
    measured = Statistics(model, 8).measure(images(16).images, np.arange(16))
    np.testing.assert_array_equal(model.params.state, before)
    np.testing.assert_array_equal(model.params.vector, weights)
    assert not np.allclose(measured, before, rtol=0.05)


def test_a_batch_that_is_all_is_normalised_as_in_training(model, images):
    """With the statistics of one batch, evaluation is what training does with that batch, but for n / (n − 1)."""
    data = images(64)
    statistics = Statistics(model, 64)
    model.params.state[...] = statistics.measure(data.images, np.arange(64))
    found = np.concatenate([outputs.copy() for _, outputs, _ in Evaluator(model).batches(data.images)])
    np.testing.assert_allclose(found, statistics.program.outputs, rtol=0.05, atol=0.05)


def test_a_momentum_of_zero_keeps_what_it_has(trainer_of, images):
    model = trainer_of(layers="[batchnorm: 0, flatten, dense: classes]", augment="[]").model
    assert not has_statistics(model.graph)
    model = trainer_of(layers="[batchnorm: 0, relu, batchnorm, flatten, dense: classes]", augment="[]").model
    assert has_statistics(model.graph)
    model.params.by_name["0.batchnorm.running_mean"][...] = 7.3
    measured = Statistics(model, 8).measure(images(24).images, np.arange(24))
    views = {p.name: v for p, v in model.params.layout.views(model.params.vector, measured).items()}
    np.testing.assert_array_equal(views["0.batchnorm.running_mean"], np.float32(7.3))
    assert np.all(views["2.batchnorm.running_mean"] != 0)


def test_only_momentum_is_changed(model):
    before = model.graph.until(model.graph.output)
    after = measuring(before)
    assert [n.name for n in after.nodes] == [n.name for n in before.nodes] and after.params == before.params
    changed = [a.name for a, b in zip(after.nodes, before.nodes, strict=True) if a.op != b.op]
    assert len(changed) == 3 and all("batchnorm" in name for name in changed)
