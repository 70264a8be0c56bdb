"""What the state in a checkpoint is made of. Its seal tells that it is as it was written, not that a fit has written it."""

from __future__ import annotations

_NUMBER = (int, float)
_ADVICE = {
    "first": _NUMBER, "norm": (*_NUMBER, type(None)), "least": _NUMBER, "flat": int, "loss": _NUMBER, "right": int,
    "images": int, "told": [str],
}  # fmt: skip
_EVENT = {"epoch": int}
_PROGRESS = {
    "loss": _NUMBER, "correct": int, "seconds": _NUMBER, "last": _EVENT, "observed": [(*_NUMBER, type(None))],
    "first": _NUMBER, "lowest": (*_NUMBER, type(None)), "rate": _NUMBER, "rollbacks": int, "best": _EVENT, "kept": _EVENT,
    "advice": _ADVICE,
}  # fmt: skip
_IDENTITY = {
    "settings": {}, "parameters": {str: [int]}, "classes": [str], "images": int, "data": str, "workers": int,
}  # fmt: skip
_STATE = _PROGRESS | {"log": int, "identity": _IDENTITY}
_OTHERS = {"spec": {}, "fitcli": str, "good": {"step": int, "progress": _PROGRESS}}


def check_state(state: dict, defaults: dict) -> None:
    """ValueError, with the place, where something is missing, too much, or of another type. `defaults`: of a Progress."""
    known = _STATE | {key: kind for key, kind in _OTHERS.items() if state.get(key) is not None}
    state = defaults | state
    if isinstance(good := state.get("good"), dict) and isinstance(good.get("progress"), dict):
        state = state | {"good": good | {"progress": defaults | good["progress"]}}
    if extra := state.keys() - _STATE.keys() - _OTHERS.keys():
        raise ValueError(f"{sorted(extra)[0]} is not known")
    _check(state, known, "state")
    if state["log"] < 0:
        raise ValueError(f"log is {state['log']}")


def _check(value: object, kind: object, path: str) -> None:
    if isinstance(kind, dict):
        if not isinstance(value, dict):
            raise _other(value, path)
        if not value and kind is _EVENT:
            return
        if kind is _ADVICE and "first" not in value:  # a rollback has made it forget all but what was told
            kind = {key: _ADVICE[key] for key in ("told",) if key in value}
        inner = dict.fromkeys(value, kind[str]) if str in kind else kind
        for key, wanted in inner.items():
            if key not in value:
                raise ValueError(f"{path}.{key} is missing")
            _check(value[key], wanted, f"{path}.{key}")
    elif isinstance(kind, list):
        if not isinstance(value, list):
            raise _other(value, path)
        for at, item in enumerate(value):
            _check(item, kind[0], f"{path}[{at}]")
    elif not isinstance(value, kind) or isinstance(value, bool):
        raise _other(value, path)


def _other(value: object, path: str) -> ValueError:
    shown = repr(value)
    return ValueError(f"{path} is {shown if len(shown) <= 40 else shown[:40] + '...'}")
