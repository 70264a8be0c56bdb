"""An examination as plain numbers and words, for JSON and tables."""

from __future__ import annotations

from math import isfinite

from fitcli.autodiff.check.examine import Examination
from fitcli.autodiff.check.judge import CORRECT, KINK, NOISE
from fitcli.autodiff.check.order import Remainders


def row(name: str, op: str, done: Examination) -> dict:
    """One layer (or the whole loss). Errors are the worst of all directions and coordinates that settled something."""
    judged = {m: [getattr(p, m) for p in done.probes] for m in ("jvp", "vjp")}
    settled = {m: [j for j in js if j.verdict not in (KINK, NOISE)] for m, js in judged.items()}
    out = {
        "name": name,
        "op": op,
        "verdict": done.verdict,
        "jvp": max((j.error for j in settled["jvp"]), default=None),
        "vjp": max((j.error for j in settled["vjp"]), default=None),
        "transpose": done.adjoint,
        "resolution": max((j.resolution for j in settled["jvp"]), default=None),
        "order": order_words(done.orders[""]) if "" in done.orders else None,
        "deterministic": done.deterministic,
        "probes": len(done.probes),
        "kinks": sum(j.kinks for j in judged["jvp"]),
        "unsettled": [
            {"block": p.block, "index": p.index, "verdict": p.jvp.verdict, "differences_resolve": p.jvp.resolution}
            for p in done.probes if p.jvp.verdict != CORRECT and p.index is None
        ],
        "blocks": [{"name": b, "verdict": done.block(b), "order": order_words(done.orders.get(b))} for b in _blocks(done)],
        "findings": [vars(f) for f in done.findings],
        "remainders": {b: remainders(r) for b, r in done.orders.items()},
    }  # fmt: skip
    return out | ({"reason": done.reason} if done.reason else {})


def _blocks(done: Examination) -> list[str]:
    return list(dict.fromkeys(p.block for p in done.probes if p.block))


def order_words(r: Remainders | None) -> list | None:
    """Slopes of R₀, R₁, R₂: numbers, "exact" where nothing is left over, None where kinks or noise leave no range."""
    if r is None:
        return None
    return ["exact" if e else s and round(s, 2) for s, e in zip(r.slopes, r.exact, strict=True)]


def remainders(r: Remainders) -> dict:
    return {"h": list(r.h), "r0": list(r.r[0]), "r1": list(r.r[1]), "r2": list(r.r[2]), "floor": r.floor, "kinks": r.kinks}


def finite(x: float | None) -> bool:
    return x is not None and isfinite(x)
