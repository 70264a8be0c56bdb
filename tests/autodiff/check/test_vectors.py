import numpy as np
import pytest

from fitcli.autodiff.check.vectors import dot, filled, inner, length, moved, scale, signed, unit

V = {"x": np.array([[1.0, 2.0], [3.0, 4.0]]), "w": np.array([0.0, -6.0, 8.0])}


def test_a_direction_moves_the_blocks_it_names():
    out = moved(V, {"w": np.array([1.0, 1.0, 1.0])}, 0.5)
    assert out["w"].tolist() == [0.5, -5.5, 8.5] and out["x"] is V["x"]


def test_missing_blocks_are_zero():
    full = filled({"x": V["x"]}, V)
    assert full["x"] is V["x"] and full["w"].tolist() == [0, 0, 0]


def test_products_and_lengths():
    assert dot(V, V) == 30 + 100 and dot({"w": V["w"]}, V) == 100
    assert inner(V["w"], V["w"]) == 100 and length(V["w"]) == 10


def test_float32_is_summed_in_float64():
    x = np.full(3000, 1e-4, np.float32)
    assert inner(np.append(np.float32(1e4), x).astype(np.float32), np.ones(3001, np.float32)) == pytest.approx(
        1e4 + 0.3, abs=1e-6
    )


def test_the_unit_of_a_block_is_its_size():
    assert scale(np.array([3.0, -4.0])) == pytest.approx(np.sqrt(12.5))
    assert scale(np.zeros(3)) == 1 and scale(np.array([])) == 1


def test_a_coordinate_is_as_long_as_the_unit():
    d = unit(V, "x", 2)
    assert set(d) == {"x"} and np.flatnonzero(d["x"]).tolist() == [2] and d["x"][1, 0] == scale(V["x"])


def test_random_directions_have_both_signs_and_the_size_of_v():
    v = {"x": np.full(4000, 7.0, np.float32), "w": np.zeros(10)}
    d = signed(np.random.default_rng(0), v)
    assert d["x"].dtype == np.float32 and set(d) == {"x", "w"}
    assert 0.4 < (d["x"] < 0).mean() < 0.6 and 6 < scale(d["x"]) < 8
    assert set(signed(np.random.default_rng(0), v, "w")) == {"w"}
