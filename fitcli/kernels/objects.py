"""Object files of compiled entries: written by the process that compiles, loaded by all that follow.

Loading needs LLVM's linker only. Each file defines one symbol of its own; whatever else is in it is internal, so that
files made by different processes never meet.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from functools import cache
from pathlib import Path


@cache
def _binding():
    from llvmlite import binding

    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    return binding


@cache
def processor() -> str:
    """The CPU that objects are compiled for, with its features: part of the name of their folder."""
    binding = _binding()
    return f"{binding.get_process_triple()} {binding.get_host_cpu_name()} {binding.get_host_cpu_features().flatten()}"


def _machine():
    binding = _binding()
    target = binding.Target.from_default_triple()
    return target.create_target_machine(
        cpu=binding.get_host_cpu_name(), features=binding.get_host_cpu_features().flatten(), opt=3, codemodel="jitdefault", jit=True
    )  # fmt: skip


@cache
def _engine():
    binding = _binding()
    return binding.create_mcjit_compiler(binding.parse_assembly(""), _machine())


def emit(assembly: str, symbol: str) -> bytes:
    """The object file of a module of LLVM IR in which everything but `symbol` becomes internal."""
    binding = _binding()
    module = binding.parse_assembly(assembly)
    for value in (*module.functions, *module.global_variables):
        if value.is_declaration:
            _resolvable(value.name)
        elif value.name != symbol:
            value.linkage = "internal"
    return _machine().emit_object(module)


def _resolvable(name: str) -> None:
    # The linker ends the process when it misses a symbol: so it is never asked for one that is not there.
    if name.startswith("llvm."):
        return
    # numba's own symbols are known to the process that compiles, but not to one that only loads.
    if name.startswith(("numba_", "NRT_")) or _binding().address_of_symbol(name) is None:
        raise RuntimeError(f"a kernel needs {name}: kernels may neither allocate nor raise")


def load(data: bytes, symbol: str) -> int:
    """The address of `symbol` of an object file."""
    engine = _engine()
    engine.add_object_file(_binding().ObjectFileRef.from_data(data))
    engine.finalize_object()
    return engine.get_function_address(symbol)


def write(path: Path, data: bytes) -> None:
    """Two processes may write the same object at once: each renames its own finished file onto the name.

    A disk that is full costs the next start the compilation, and this one nothing.
    """
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.replace(temporary, path)
        except OSError:
            os.unlink(temporary)
