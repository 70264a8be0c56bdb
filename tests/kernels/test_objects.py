"""Object files: what is emitted can be loaded, with nothing of it visible but the one symbol."""

import ctypes
import os

import pytest

from fitcli.kernels import objects

TWICE = """
define i64 @"helper"(i64 %x) noinline {
  %y = add i64 %x, %x
  ret i64 %y
}
define i64 @"NAME"(i64 %x) {
  %y = call i64 @"helper"(i64 %x)
  ret i64 %y
}
"""


def function(name: str, text: str = TWICE):
    data = objects.emit(text.replace("NAME", name), name)
    return ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)(objects.load(data, name))


def test_an_object_is_emitted_and_loaded():
    assert function("test_objects_twice")(21) == 42


def test_helpers_of_two_objects_do_not_meet():
    """Both call theirs `helper`: each must get its own."""
    thrice = TWICE.replace("%y = add i64 %x, %x", "%y = mul i64 %x, 3")
    first, second = function("test_objects_a"), function("test_objects_b", thrice)
    assert (first(10), second(10)) == (20, 30)


@pytest.mark.parametrize("name", ["no_such_function", "NRT_Free", "numba_attempt_nocopy_reshape"])
def test_a_symbol_that_a_later_process_would_miss_is_refused(name):
    """Before the linker sees it, which would end the process; numba's own, because a later process may have no numba."""
    text = f'declare void @"{name}"(ptr)\ndefine void @"f"() {{\n call void @"{name}"(ptr null)\n ret void\n}}\n'
    with pytest.raises(RuntimeError, match=f"a kernel needs {name}: kernels may neither allocate nor raise"):
        objects.emit(text, "f")


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "deep" / "kernel.o"
    objects.write(path, b"first")
    objects.write(path, b"second")
    assert path.read_bytes() == b"second" and [p.name for p in path.parent.iterdir()] == ["kernel.o"]


def test_a_full_disk_is_no_reason_to_stop(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    objects.write(tmp_path / "kernel.o", b"object")
    assert list(tmp_path.iterdir()) == []


def test_the_processor_is_named_with_its_features():
    assert len(objects.processor().split()) == 3
