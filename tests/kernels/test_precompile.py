import json
import subprocess
import sys

import pytest

from fitcli.kernels import precompile
from fitcli.kernels.panels import pack, pack_transposed
from fitcli.kernels.slide import halo, slide

ALONE = ("f8x3", "f8x2", "i", "i")


def test_what_links_the_microkernel_stays_here():
    linked = [(slide, ("f4x4",))] * 3
    alone = [(pack, (str(i),)) for i in range(8)]
    apart, here = precompile.divide([*linked, *alone])
    assert len(apart) == 6 and not set(apart) & set(linked)
    assert sorted(map(repr, [*apart, *here])) == sorted(map(repr, [*linked, *alone]))


def test_a_few_kernels_start_no_process(monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **__: pytest.fail("a process for two kernels"))
    precompile.compile_together([(pack, ALONE), (pack_transposed, ALONE)])


def test_the_other_process_fills_the_cache(tmp_path, monkeypatch):
    """Both processes use the folder of the environment; what the other compiled is found on disk."""
    words = json.dumps([["fitcli.kernels.slide", "halo", ["f8x4", "f8x4", "i", "i"]]])
    monkeypatch.setenv("FITCLI_CACHE_DIR", str(tmp_path))
    subprocess.run([sys.executable, "-c", precompile._PROGRAM], input=words, text=True, check=True, timeout=120)
    (entry,) = tmp_path.rglob("*.o")
    assert entry.stem == "fitcli_kernels_slide_halo__f8x4_f8x4_i_i"
    assert halo.name == "halo"


def test_a_process_that_cannot_start_is_no_error(monkeypatch):
    def refuse(*_, **__):
        raise OSError("no more processes")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    precompile.compile_together([(pack, (str(i),)) for i in range(20)])
