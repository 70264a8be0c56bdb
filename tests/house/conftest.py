"""The package as files and as syntax trees: nothing is imported to look at it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "fitcli"


@dataclass(frozen=True)
class Import:
    module: str  # "fitcli.ops.relu", "numpy.linalg"
    line: int
    typing_only: bool  # inside `if TYPE_CHECKING:`


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def _names(node: ast.AST, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        module = ".".join([*base, *([node.module] if node.module else [])])
        for alias in node.names:
            inner = f"{module}.{alias.name}"
            yield inner if _is_module(inner) else module
    elif isinstance(node, ast.Call) and "import_module" in ast.unparse(node.func) or (
        isinstance(node, ast.Call) and ast.unparse(node.func) == "__import__"
    ):
        if node.args and isinstance(node.args[0], ast.Constant):
            yield node.args[0].value


def find_imports(text: str, package: str) -> list[Import]:
    """Every import of a source, function bodies too; `package` is what relative imports start from."""
    found: list[Import] = []

    def walk(node: ast.AST, typing_only: bool) -> None:
        found.extend(Import(name, node.lineno, typing_only) for name in _names(node, package))
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            for child in node.body:
                walk(child, True)
            for child in node.orelse:
                walk(child, typing_only)
            return
        for child in ast.iter_child_nodes(node):
            walk(child, typing_only)

    walk(ast.parse(text), False)
    return found


@pytest.fixture(scope="session")
def imports():
    """imports(text, package) -> [Import(module, line, typing_only), …]."""
    return find_imports


@pytest.fixture(scope="session")
def tree():
    """{path: (dotted module, source text)} of the whole package."""
    return {path: (module_of(path), path.read_text()) for path in sources()}


@pytest.fixture(scope="session")
def imports_of(tree):
    """path -> its imports."""

    def look(path):
        module, text = tree[path]
        return find_imports(text, module if path.name == "__init__.py" else module.rpartition(".")[0])

    return look


@pytest.fixture(scope="session")
def root():
    return ROOT
