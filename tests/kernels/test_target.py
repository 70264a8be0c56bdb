import platform

import pytest
from llvmlite import binding

from fitcli.kernels import target
from fitcli.kernels.target import AVX2, AVX512, NEON, PLAIN, tile


@pytest.mark.parametrize(
    ("tile", "lanes4", "columns4", "lanes8", "columns8"),
    [(AVX512, 16, 32, 8, 16), (AVX2, 8, 16, 4, 8), (NEON, 4, 16, 2, 8), (PLAIN, 4, 8, 2, 4)],
)
def test_numbers_in_a_register_and_columns_of_a_tile(tile, lanes4, columns4, lanes8, columns8):
    assert (tile.lanes(4), tile.columns(4)) == (lanes4, columns4)
    assert (tile.lanes(8), tile.columns(8)) == (lanes8, columns8)


@pytest.mark.parametrize(("tile", "registers"), [(AVX512, 32), (AVX2, 16), (NEON, 32), (PLAIN, 16)])
def test_a_tile_fits_into_the_registers(tile, registers):
    """Accumulators, a row of B and one number of A."""
    assert tile.rows * tile.vectors + tile.vectors + 1 <= registers


@pytest.mark.parametrize(
    ("machine", "features", "chosen"),
    [
        ("x86_64", {"avx512f", "avx512vl", "avx2", "fma"}, AVX512),
        ("x86_64", {"avx512f", "avx2", "fma"}, AVX2),
        ("AMD64", {"avx2", "fma"}, AVX2),
        ("x86_64", {"avx2"}, PLAIN),
        ("x86_64", {"sse2"}, PLAIN),
        ("riscv64", set(), PLAIN),
        ("aarch64", {"neon"}, NEON),
        ("arm64", set(), NEON),
    ],
)
def test_the_tile_follows_the_features_of_the_cpu(machine, features, chosen, monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(binding, "get_host_cpu_features", lambda: dict.fromkeys(features, True) | {"sse4a": False})
    assert target.tile.__wrapped__() == chosen


def test_one_tile_for_the_whole_process():
    assert tile() is tile()
