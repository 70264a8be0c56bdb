import pytest

from fitcli.engine.advice.dead import relu_layers


def relu(trainer):
    """Outputs of the first dense layer's ReLU in numpy, for all images."""
    return trainer.model.params.by_name["1.dense.weight"], trainer.model.params.by_name["1.dense.bias"]


def test_units_that_are_alive(trainer_of, train):
    (layer,) = relu_layers(trainer_of().model, train.images)
    assert (layer.name, layer.units) == ("1.dense+2.relu", 8) and layer.dead < 8


def test_dead_units_are_counted(trainer_of, train):
    trainer = trainer_of()
    weight, bias = relu(trainer)
    bias[:] = 1000
    bias[2:5] = -1000
    (layer,) = relu_layers(trainer.model, train.images)
    assert (layer.dead, layer.units) == (3, 8)
    weight[:], bias[:] = 0, 0
    assert relu_layers(trainer.model, train.images)[0].dead == 8


def test_a_unit_is_alive_by_one_image_at_one_place(trainer_of, train):
    trainer = trainer_of("[conv: {filters: 3, kernel: 1}, relu, flatten, dense: classes]")
    weight, bias = (trainer.model.params.by_name[f"0.conv.{name}"] for name in ("weight", "bias"))
    images = train.images.copy()
    images[:] = 0
    images[7, 2, 3] = 255
    weight[:], bias[:] = [1, -1, 1], [-0.5, -0.5, -2]  # pixels are 0 and 1: unit 0 sees the bright one, no other does
    (layer,) = relu_layers(trainer.model, images)
    assert (layer.dead, layer.units) == (2, 3)


@pytest.mark.parametrize(
    ("model", "names"),
    [
        ("[flatten, dense: 4, tanh, dense: classes]", []),
        ("[conv: {filters: 2}, batchnorm, relu, maxpool: 2, conv: {filters: 2}, relu, flatten, dense: classes]",
         ["batchnorm", "conv"]),
        ("[residual: {layers: [conv: {filters: 1, kernel: 3}]}, relu, flatten, dense: classes]", ["relu"]),
    ],
)  # fmt: skip
def test_every_relu_is_found_wherever_it_was_merged(trainer_of, train, model, names):
    found = [layer.name for layer in relu_layers(trainer_of(model).model, train.images)]
    assert len(found) == len(names)
    assert all(name in told and "relu" in told for name, told in zip(names, found, strict=True))


def test_it_leaves_no_trace(trainer_of, train):
    trainer = trainer_of("[conv: {filters: 2, kernel: 3}, batchnorm, relu, dropout: 0.5, flatten, dense: classes]")
    before = {name: array.tobytes() for name, array in trainer.arrays().items()}
    assert relu_layers(trainer.model, train.images) == relu_layers(trainer.model, train.images)
    assert {name: array.tobytes() for name, array in trainer.arrays().items()} == before


def test_few_images(trainer_of, train):
    many, one = (relu_layers(trainer_of().model, train.images[:count])[0] for count in (60, 1))
    assert one.units == 8 and one.dead >= many.dead
