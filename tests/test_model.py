from __future__ import annotations

import numpy as np
import pytest

from fitcli.autodiff.eager import Eager
from fitcli.errors import SpecError
from fitcli.model import Normalization, build_model, layer_path
from fitcli.ops.softmax_cross_entropy import SoftmaxCrossEntropy
from fitcli.spec import parse_spec

CLASSES = ("ant", "bee", "cow")


def model_of(layers, shape=(6, 5, 3), more="", **settings):
    return build_model(parse_spec(f"data: {{path: x}}\nmodel: {layers}\n{more}", "s.yaml"), CLASSES, shape, **settings)


def wrong(layers, **settings):
    with pytest.raises(SpecError) as caught:
        model_of(layers, **settings)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_a_model_goes_from_pixels_to_one_output_a_class_and_a_loss():
    model = model_of("[conv: 4, relu, flatten, dense: classes]")
    assert [node.name for node in model.graph.nodes] == [
        "image", "labels", "pixels", "0.conv+1.relu", "2.flatten", "3.dense", "loss",
    ]  # fmt: skip
    assert (model.pixels.shape, model.pixels.dtype) == ((6, 5, 3), "u1")
    assert (model.labels.shape, model.labels.dtype) == ((), "i8")
    assert model.graph.output.shape == (3,) and model.graph.loss.shape == ()
    assert model.graph.loss.op == SoftmaxCrossEntropy()
    assert model.params.count == 4 * (27 + 1) + (120 + 1) * 3


@pytest.mark.parametrize(("mean", "std"), [((0.5, 0.25, 0.1), (0.2, 0.3, 1.0)), (None, None)])
def test_pixels_are_normalised_by_channel(mean, std):
    model = model_of("[flatten, dense: classes]", normalization=Normalization(mean, std) if mean else None)
    images = np.random.default_rng(0).integers(0, 256, (2, 6, 5, 3), dtype=np.uint8)
    node = next(node for node in model.graph.nodes if node.name == "pixels")
    eager = Eager(model.graph, {p: np.zeros(p.shape) for p in model.graph.params})
    found = eager.forward({model.pixels: images, model.labels: np.zeros(2, np.int64)}).value[node]
    np.testing.assert_allclose(found, (images / 255 - np.array(mean or 0)) / np.array(std or 1), rtol=1e-12, atol=1e-14)


def test_augmentations_are_in_the_training_map_only():
    spec = parse_spec("data: {path: x, augment: [flip, crop: 2]}\nmodel: [flatten, dense: classes]")
    model = build_model(spec, CLASSES, (8, 8, 1))
    op = next(node for node in model.graph.nodes if node.name == "pixels").op
    assert (op.flip_columns, op.flip_rows, op.pad) == (True, False, (2, 2))
    images = np.random.default_rng(0).integers(1, 256, (8, 8, 8, 1), dtype=np.uint8)
    for train in (False, True):
        eager = Eager(model.graph, {p: np.zeros(p.shape) for p in model.graph.params}, train=train)
        values = eager.forward({model.pixels: images, model.labels: np.zeros(8, np.int64)}).value
        same = np.allclose(values[model.graph.nodes[2]], images / 255, rtol=1e-12)
        assert same is not train


def test_the_loss_of_the_spec_is_taken():
    assert model_of("[flatten, dense: classes]", more="loss: mse").graph.loss.op.name == "mean_squared_error"


def test_initial_values_depend_on_seed_and_name():
    model = model_of("[conv: 4, batchnorm, flatten, dense: classes]")
    model.initialize(1)
    one = model.save_arrays()
    assert one["0.conv.weight"].std() == pytest.approx(np.sqrt(2 / 27), rel=0.3)
    assert np.all(one["1.batchnorm.gamma"] == 1) and np.all(one["1.batchnorm.running_var"] == 1)
    assert not one["0.conv.bias"].any()
    model.initialize(2)
    assert np.all(model.save_arrays()["0.conv.weight"] != one["0.conv.weight"])
    model.initialize(1)
    assert all(np.array_equal(array, one[name]) for name, array in model.save_arrays().items())
    longer = model_of("[conv: 4, batchnorm, relu, flatten, dense: 8, dense: classes]")
    longer.initialize(1)
    np.testing.assert_array_equal(longer.save_arrays()["0.conv.weight"], one["0.conv.weight"])


