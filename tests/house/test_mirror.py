"""Every source file has its test at the mirrored path: fitcli/ops/relu.py -> tests/ops/test_relu.py."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest


def is_trivial(text):
    """Docstring, imports and assignments: nothing that could be wrong by itself."""
    kinds = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
    body = ast.parse(text).body
    return all(isinstance(n, kinds) or (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)) for n in body)


def wanted(path, root):
    """The test's path: a package's __init__ is tested by the package's name, __main__ as main."""
    inside = path.relative_to(root / "fitcli")
    name = inside.parent.name if inside.stem == "__init__" else inside.stem.strip("_")
    return root / "tests" / inside.parent / f"test_{name}.py"


def test_every_source_file_has_its_test(tree, root):
    missing = [str(wanted(path, root).relative_to(root)) for path, (_, text) in tree.items()
               if not (path.stem == "__init__" and is_trivial(text)) and not wanted(path, root).is_file()]  # fmt: skip
    assert missing == []


def test_no_test_file_is_empty_of_tests(root):
    empty = []
    for path in sorted((root / "tests").rglob("test_*.py")):
        names = [n.name for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.FunctionDef)]
        if not any(name.startswith("test_") for name in names):
            empty.append(str(path.relative_to(root)))
    assert empty == []


def test_tests_live_beside_conftests_and_need_no_package(root):
    assert [str(p) for p in (root / "tests").rglob("__init__.py")] == []


@pytest.mark.parametrize(
    ("source", "test"),
    [
        ("fitcli/ops/relu.py", "tests/ops/test_relu.py"),
        ("fitcli/data/augment/flip.py", "tests/data/augment/test_flip.py"),
        ("fitcli/cli/__init__.py", "tests/cli/test_cli.py"),
        ("fitcli/__main__.py", "tests/test_main.py"),
        ("fitcli/model.py", "tests/test_model.py"),
    ],
)
def test_the_mirror(source, test):
    root = Path("/r")
    assert wanted(root / source, root) == root / test


def test_what_is_trivial():
    assert is_trivial('"""Doc."""\nfrom a import b\nX = b(1)\n__all__ = ["X"]\n')
    assert not is_trivial("def f():\n    pass") and not is_trivial("for x in y:\n    z(x)")
