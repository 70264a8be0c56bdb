import numpy as np
import pytest
from PIL import Image

from fitcli.data.dataset import Splits
from fitcli.data.image import ImageFormat, load_image
from fitcli.data.load import load_split, load_splits
from fitcli.engine import keep
from fitcli.engine.evaluate import evaluate
from fitcli.engine.evaluator import BATCH
from fitcli.engine.fit import fit
from fitcli.engine.modelfile import load_model
from fitcli.engine.predict import predict
from fitcli.errors import ModelFileError
from fitcli.spec import parse_spec

CLASSES = ("bars", "green", "red")
MODEL = "[conv: {filters: 4, kernel: 3}, batchnorm, relu, maxpool: 2, flatten, dropout: 0.2, dense: classes]"


def draw(name, rng):
    """9 × 11 × 3: noise with a colour, or with vertical bars."""
    pixels = rng.integers(0, 220, (9, 11, 3))
    if name == "bars":
        pixels[:, ::2] += 20
    else:
        pixels[..., CLASSES[::-1].index(name)] += 20
    return Image.fromarray(pixels.astype(np.uint8))


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The settings of the data and the model of a short fit, still unsure of many images."""
    root = tmp_path_factory.mktemp("predict")
    rng = np.random.default_rng(0)
    for name in CLASSES:
        (root / "photos" / name).mkdir(parents=True)
        for i in range(25):
            draw(name, rng).save(root / "photos" / name / f"{i}.png")
    spec = parse_spec(
        f"data: {{path: {root / 'photos'}, image: {{size: [7, 8]}}, augment: [flip]}}\n"
        f"model: {MODEL}\nfit: {{epochs: 10, batch: 16, optimizer: {{adam: {{lr: 0.01}}}}}}\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keep, "draw_curves", lambda events, path: None)
        list(fit(spec, load_splits(spec.data, spec.seed), root / "run", threads=2))
    return spec, load_model(root / "run")


@pytest.fixture
def data(trained):
    """All images, by the path that `evaluate` takes."""
    spec, saved = trained
    return load_split(spec.data, "all", spec.seed, saved.classes)


def exact(row):
    return row["path"], row["label"], {name: p.hex() for name, p in row["probabilities"].items()}


@pytest.mark.parametrize("threads", [1, 2])
def test_image_files_are_taken_for_what_evaluate_takes_them_for(trained, data, threads):
    _, saved = trained
    told = evaluate(saved, data, threads)
    found = list(predict(saved, data.paths, threads))
    assert [row["path"] for row in found] == list(data.paths)
    truth = [data.classes[k] for k in data.labels]
    taken = [row["label"] for row in found]
    pairs = list(zip(truth, taken, strict=True))
    assert told["confusion"] == [[pairs.count((a, b)) for b in CLASSES] for a in CLASSES]
    assert told["accuracy"] == sum(a == b for a, b in pairs) / len(pairs)
    assert 1 / 3 < told["accuracy"] < 1, "a model that is always or never right would hide a mix-up"
    loss = -np.mean([np.log(row["probabilities"][name]) for row, name in zip(found, truth, strict=True)])
    assert told["loss"] == pytest.approx(loss, rel=1e-5)


def test_what_is_told_of_an_image(trained, data):
    (row,) = predict(trained[1], data.paths[:1])
    assert row.keys() == {"path", "label", "probabilities"}
    p = row["probabilities"]
    assert list(p) == list(CLASSES) and all(type(x) is float for x in p.values())
    assert sum(p.values()) == pytest.approx(1, rel=1e-12)
    assert row["label"] == max(p, key=p.get)


@pytest.mark.parametrize("threads", [1, 2])
def test_an_image_has_the_same_bits_alone_and_in_company(trained, data, threads):
    _, saved = trained
    paths = list(data.paths)
    together = {row["path"]: exact(row) for row in predict(saved, paths, threads)}
    assert len({tuple(p.values()) for _, _, p in together.values()}) > 60, "they differ"
    for path in paths[::9]:
        (row,) = predict(saved, [path], threads=1)
        assert exact(row) == together[path]
    for company in (paths[::-1], paths[3:10], [paths[5]] * 3 + [paths[50]]):
        assert [exact(row) for row in predict(saved, company, threads)] == [together[path] for path in company]


def test_files_are_decoded_as_in_training(trained, data):
    fmt = ImageFormat.from_json(trained[1].preprocessing)
    assert fmt.shape == (7, 8, 3)
    for path, image in list(zip(data.paths, data.images, strict=True))[::20]:
        np.testing.assert_array_equal(load_image(path, fmt), image)


@pytest.fixture
def bad(tmp_path):
    (tmp_path / "text.jpg").write_text("these are words")
    (tmp_path / "empty.png").write_bytes(b"")
    return [str(tmp_path / name) for name in ("text.jpg", "empty.png", "missing.png")]


def test_more_than_a_chunk_with_bad_files_among_them_in_order(trained, data, bad):
    _, saved = trained
    good = {path: exact(row) for path, row in zip(data.paths, predict(saved, data.paths), strict=True)}
    paths = [data.paths[i % len(data)] for i in range(4 * BATCH + 7)]
    spoiled = {0: bad[0], 1: bad[1], 40: bad[2], 2 * BATCH - 1: bad[1], 2 * BATCH: bad[0], 4 * BATCH + 6: bad[2]}
    for at, path in spoiled.items():
        paths[at] = path
    found = list(predict(saved, paths, threads=2))
    assert [row["path"] for row in found] == paths
    for row in found:
        if row["path"] in bad:
            assert row.keys() == {"path", "error"} and row["path"] in row["error"]
        else:
            assert exact(row) == good[row["path"]]


def test_bad_files_say_what_each_of_them_is(trained, data, bad):
    first, text, empty, missing, last = predict(trained[1], [data.paths[0], *bad, data.paths[1]])
    assert "label" in first and "label" in last
    assert "not an image" in text["error"] and "empty" in empty["error"] and "no such file" in missing["error"]


def test_nothing_but_bad_files_and_nothing_at_all(trained, bad):
    assert [set(row) for row in predict(trained[1], bad)] == [{"path", "error"}] * 3
    assert list(predict(trained[1], [])) == []


def test_only_the_next_chunk_is_decoded_ahead(trained, data, monkeypatch):
    """Memory for two chunks is enough for any number of images."""
    from fitcli.engine import predict as module

    read = []
    load_images = module.load_images

    def counted(chunk, *settings, **more):
        read.append(len(chunk))
        return load_images(chunk, *settings, **more)

    monkeypatch.setattr(module, "BATCH", 4)
    monkeypatch.setattr(module, "load_images", counted)
    rows = predict(trained[1], data.paths)
    for _ in range(9):
        next(rows)
    rows.close()
    assert 2 <= len(read) <= 3 and set(read) == {8}


def test_a_model_that_does_not_fit_its_arrays_is_refused(trained, data):
    from dataclasses import replace

    saved = trained[1]
    arrays = saved.arrays | {"6.dense.weight": saved.arrays["6.dense.weight"][:-1]}
    with pytest.raises(ModelFileError, match=r"6\.dense\.weight") as caught:
        list(predict(replace(saved, arrays=arrays), data.paths[:1]))
    assert caught.value.exit_code == 6


def test_of_several_classes_an_image(several, tmp_path):
    list(fit(several.spec(augment="[]", epochs=20), Splits(several.images(120), None, None), tmp_path / "run"))
    paths = []
    for i, pixels in enumerate(several.images(8, 7).images):
        paths.append(str(tmp_path / f"{i}.png"))
        Image.fromarray(pixels[..., 0]).save(paths[-1])
    saved = load_model(tmp_path / "run")
    usual, strict = list(predict(saved, paths)), list(predict(saved, paths, threshold=0.8))
    for row, other in zip(usual, strict, strict=True):
        assert list(row) == ["path", "label", "labels", "probabilities"]
        p = row["probabilities"]
        assert row["label"] == max(p, key=p.get) and set(row["labels"]) == {name for name in p if p[name] >= 0.5}
        assert row["labels"] == sorted(row["labels"], key=lambda name: -p[name])
        assert set(other["labels"]) == {name for name in p if p[name] >= 0.8}
    assert len({len(row["labels"]) for row in usual}) > 1