def test_arrays_are_saved_and_loaded_by_name():
    layers = "[conv: 4, batchnorm, residual: {layers: [conv: 4]}, globalavgpool, dense: classes]"
    model, other = model_of(layers), model_of(layers)
    model.initialize(5)
    arrays = model.save_arrays()
    assert list(arrays) and {a.dtype for a in arrays.values()} == {np.dtype(np.float32)}
    assert "2.residual.layers.0.conv.weight" in arrays and "1.batchnorm.running_mean" in arrays
    other.load_arrays(arrays | {"something.else": np.zeros(3)})
    np.testing.assert_array_equal(other.params.vector, model.params.vector)
    np.testing.assert_array_equal(other.params.state, model.params.state)
    arrays["0.conv.weight"][:] = 0
    assert model.params.by_name["0.conv.weight"].any()  # a copy


def test_loading_tells_what_is_missing_or_of_another_shape():
    model = model_of("[flatten, dense: classes]")
    arrays = model.save_arrays()
    with pytest.raises(ValueError, match=r"no values for 1\.dense\.bias$"):
        model.load_arrays({"1.dense.weight": arrays["1.dense.weight"]})
    with pytest.raises(ValueError, match=r"1\.dense\.bias has shape \(4,\), wanted \(3,\)"):
        model.load_arrays(arrays | {"1.dense.bias": np.zeros(4)})


def test_a_model_that_ends_in_another_number_than_the_classes():
    assert wrong("[flatten, relu, dense: 10]") == (
        "s.yaml:2: model[2].dense: the model ends in 10, but the data have 3 classes\n"
        "  allowed: a vector of 3 numbers\n"
        "  try: end it with `- dense: classes`"
    )


def test_a_model_that_ends_in_an_image():
    assert wrong("[conv: 3]") == (
        "s.yaml:2: model[0].conv: the model ends in 6×5×3, but the data have 3 classes\n"
        "  allowed: a vector of 3 numbers\n"
        "  try: end it with `- flatten` and `- dense: classes`"
    )


def test_a_layer_that_does_not_fit_is_told_by_its_line():
    told = wrong("\n  - maxpool: 3\n  - maxpool: 3\n  - flatten\n  - dense: classes")
    assert told.startswith("s.yaml:4: model[1].maxpool: maxpool 3×3 does not fit into 2×1×3")


def test_a_model_is_not_bound_to_square_colour_images():
    model = model_of("[conv: {filters: 2, stride: 2}, globalavgpool, dense: classes]", shape=(7, 12, 1))
    assert model.graph.nodes[3].shape == (4, 6, 2)


def test_images_without_end_are_told_at_the_line_of_the_images():
    spec = parse_spec("data:\n  path: x\n  image: {size: [100000, 100000]}\nmodel: [flatten, dense: classes]", "s.yaml")
    with pytest.raises(SpecError) as caught:
        build_model(spec, ("a", "b"), (100_000, 100_000, 1))
    assert str(caught.value).startswith("s.yaml:3: data.image: an output of 100000×100000×1 numbers is too large")


