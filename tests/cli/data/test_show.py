import numpy as np
from PIL import Image


def test_a_picture_of_training_images(fitcli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for label, shade in (("cat", 200), ("dog$x$", 20)):
        (tmp_path / "photos" / label).mkdir(parents=True)
        for number in range(6):
            Image.new("RGB", (9, 8), (shade, number, number)).save(tmp_path / "photos" / label / f"{number}.png")
    (tmp_path / "s.yaml").write_text("data: {path: photos, image: {size: 8}}\nmodel: [flatten, dense: classes]\n")
    outcome = fitcli("data", "show", "s.yaml", "--count", 4, "--epochs", 2, "--set", "data.augment=[flip]")
    assert outcome.code == 0 and outcome.out == "s-data.png\n"
    sheet = Image.open(tmp_path / "s-data.png")
    assert sheet.size == (3 * 100 + 4, 4 * (96 + 14 + 4) + 4 + 14) and len(np.unique(np.asarray(sheet))) > 5
    assert fitcli("data", "show", "s.yaml", "--out", "x/y.png").code == 6
    outcome = fitcli("data", "show", "s.yaml", "--data", "none")
    assert outcome.code == 3
    assert fitcli("data", "show", "s.yaml", "--set", "model=[dense: classes]").code == 2
