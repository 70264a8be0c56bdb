import numpy as np

from fitcli.cli.judging import judged
from fitcli.data.settings import DataSettings, ImageSettings


def test_a_single_model_judges_all_images(run, here):
    ((saved, data),) = judged("runs/tiny-1", DataSettings("photos"), 0, None)
    assert saved.classes[:2] == ("cat", "dog") and len(data) == 24 and data.images.shape[1:] == (8, 8, 3)


def test_each_fold_judges_what_it_has_not_seen(run, here):
    import shutil

    from fitcli.engine.modelfile import ModelFile, load_model, save_model
    from fitcli.spec import dump_spec, load_spec

    saved = load_model("runs/tiny-1")
    for fold in (1, 2, 10):
        spec = dump_spec(load_spec("tiny.yaml", ["data.split.folds=10", f"data.split.fold={fold}"]))
        place = here / "cv" / f"fold-{fold}"
        shutil.copytree(run, place)
        made = ModelFile(saved.arrays, saved.classes, saved.preprocessing, spec, {})
        save_model(place / "model.safetensors", made)
    (here / "cv" / "folds.json").write_text("{}")
    found = [data for _, data in judged("cv", DataSettings("photos", image=ImageSettings(size=4)), 0, None)]
    paths = [path for data in found for path in data.paths]
    assert len(found) == 3 and len(paths) == len(set(paths)) and all(2 <= len(data) <= 3 for data in found)
    assert all(np.prod(data.images.shape[1:]) == 192 for data in found)
