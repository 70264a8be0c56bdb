import numpy as np

from fitcli.data.dataset import Splits
from fitcli.engine.doubt import Doubt, doubted, doubts
from fitcli.engine.fit import fit
from fitcli.engine.modelfile import load_model


def test_doubted_labels_by_their_definition():
    p = np.array([[0.9, 0.1], [0.8, 0.2], [0.05, 0.95], [0.3, 0.7], [0.2, 0.8], [0.1, 0.9]])
    labels = np.array([0, 0, 0, 1, 1, 1])
    # thresholds: (0.9 + 0.8 + 0.05) / 3 = 0.58 and 0.8; only the third is another class, and 0.95 is enough for it
    assert doubted(p, labels).tolist() == [2]
    p[2] = [0.25, 0.75]
    assert doubted(p, labels).tolist() == []  # less sure than of the images of class 1
    p[2], p[3] = [0.1, 0.9], [0.96, 0.04]
    assert doubted(p, labels).tolist() == [3, 2]  # the larger doubt first


def test_a_class_without_images_is_never_believed():
    p = np.array([[0.1, 0.9], [0.6, 0.4]])
    assert doubted(p, np.array([0, 0])).tolist() == []


def test_wrong_labels_are_found(spec_of, images, tmp_path):
    list(fit(spec_of(augment="[]", epochs=12), Splits(images(120), None, None), tmp_path / "run"))
    saved, data = load_model(tmp_path / "run"), images(60, 5)
    truth, wrong = data.labels.copy(), [3, 17, 40]
    data.labels[wrong] = (data.labels[wrong] + 1) % 3
    found = doubts(iter([(saved, data.subset(np.arange(30))), (saved, data.subset(np.arange(30, 60)))]))
    told = {doubt.path: doubt for doubt in found}
    assert {"image 3", "image 17", "image 10"} <= set(told) and len(found) <= 5  # the second part counts from 0 again
    assert {doubt.path for doubt in found[:3]} == {"image 3", "image 17", "image 10"}
    first = found[0]
    assert isinstance(first, Doubt) and first.other_share > 0.5 > first.share and first.size > 0
    assert told["image 3"].other == saved.classes[truth[3]]


def test_of_several_classes_each_is_doubted_by_itself(several, tmp_path):
    spec = several.spec(augment="[]", epochs=30)
    list(fit(spec, Splits(several.images(120), None, None), tmp_path / "run"))
    saved, data = load_model(tmp_path / "run"), several.images(60, 5)
    data.labels[3, 1] ^= 1
    data.labels[17, 0] ^= 1
    found = doubts(iter([(saved, data)]))
    assert {doubt.path for doubt in found[:2]} == {"image 3", "image 17"} and len(found) <= 8
    first = next(doubt for doubt in found if doubt.path == "image 3")
    assert (first.label, first.other) == (("bee", "no bee") if data.labels[3, 1] else ("no bee", "bee"))
    assert first.other_share > 0.5 > first.share and [d.size for d in found] == sorted((d.size for d in found), reverse=True)
