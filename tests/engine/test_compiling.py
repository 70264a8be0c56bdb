from types import SimpleNamespace

from fitcli.engine import compiling as module
from fitcli.engine.compiling import compiling


def test_what_several_programs_lack_is_compiled_once_and_told_before(monkeypatch):
    seen = []
    monkeypatch.setattr(module, "compile_together", lambda calls: seen.append(calls))
    one, other = (
        SimpleNamespace(missing=lambda calls=calls: calls, compile=lambda name=name: seen.append(name))
        for name, calls in (("one", ["a", "b"]), ("other", ["b", "c"]))
    )
    events = compiling([one, other])
    assert next(events)["kernels"] == 3 and seen == []
    assert list(events) == [] and seen == [["a", "b", "c"], "one", "other"]


def test_nothing_is_told_where_nothing_is_missing():
    seen = []
    ready = SimpleNamespace(missing=list, compile=lambda: seen.append("ready"))
    assert list(compiling([ready])) == [] and seen == ["ready"]
