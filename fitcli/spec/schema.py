"""The grammar of the spec as a JSON Schema (draft 7), for editors: generated from the dataclasses that read it."""

from __future__ import annotations

from typing import Annotated, Any

from fitcli.registry import Registry
from fitcli.spec.dump import as_plain
from fitcli.spec.hints import Setting, choice_of, item_of, optional, section_of, settings_of, split
from fitcli.spec.made import Made, made_of
from fitcli.spec.notes import notes_of, text_of

DRAFT = "http://json-schema.org/draft-07/schema#"


def spec_schema() -> dict:
    """The schema of a whole spec. Choices by name stand in `definitions`, for a layer may hold layers."""
    from fitcli.spec.settings import Spec

    writer = _Writer()
    root = writer.section(Spec)
    return {"$schema": DRAFT, "title": "A spec for fitcli", **root, "definitions": writer.definitions}


class _Writer:
    def __init__(self) -> None:
        self.definitions: dict[str, dict] = {}

    def value(self, hint: object) -> dict:
        """What may stand where a field has this hint; the same cases as `Reader.value`."""
        if (registry := choice_of(hint)) is not None:
            return _or_null(self.choice(registry), optional(hint))
        if (section := section_of(hint)) is not None:
            return self.section(section)
        if (item := item_of(hint)) is not None:
            array = {"type": "array", "items": self.value(item), **_lengths(hint)}
            made = made_of(hint)
            return _or_null({"anyOf": [array, self.made(made)]} if made else array, optional(hint))
        return _leaf(hint)

    def section(self, cls: type) -> dict:
        known = settings_of(cls)
        notes = notes_of(cls)
        required = [s.name for s in known.values() if s.required]
        schema: dict = {"type": "object" if required else ["object", "null"]}
        schema["properties"] = {name: self._setting(s, notes.get(name)) for name, s in known.items()}
        if required:
            schema["required"] = required
        return {**schema, "additionalProperties": False}

    def _setting(self, setting: Setting, note: str | None) -> dict:
        schema = self.value(setting.hint)
        if "$ref" in schema:  # what stands beside a $ref does not count in draft 7
            schema = {"allOf": [schema]}
        told = {"description": note} if note else {}
        if not setting.required:
            told["default"] = as_plain(setting.default)
        return {**schema, **told}

    def choice(self, registry: Registry) -> dict:
        if registry.kind not in self.definitions:
            self.definitions[registry.kind] = {}  # a layer that holds layers finds the name taken
            classes = {name: registry[name] for name in registry}
            alone = [name for name, cls in classes.items() if not any(s.required for s in settings_of(cls).values())]
            mapping = {
                "type": "object",
                "properties": {name: self._component(cls) for name, cls in classes.items()},
                "additionalProperties": False,
                "minProperties": 1,
                "maxProperties": 1,
            }
            self.definitions[registry.kind] = {"anyOf": [{"enum": alone}, mapping]}
        return {"$ref": f"#/definitions/{registry.kind}"}

    def made(self, made: Made) -> dict:
        """Components whose settings stand beside their name: {preset: resnet, depth: 20}."""
        forms = []
        for name in made.registry:
            cls = made.registry[name]
            section = self.section(cls)
            section["properties"] = {made.key: {"const": name}, **section["properties"]}
            section["required"] = [made.key, *section.get("required", [])]
            forms.append({**section, "type": "object", "description": text_of(cls)})
        self.definitions[made.registry.kind] = {"anyOf": forms}
        return {"$ref": f"#/definitions/{made.registry.kind}"}

    def _component(self, cls: type) -> dict:
        """What may stand behind `name:`."""
        told = {"description": text_of(cls)}
        known = list(settings_of(cls).values())
        if not known:
            return {"type": ["null", "object"], "maxProperties": 0, **told}
        forms = [self.section(cls)]
        if not any(setting.required for setting in known[1:]):
            forms.append(self.value(known[0].hint))
        return {"anyOf": forms, **told}


def _leaf(hint: object) -> dict:
    from pydantic import TypeAdapter

    return TypeAdapter(hint).json_schema()


def _lengths(hint: object) -> dict:
    schema = _leaf(Annotated[list[Any], *split(hint)[1]]) if split(hint)[1] else {}
    return {key: schema[key] for key in ("minItems", "maxItems") if key in schema}


def _or_null(schema: dict, null: bool) -> dict:
    return {"anyOf": [schema, {"type": "null"}]} if null else schema
