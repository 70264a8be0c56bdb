import numpy as np
import pytest

from fitcli.engine.gradcheck.place import place, random_images, single
from fitcli.spec import parse_spec


def test_the_point_is_near_the_initial_values_but_on_no_kink(small):
    values = {p.name: v for p, v in small.values.items()}
    assert all(v.dtype == np.float64 for v in values.values())
    assert np.abs(values["0.conv.bias"]).min() > 0 and np.abs(values["0.conv.bias"]).max() < 1
    np.testing.assert_allclose(values["1.batchnorm.gamma"], 1, atol=0.5)
    assert (values["1.batchnorm.running_var"] == 1).all()


def test_every_number_is_exact_in_float32(small):
    for array in (small.image, *small.values.values()):
        np.testing.assert_array_equal(array, array.astype(np.float32))
    assert single(np.array([0.1])).tolist() == [float(np.float32(0.1))]


def test_the_image_is_what_the_network_sees_less_than_a_grey_level_off(small):
    seen = (small.pixels / 255 - 0.5) / 0.25
    gap = np.abs(small.image - seen)
    assert small.image.shape == (5, 6, 5, 3) and 0 < gap.max() <= 0.51 / (255 * 0.25)


def test_layers_are_all_behind_the_pixels(small):
    names = [node.name for node in small.layers]
    assert small.first.op.name == "pixels" and small.first.name not in names
    assert names[0].startswith("0.conv") and names[-1] == "loss"


def test_a_layer_is_a_function_of_its_input_and_its_parameters(small):
    f, v = small.layer(small.layers[0], np.random.default_rng(0))
    assert f.blocks == ("input", "0.conv.weight", "0.conv.bias") == tuple(v)
    f32, v32 = small.layer(small.layers[0], np.random.default_rng(0), np.float32)
    assert all(v32[k].dtype == np.float32 and np.array_equal(v32[k], v[k]) for k in v)
    np.testing.assert_allclose(f32(v32), f(v), rtol=1e-4, atol=1e-5)


def test_the_loss_is_one_number_of_everything(small):
    f, v = small.loss()
    assert f(v).shape == () and set(v) == {"image", *(p.name for p in small.model.graph.params if p.trained)}
    outputs, w = small.network()
    assert outputs(w).shape == (5, 2)


def test_large_images_come_in_pairs():
    text = "data: {path: nowhere, image: {size: 224}}\nmodel: [relu, globalavgpool, dense: classes]\n"
    at = place(parse_spec(text))
    f, v = at.layer(at.layers[0], np.random.default_rng(0))
    assert v["input"].shape == (2, 224, 224, 3) and len(at.labels) == 5


def test_images_differ_from_each_other():
    images = random_images(np.random.default_rng(0), 4, (8, 9, 3))
    assert images.dtype == np.uint8 and images.shape == (4, 8, 9, 3)
    means = images.mean((1, 2))
    assert np.abs(means - means.mean(0)).max() > 5


@pytest.fixture
def folder(tmp_path):
    from PIL import Image

    for label, shade in (("cat", 200), ("dog", 20)):
        (tmp_path / label).mkdir()
        for number in range(1, 13):
            Image.new("RGB", (9, 8), (shade, number, number)).save(tmp_path / label / f"{number}.png")
    return tmp_path


def test_real_images(folder):
    spec = parse_spec(f"data: {{path: '{folder}', image: {{size: 8}}}}\nmodel: [flatten, dense: classes]\n")
    at = place(spec, real=True)
    assert at.model.classes == ("cat", "dog") and at.note == ""
    assert set(np.unique(at.pixels[..., 0])) <= {200, 20} and (at.labels == (at.pixels[:, 0, 0, 0] == 20)).all()
    assert place(spec).model.classes == ("cat", "dog") and place(spec, real=False).pixels.std() > 10


def test_images_of_several_classes(tmp_path, folder):
    paths = sorted(folder.rglob("*.png"))
    (tmp_path / "list.csv").write_text("path,labels\n" + "".join(
        f"{path},{' '.join(name for name in ('a', 'b') if hash_of(path, name))}\n" for path in paths))  # fmt: skip
    spec = parse_spec(f"data: {{path: '{tmp_path}/list.csv', image: {{size: 8}}}}\nmodel: [flatten, dense: classes]\n"
                      "loss: binary_cross_entropy")  # fmt: skip
    for at in (place(spec), place(spec, real=True)):
        assert at.model.multilabel and at.labels.shape == (len(at.pixels), 2) and at.labels.dtype == np.uint8
        f, v = at.loss()
        assert f(v) > 0


def hash_of(path, name):
    return (int(path.stem) + (name == "b")) % 3 == 0