def test_mixed_images_have_two_labels():
    layers, more = "[flatten, dense: classes]", "loss: {cross_entropy: {smoothing: 0.1}}"
    spec = parse_spec(f"data: {{path: x, augment: [mixup]}}\nmodel: {layers}\n{more}", "s.yaml")
    model, plain = build_model(spec, CLASSES, (6, 5, 3)), model_of(layers, more=more)
    assert [node.name for node in model.partners] == ["partners", "shares"] and plain.partners == ()
    rng = np.random.default_rng(0)
    weights = {p: rng.normal(0, 0.1, p.shape) for p in model.graph.params}
    named = {p: weights[q] for p, q in zip(plain.graph.params, model.graph.params, strict=True)}
    x, a, b = rng.integers(0, 256, (4, 6, 5, 3), np.uint8), np.array([0, 1, 2, 0]), np.array([1, 1, 0, 2])
    share = np.array([0, 0.25, 1, 0.5], np.float32)
    inputs = dict(zip(model.graph.inputs, (x, a, b, share), strict=True))
    found = Eager(model.graph, weights).forward(inputs).value[model.graph.loss]
    one = Eager(plain.graph, named)
    first, second = (one.forward({plain.pixels: x, plain.labels: t}).value[plain.graph.loss] for t in (a, b))
    np.testing.assert_allclose(found, share * first + (1 - share) * second, rtol=1e-12)
    evaluated = Eager(model.graph, weights, train=False).forward(inputs)
    np.testing.assert_allclose(evaluated.value[model.graph.loss], first, rtol=1e-12)


@pytest.mark.parametrize("augment", ["[]", "[mixup]"])
def test_labels_of_several_classes_are_rows(augment):
    text = f"data: {{path: x, augment: {augment}}}\nmodel: [flatten, dense: classes]\nloss: LOSS"
    model = build_model(parse_spec(text.replace("LOSS", "binary_cross_entropy")), CLASSES, (6, 5, 3), multilabel=True)
    assert model.multilabel and (model.labels.shape, model.labels.dtype) == ((3,), "u1")
    assert [node.shape for node in model.partners] == [(3,), ()][: len(model.partners)]
    with pytest.raises(SpecError, match="s.yaml:3: loss: cross_entropy wants one class an image"):
        build_model(parse_spec(text.replace("LOSS", "cross_entropy"), "s.yaml"), CLASSES, (6, 5, 3), multilabel=True)


def test_mixed_images_of_several_classes_have_a_part_of_each_label():
    text = "data: {path: x, augment: [mixup]}\nmodel: [flatten, dense: classes]\nloss: binary_cross_entropy"
    model = build_model(parse_spec(text), CLASSES, (2, 2, 1), multilabel=True)
    rng = np.random.default_rng(0)
    weights = {p: rng.normal(0, 0.1, p.shape) for p in model.graph.params}
    x, share = rng.integers(0, 256, (4, 2, 2, 1), np.uint8), np.array([0, 0.25, 1, 0.5], np.float32)
    a, b = (rng.integers(0, 2, (4, 3), np.uint8) for _ in range(2))
    tape = Eager(model.graph, weights).forward(dict(zip(model.graph.inputs, (x, a, b, share), strict=True)))
    z, t = tape.value[model.graph.output], share[:, None] * a + (1 - share[:, None]) * b
    wanted = (np.logaddexp(0, z) - t * z).mean(1)  # the loss is affine in the target
    np.testing.assert_allclose(tape.value[model.graph.loss], wanted, rtol=1e-12)


def test_first_values_beyond_all_numbers_are_refused():
    model = model_of("\n- flatten\n- dense: {units: 4, init: {normal: {std: 1e300}}}\n- dense: classes\n")
    with pytest.raises(SpecError) as caught:
        model.initialize(0)
    assert str(caught.value) == (
        "s.yaml:4: model[1]: the first values of 1.dense.weight are larger than 32-bit numbers can be\n"
        "  try: an init with smaller numbers"
    )


def test_the_layer_of_a_name():
    spec = parse_spec("data: {path: x}\nmodel: [flatten, dense: classes]", "s.yaml")
    assert [layer_path(spec, name) for name in ("1.dense.weight", "0.flatten+1.dense", "7.x", "loss")] == [
        "model[1]", "model[0]", "model", "model",
    ]  # fmt: skip
    assert layer_path(parse_spec("data: {path: x}\nmodel: {preset: mlp}"), "1.dense") == "model"
