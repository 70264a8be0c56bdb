"""What can be written in a spec: every component of a registry with its settings, limits, defaults and equation."""

from __future__ import annotations

from fitcli.layers.presets.base import Preset
from fitcli.registry import Registry
from fitcli.spec.dump import as_plain, as_short
from fitcli.spec.hints import settings_of
from fitcli.spec.notes import notes_of, summary_of, text_of
from fitcli.spec.words import describe, show


def overview(registry: Registry) -> list[dict]:
    """[{"name", "settings", "summary"}] of all components, sorted by name."""
    return [
        {"name": name, "settings": list(settings_of(registry[name])), "summary": summary_of(registry[name])}
        for name in registry
    ]


def details(registry: Registry, name: str) -> dict:
    """{"name", "kind", "text", "forms", "settings": [{"setting", "allowed", "default", "note"}]} of one component.

    A setting without a default has to be given; its default is told as None, and "required" is true. A preset has
    "layers" too, those of its default settings.
    """
    cls = registry[name]
    notes = notes_of(cls)
    settings = [
        {
            "setting": setting.name,
            "allowed": describe(setting.hint),
            "required": setting.required,
            "default": None if setting.required else as_plain(setting.default),
            "note": notes.get(setting.name, ""),
        }
        for setting in settings_of(cls).values()
    ]
    found = {"name": name, "kind": registry.kind, "text": text_of(cls), "forms": forms(cls), "settings": settings}
    return found | ({"layers": [as_short(layer) for layer in cls().layers()]} if issubclass(cls, Preset) else {})


def forms(cls: type) -> list[str]:
    """The ways to write it: `name`, `name: value`, `name: {setting: value, ...}`; a preset has its own."""
    known = list(settings_of(cls).values())
    if issubclass(cls, Preset):
        told = "".join(f", {s.name}: {_example(s)}" for s in known[:2]) + (", ..." if known[2:] else "")
        return [f"model: {{preset: {cls.name}}}", *([f"model: {{preset: {cls.name}{told}}}"] if known else [])]
    found = [] if any(setting.required for setting in known) else [cls.name]
    if known and not any(setting.required for setting in known[1:]):
        found.append(f"{cls.name}: {_example(known[0])}")
    if known:
        shown = [s for s in known if s.required] or known[:1]
        more = ", ..." if len(known) > len(shown) else ""
        found.append(f"{cls.name}: {{{', '.join(f'{s.name}: {_example(s)}' for s in shown)}{more}}}")
    return found


def _example(setting) -> str:
    if setting.required or setting.default is None:
        return setting.name.upper()
    plain = as_plain(setting.default)
    return plain if isinstance(plain, str) else show(plain)
