"""YAML text → a frozen, validated Spec, and back. Every mistake is found here, with file:line, before work starts."""

from fitcli.spec.load import load_spec, parse_spec

__all__ = ["FitSettings", "Spec", "dump_spec", "load_spec", "parse_spec"]


def __getattr__(name: str) -> object:
    """The rest on first use: the dataclasses cost what `fitcli --help` should not wait for."""
    import importlib

    if name in ("Spec", "FitSettings"):
        return getattr(importlib.import_module("fitcli.spec.settings"), name)
    if name == "dump_spec":
        return importlib.import_module("fitcli.spec.dump").dump_spec
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
