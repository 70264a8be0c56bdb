import numpy as np
import pytest
from PIL import Image

from fitcli.autodiff.check.jacobian import Jacobian
from fitcli.engine.gradcheck.pictures import draw_jacobian, draw_remainders, plot_check

H = [1e-6, 1e-5, 1e-4]


def row(name, verdict="CORRECT", order=(1.0, "~1.98", "exact")):
    r = {"h": H, "r0": H, "r1": [h * h for h in H], "r2": [0.0, 0.0, 0.0], "floor": 1e-15, "kinks": 0}
    return {"name": name, "verdict": verdict, "order": list(order), "remainders": {"": r}}


def picture(path):
    with Image.open(path) as image:
        assert image.format == "PNG"
        return image.size, np.asarray(image.convert("RGB")).copy()


def test_a_panel_a_row(tmp_path):
    one, five = tmp_path / "one.png", tmp_path / "five.png"
    draw_remainders({"layers": [row("0.conv")]}, one)
    draw_remainders(
        {"loss": row("whole model"), "layers": [row(str(i), order=(None, None, None)) for i in range(4)]}, five
    )
    (width, height), pixels = picture(one)
    assert pixels.std() > 5
    assert picture(five)[0] == pytest.approx((4 * width, 2 * height), rel=0.2)


def test_not_more_panels_than_can_be_seen(tmp_path, monkeypatch):
    monkeypatch.setattr("fitcli.engine.gradcheck.pictures._PANELS", 3)
    many, three = tmp_path / "many.png", tmp_path / "three.png"
    draw_remainders({"layers": [row(f"{i}.$x_{{") for i in range(40)]}, many)
    draw_remainders({"layers": [row(f"{i}.$x_{{") for i in range(3)]}, three)
    assert picture(many)[0] == picture(three)[0]


def test_nothing_to_draw_is_no_crash(tmp_path):
    draw_remainders({"layers": []}, tmp_path / "empty.png")
    picture(tmp_path / "empty.png")


def matrix(rows, columns):
    j = np.random.default_rng(0).standard_normal((rows, columns))
    return Jacobian(j, j + 1e-12, j + 1e-8, (("x", columns - 1), ("w", 1)))


def test_a_jacobian(tmp_path):
    draw_jacobian("3.dense", matrix(4, 6), tmp_path / "j.png")
    assert picture(tmp_path / "j.png")[1].std() > 20


def test_the_largest_jacobian_where_there_are_any(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr("fitcli.engine.gradcheck.pictures.draw_jacobian", lambda name, j, path: drawn.append(name))
    plot_check({"layers": []}, {"small": matrix(2, 3), "large": matrix(5, 5)}, tmp_path / "x.png")
    plot_check({"layers": [row("a")]}, {}, tmp_path / "y.png", title="spec.yaml")
    assert drawn == ["large"] and picture(tmp_path / "y.png")
