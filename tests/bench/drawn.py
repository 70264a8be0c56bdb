"""Random specs from the whole catalogue: small images, 1 to 4 layers with random settings, any loss.

Settings are drawn by their type and limits, so that a new layer or loss is in the draw as soon as it is registered. What
does not fit together is drawn again. Every layer leads its spec once before any leads a second one.
"""

from __future__ import annotations

from typing import Literal, get_args, get_origin

import numpy as np
from annotated_types import Ge, Gt, Le, Len, Lt, MinLen

from fitcli.errors import SpecError
from fitcli.layers import LAYERS
from fitcli.losses import LOSSES
from fitcli.model import Model, build_model
from fitcli.registry import registry_for
from fitcli.spec import Spec, parse_spec
from fitcli.spec.hints import flat, options, settings_of, split
from fitcli.spec.settings import FitSettings  # noqa: F401  (its module makes the registries known)

LABEL, MOST_NUMBERS = "a", 3000
_ENDS = (["flatten", {"dense": "classes"}], ["globalavgpool", {"dense": "classes"}], [{"dense": "classes"}])
_OPENERS = ("patches", "block", "flatten")
_TRIES = 2000


def draw(number: int, seed: int = 0) -> Spec:
    """Spec `number` of a series: the same for the same two numbers."""
    names = LAYERS.names()
    turn, place = divmod(number, len(names))
    leader = str(np.random.default_rng([seed, turn]).permutation(names)[place])
    rng = np.random.default_rng([seed, number, 1])
    for _ in range(_TRIES):
        layers = [_entry(rng, str(rng.choice(names)), 0) for _ in range(rng.integers(4))]
        layers.insert(rng.integers(len(layers) + 1), _entry(rng, leader, 0))
        if len(layers) < 4 and rng.random() < 0.4:  # few layers are at home without one of these before them
            layers.insert(0, _entry(rng, str(rng.choice(_OPENERS)), 0))
        if (spec := _spec(rng, layers)) is not None:
            return spec
    raise RuntimeError(f"no model with {leader} fits after {_TRIES} tries")


def _spec(rng: np.random.Generator, layers: list) -> Spec | None:
    """The spec with these layers, or None where they do not fit or are too large."""
    shape = (*map(int, rng.integers(3, 9, 2)), int(rng.choice([1, 3])))
    end = list(_ENDS[rng.choice(len(_ENDS), p=(0.6, 0.3, 0.1))])
    loss = _entry(rng, str(rng.choice(LOSSES.names())), 0, registry=LOSSES)
    text = {"seed": int(rng.integers(100)), "data": {"path": "nowhere", "image": {"size": list(shape[:2]), "channels": shape[2]}},
            "model": layers + end, "loss": loss}  # fmt: skip
    try:
        spec = parse_spec(as_yaml(text))
        model = build_model(spec, ("a", "b"), shape)
    except SpecError:
        return None
    return spec if _largest(model) <= MOST_NUMBERS else None


def _largest(model: Model) -> int:
    return max(int(np.prod(node.shape)) for node in model.graph.nodes)


def _entry(rng: np.random.Generator, name: str, depth: int, registry=LAYERS):
    """`name`, or `name: {setting: value, ...}`."""
    settings = {}
    for setting in settings_of(registry[name]).values():
        if setting.required or rng.random() < 0.5:
            settings[setting.name] = _value(rng, setting.name, setting.hint, setting.default, depth)
    return {name: settings} if settings else name


def _value(rng: np.random.Generator, name: str, hint, default, depth: int):
    inner, limits = split(hint)
    chosen = options(inner)
    inner, more = split(chosen[rng.integers(len(chosen))])
    limits = tuple(flat(limits + more))
    if inner is type(None):
        return None
    if get_origin(inner) is Literal:
        return get_args(inner)[rng.integers(len(get_args(inner)))]
    if get_origin(inner) is list:
        return _list(rng, name, get_args(inner)[0], limits, depth)
    if isinstance(inner, type) and (registry := registry_for(inner)) is not None:
        return str(rng.choice(registry.names())) if registry is not LAYERS else _entry(rng, _nested(rng, depth), depth + 1)
    if inner is bool:
        return bool(rng.integers(2))
    if inner is str:
        return LABEL
    return _number(rng, inner, limits, default)


def _list(rng: np.random.Generator, name: str, item, limits: tuple, depth: int) -> list:
    least = max((x.min_length for x in limits if isinstance(x, (Len, MinLen))), default=0)
    most = next((x.max_length for x in limits if isinstance(x, Len) and x.max_length), max(2, least))
    count = int(rng.integers(least, most + 1))
    if name == "order":
        return list(map(int, rng.permutation(count)))
    return [_value(rng, "", item, None, depth) for _ in range(count)]


def _nested(rng: np.random.Generator, depth: int) -> str:
    """A layer inside of another: not one that holds others where this one is held already."""
    names = [n for n in LAYERS if depth == 0 or not _holds_layers(n)]
    return str(rng.choice(names))


def _holds_layers(name: str) -> bool:
    return any("Layer" in str(s.hint) for s in settings_of(LAYERS[name]).values())


def _number(rng: np.random.Generator, kind: type, limits: tuple, default):
    low = max((x.ge if isinstance(x, Ge) else x.gt for x in limits if isinstance(x, (Ge, Gt))), default=-np.inf)
    high = min((x.le if isinstance(x, Le) else x.lt for x in limits if isinstance(x, (Le, Lt))), default=np.inf)
    if kind is int:
        return int(rng.integers(max(low + any(isinstance(x, Gt) for x in limits), 0), min(high, 5) + 1))
    if np.isfinite(low) and np.isfinite(high):
        return float(rng.uniform(low, high))
    size = abs(default) if isinstance(default, float) and default else 0.5
    value = float(size * 2 ** rng.uniform(-2, 2))
    if low == -np.inf:
        return value * float(rng.choice([-1, 1]))
    return max(value, low) if rng.random() < 0.9 or any(isinstance(x, Gt) for x in limits) else float(low)


def as_yaml(text) -> str:
    import yaml

    return yaml.safe_dump(text, sort_keys=False, default_flow_style=None)
