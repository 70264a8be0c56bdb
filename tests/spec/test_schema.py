"""The schema against the reader that it describes: what one takes the other takes."""

from pathlib import Path

import pytest

from fitcli.errors import SpecError
from fitcli.layers import LAYERS
from fitcli.spec import dump_spec, load_spec, parse_spec
from fitcli.spec.node import plain
from fitcli.spec.schema import spec_schema
from fitcli.spec.yaml import parse

CONFIGS = Path(__file__).parents[2] / "configs"
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def valid(schema, value, root):
    """Draft 7, as far as the schema uses it: so that the test needs no package."""
    if "$ref" in schema:
        return valid(root["definitions"][schema["$ref"].rpartition("/")[2]], value, root)
    known = {
        "type": lambda names: any(of_type(name, value) for name in ([names] if isinstance(names, str) else names)),
        "enum": lambda words: any(value == word and type(value) is type(word) for word in words),
        "const": lambda word: value == word and type(value) is type(word),
        "anyOf": lambda parts: any(valid(part, value, root) for part in parts),
        "allOf": lambda parts: all(valid(part, value, root) for part in parts),
        "minimum": lambda low: not number(value) or value >= low,
        "maximum": lambda high: not number(value) or value <= high,
        "exclusiveMinimum": lambda low: not number(value) or value > low,
        "exclusiveMaximum": lambda high: not number(value) or value < high,
        "items": lambda part: not isinstance(value, list) or all(valid(part, item, root) for item in value),
        "minItems": lambda n: not isinstance(value, list) or len(value) >= n,
        "maxItems": lambda n: not isinstance(value, list) or len(value) <= n,
        "minProperties": lambda n: not isinstance(value, dict) or len(value) >= n,
        "maxProperties": lambda n: not isinstance(value, dict) or len(value) <= n,
        "required": lambda names: not isinstance(value, dict) or set(names) <= set(value),
        "properties": lambda parts: not isinstance(value, dict)
        or all(valid(parts[key], value[key], root) for key in value if key in parts),
        "additionalProperties": lambda more: more
        or not isinstance(value, dict)
        or set(value) <= set(schema.get("properties", ())),
    }
    told = {"$schema", "title", "description", "default", "definitions"}
    assert set(schema) <= set(known) | told, set(schema) - set(known)
    return all(known[key](rule) for key, rule in schema.items() if key in known)


def number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def of_type(name, value):
    if name in ("integer", "number"):
        return isinstance(value, int if name == "integer" else int | float) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def as_read(text):
    return plain(parse(text, str, []))


@pytest.fixture(scope="module")
def schema():
    return spec_schema()


@pytest.mark.parametrize("path", sorted(CONFIGS.rglob("*.yaml")), ids=lambda path: path.stem)
def test_every_spec_of_the_project_is_valid_as_written_and_as_resolved(schema, path):
    for text in (path.read_text(), dump_spec(load_spec(path))):
        assert valid(schema, as_read(text), schema)


@pytest.mark.parametrize("path", sorted(CONFIGS.rglob("*.yaml")), ids=lambda path: path.stem)
def test_an_independent_validator_agrees(schema, path):
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.validate(as_read(path.read_text()), schema, jsonschema.Draft7Validator)


GOOD = [
    "conv: 8",
    "conv: {filters: 8}",
    "conv: {filters: 8, kernel: [3, 5], padding: valid}",
    "conv: {filters: 8, padding: 2}",
    "dense: classes",
    "maxpool",
    "maxpool: 3",
    "maxpool: {size: 3, stride: null}",
    "relu",
    "relu:",
    "residual: [relu, residual: [relu]]",
    "residual: {layers: [relu], shortcut: [{conv: 3}]}",
    "dropout: 0",
]
BAD = [
    "conv",
    "conv: 0",
    "conv: 8.5",
    "conv: {kernel: 3}",
    "conv: {filters: 8, kernal: 3}",
    "conv: {filters: 8, padding: some}",
    "conv: {filters: 8, kernel: [1, 2, 3]}",
    "dense: all",
    "conw: 3",
    "conw",
    "relu: 3",
    "relu: {a: 3}",
    "conv: 8, relu: null",
    "residual: relu",
    "residual: [conw]",
    "dropout: 1",
    "dropout: true",
    "4",
]


@pytest.mark.parametrize(("entry", "good"), [*((text, True) for text in GOOD), *((text, False) for text in BAD)])
def test_layers(schema, entry, good):
    text = f"data: {{path: x}}\nmodel: [{{{entry}}}]" if ":" in entry else f"data: {{path: x}}\nmodel: [{entry}]"
    assert valid(schema, as_read(text), schema) is good
    if good:
        parse_spec(text)
    else:
        with pytest.raises(SpecError):
            parse_spec(text)


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("data: {path: x}\nmodel: [relu]\nfit:", True),
        ("data: {path: x}\nmodel: [relu]\nfit: {optimizer: {sgd: {lr: 0.1}}, schedule: cosine}", True),
        ("data: {path: x, image: {size: 8, channels: 1}}\nmodel: [relu]\nloss: mse", True),
        ("data: {path: x}\nmodel: [relu]\nfit: {optimizer: relu}", False),
        ("data: {path: x}\nmodel: [relu]\nfit: {epochs: 0}", False),
        ("data: {path: x}\nmodel: []", False),
        ("data: {path: x}\nmodel: {preset: resnet, depth: 20, width: 16}", True),
        ("data: {path: x}\nmodel: {preset: softmax_regression}", True),
        ("data: {path: x}\nmodel: {preset: resnet, dept: 20}", False),
        ("data: {path: x}\nmodel: {preset: resnet, depth: 3}", False),
        ("data: {path: x}\nmodel: {preset: resnett}", False),
        ("data: {path: x}\nmodel: {depth: 20}", False),
        ("data: {path: x}\nmodel: {conv: 3}", False),
        ("data: {path: x}", False),
        ("data: {path: x}\nmodel: [relu]\nlayers: 3", False),
        ("data: {path: x, image: {channels: 2}}\nmodel: [relu]", False),
        ("data: {}\nmodel: [relu]", False),
    ],
)
def test_sections(schema, text, good):
    assert valid(schema, as_read(text), schema) is good
    if good:
        parse_spec(text)
    else:
        with pytest.raises(SpecError):
            parse_spec(text)


def test_every_layer_is_described_with_its_defaults(schema):
    mapping = schema["definitions"]["layer"]["anyOf"][1]["properties"]
    assert sorted(mapping) == LAYERS.names()
    assert all(entry["description"] for entry in mapping.values())
    settings = mapping["maxpool"]["anyOf"][0]["properties"]
    assert settings["size"]["default"] == 2 and settings["stride"]["default"] is None
