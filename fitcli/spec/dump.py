"""Spec → YAML with every default written out, in the grammar it was read from."""

from __future__ import annotations

from dataclasses import is_dataclass
from functools import cache
from typing import TYPE_CHECKING

from fitcli.registry import registry_for
from fitcli.spec.hints import settings_of
from fitcli.spec.scalars import PATTERNS

if TYPE_CHECKING:
    from fitcli.spec.settings import Spec


def dump_spec(spec: Spec) -> str:
    """The resolved spec: stable, readable, and equal to `spec` when loaded again."""
    import yaml

    return yaml.dump(
        as_plain(spec), Dumper=_dumper(), sort_keys=False, allow_unicode=True, default_flow_style=None, width=110
    )


def scalar(text: str) -> str:
    """A text as it stands in YAML, quoted where it has to be, on one line."""
    import yaml

    flow = yaml.dump([text], Dumper=_dumper(), allow_unicode=True, default_flow_style=True, width=float("inf"))
    return flow.strip().removeprefix("[").removesuffix("]")


def as_plain(value: object) -> object:
    """Dataclasses → what YAML can say: a section is a mapping, a component is `name` or `{name: {settings}}`."""
    if isinstance(value, list | tuple):
        return [as_plain(item) for item in value]
    if not is_dataclass(value):
        return value
    settings = {name: as_plain(getattr(value, name)) for name in settings_of(type(value))}
    if registry_for(type(value)) is None:
        return settings
    return {value.name: settings} if settings else value.name


def as_short(value: object) -> object:
    """Like `as_plain`, without what is the default: relu, {conv: 32}, {conv: {filters: 32, bias: false}}."""
    if isinstance(value, list | tuple):
        return [as_short(item) for item in value]
    if not is_dataclass(value):
        return value
    known = settings_of(type(value))
    told = {name: as_short(getattr(value, name)) for name, s in known.items()
            if s.required or getattr(value, name) != s.default}  # fmt: skip
    if registry_for(type(value)) is None:
        return told
    alone = len(told) == 1 and next(iter(told)) == next(iter(known)) and not isinstance(next(iter(told.values())), dict)
    return {value.name: next(iter(told.values())) if alone else told} if told else value.name


def flow(value: object) -> str:
    """Plain values in one line of YAML, without the outer braces of a mapping."""
    import yaml

    text = yaml.dump(value, Dumper=_dumper(), sort_keys=False, allow_unicode=True, default_flow_style=True,
                     width=float("inf")).strip().removesuffix("\n...")  # fmt: skip
    return text[1:-1] if isinstance(value, dict) else text


@cache
def _dumper() -> type:
    """PyYAML's dumper with the scalars of YAML 1.2: a text is quoted where it would load as something else."""
    import yaml

    class Dumper(yaml.SafeDumper):
        yaml_implicit_resolvers: dict = {}

        def ignore_aliases(self, data: object) -> bool:
            return True

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
        style = None if value.isprintable() else '"'  # the only style that spells out every odd line break
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style)

    Dumper.add_representer(str, text)
    for kind, pattern in PATTERNS.items():
        Dumper.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", pattern, None)
    return Dumper
