"""The same 50 steps side by side with PyTorch in float32, where it is installed."""

import numpy as np
import pytest

from fitcli.engine.evaluator import Evaluator


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("layers", ["mlp", "cnn"])
def test_fifty_steps_and_the_model_after_them(start, descend, problem, layers, optimizer):
    pytest.importorskip("torch")
    trainer = start(layers, optimizer)
    twin = problem.Twin(trainer.model.spec, trainer.model.save_arrays(), double=False)
    images, labels = problem.batches()
    wanted = [twin.step(x, y) for x, y in zip(images, labels, strict=True)]
    np.testing.assert_allclose(descend(trainer), wanted, rtol=1e-4)
    for _, outputs, _ in Evaluator(trainer.model, batch=problem.BATCH).batches(images[0]):
        np.testing.assert_allclose(outputs, twin.outputs(images[0]), rtol=1e-3, atol=1e-3)
