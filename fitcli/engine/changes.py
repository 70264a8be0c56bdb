"""What of its settings has changed when a fit goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator

from fitcli.engine.jsontext import dumps
from fitcli.spec import Spec
from fitcli.spec.dump import as_plain


def settings(spec: Spec) -> dict:
    """The spec as JSON has it, to be kept in a checkpoint."""
    return json.loads(dumps(as_plain(spec), exact=True))


def changed_event(step: int, old: dict, new: dict) -> dict | None:
    """{"event": "changed", "step", "changes": {"fit.epochs": [10, 20]}, "message"}; None where nothing has changed.

    A setting that was not there, or is not there any more, is null.
    """
    before, after = dict(_flat("", old)), dict(_flat("", new))
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    if not keys:
        return None
    found = {key: [before.get(key), after.get(key)] for key in keys}
    told = "; ".join(f"{key} from {dumps(a)} to {dumps(b)}" for key, (a, b) in found.items())
    return {"event": "changed", "step": step, "changes": found, "message": f"changed: {told}"}


def _flat(path: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _flat(f"{path}.{key}" if path else key, inner)
    elif isinstance(value, list) and any(isinstance(inner, dict) for inner in value):
        for index, inner in enumerate(value):
            yield from _flat(f"{path}[{index}]", inner)
    else:
        yield path, value
