import pytest

from fitcli.data import memory
from fitcli.data.memory import size_text, usable_memory


def test_the_memory_there_is(monkeypatch, tmp_path):
    whole = usable_memory()
    assert 1 << 26 < whole
    (tmp_path / "memory.max").write_text("123456789\n")
    monkeypatch.setattr(memory, "_GROUP_LIMITS", (str(tmp_path / "memory.max"), str(tmp_path / "none")))
    assert usable_memory() == 123456789
    (tmp_path / "memory.max").write_text("max\n")
    assert usable_memory() == whole


def test_a_limit_on_addresses(monkeypatch):
    resource = pytest.importorskip("resource")
    monkeypatch.setattr(resource, "getrlimit", lambda which: (1 << 40, 1 << 40))
    monkeypatch.setattr(memory, "_machine", lambda: 1 << 60)
    monkeypatch.setattr(memory, "_GROUP_LIMITS", ())
    assert 0 < usable_memory() < 1 << 40


def test_sizes_in_words():
    assert [size_text(n) for n in (0, 50_000_000, 123_456_789, 4 * 10**12)] == ["0.0 MB", "50.0 MB", "0.1 GB", "4,000.0 GB"]
