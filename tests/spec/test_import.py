"""What `fitcli --help` and spec errors must never wait for."""

import subprocess
import sys

import pytest

BLOCK = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name in {names}:
            raise AssertionError("imported " + name)
sys.meta_path.insert(0, Block())
"""


def run(names, code):
    return subprocess.run([sys.executable, "-c", BLOCK.format(names=names) + code], capture_output=True, text=True)


@pytest.mark.parametrize("name", ["pydantic", "yaml", "numpy", "numba", "PIL", "difflib", "pathlib"])
def test_importing_the_floor_is_cheap(name):
    done = run({name}, "import fitcli.spec")
    assert done.returncode == 0, done.stderr


def test_a_spec_error_needs_no_arrays():
    code = """
import fitcli.spec
try:
    fitcli.spec.parse_spec("data: {path: x}\\nmodel: [conw]\\nfit: {epochs: 0}")
except fitcli.errors.SpecError as error:
    print(len(error.problems))
print(fitcli.spec.dump_spec(fitcli.spec.parse_spec("data: {path: x}\\nmodel: [conv: 3]")).count("conv"))
"""
    done = run({"numba", "PIL", "matplotlib", "torch"}, code)
    assert done.stdout == "2\n1\n", done.stderr


def test_the_names_of_the_floor():
    import fitcli.spec

    assert all(hasattr(fitcli.spec, name) for name in fitcli.spec.__all__)
    assert fitcli.spec.Spec.__module__ == "fitcli.spec.settings"
    assert fitcli.spec.FitSettings.__module__ == "fitcli.spec.settings"
    assert not hasattr(fitcli.spec, "nothing")
