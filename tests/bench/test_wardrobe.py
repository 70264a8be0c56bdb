import numpy as np
from click.testing import CliRunner

from fitcli.data.load import load_splits
from fitcli.data.settings import DataSettings, ImageSettings


def test_a_list_of_pictures(bench, tmp_path):
    outcome = CliRunner().invoke(bench("wardrobe").main, [str(tmp_path / "w"), "--count", "120"])
    assert outcome.exit_code == 0 and outcome.output == f"{tmp_path}/w/list.csv\n"
    splits = load_splits(DataSettings(str(tmp_path / "w" / "list.csv"), image=ImageSettings(56, 1)), 0)
    train = splits.train
    assert train.multilabel and len(train.classes) == 10 and set(train.labels.sum(1).tolist()) == {0, 1, 2, 3}
    pieces = train.images.reshape(-1, 2, 28, 2, 28).any(axis=(2, 4)).sum(axis=(1, 2))
    assert (pieces >= train.labels.sum(1)).all() and (pieces[train.labels.sum(1) == 0] == 0).all()
    assert np.concatenate([train.labels, splits.val.labels, splits.test.labels]).shape == (120, 10)
