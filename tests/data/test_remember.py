import numpy as np

from fitcli.data.imageformat import ImageFormat
from fitcli.data.load import load_splits, open_source
from fitcli.data.remember import remembered
from fitcli.data.settings import DataSettings, ImageSettings, SplitSettings


def test_every_image_is_decoded_once(make_folder, monkeypatch):
    root = make_folder({"cat": 9, "dog": 9})
    (root / "cat" / "3.png").write_bytes(b"no image")
    settings = [DataSettings(str(root), image=ImageSettings(size=[6, 8]), on_error="skip",
                             split=SplitSettings(folds=3, fold=fold, test=0.2)) for fold in (1, 2, 3)]  # fmt: skip
    plain = [load_splits(one, 0) for one in settings]
    contents = remembered(open_source(settings[0]))
    part, asked = contents.parts["train"].part, []
    decode = type(part).decode
    monkeypatch.setattr(type(part), "decode", lambda self, i, f, p: asked.extend(i.tolist()) or decode(self, i, f, p))
    again = [load_splits(one, 0, contents=contents) for one in settings]
    assert sorted(asked) == list(range(18))
    for a, b in zip(plain, again):
        for name in ("train", "val", "test"):
            one, other = getattr(a, name), getattr(b, name)
            assert np.array_equal(one.images, other.images) and one.paths == other.paths
            assert np.array_equal(one.labels, other.labels)
        assert a.warnings == b.warnings and any("cat/3.png" in warning for warning in a.warnings)


def test_the_rest_is_that_of_the_part(make_idx):
    contents = open_source(DataSettings(str(make_idx([0, 1, 1]))))
    part = remembered(contents).parts["train"]
    inner = contents.parts["train"]
    assert part.keys == inner.keys and part.files(np.arange(2)) is None and part.paths(np.arange(2)) is None
    assert part.digests() == inner.digests() and part.digests() is part.digests()
    assert part.read(np.array([2]), ImageFormat((5, 4), 1), None)[0].labels.tolist() == [1]
