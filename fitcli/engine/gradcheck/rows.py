"""An examination as plain numbers and words, for JSON and tables."""

from __future__ import annotations

from dataclasses import asdict

from fitcli.autodiff.check.examine import Examination
from fitcli.autodiff.check.findings import Finding
from fitcli.autodiff.check.judge import CORRECT, KINK, NOISE
from fitcli.autodiff.check.order import Remainders, Slope


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
        "blocks": _blocks(done),
        "findings": [finding(f) for f in done.findings],
        "remainders": {b: remainders(r) for b, r in done.orders.items()},
    }  # fmt: skip
    return out | ({"reason": done.reason} if done.reason else {})


def _blocks(done: Examination) -> list[dict]:
    names = dict.fromkeys(p.block for p in done.probes if p.block)
    return [{"name": b, "verdict": done.block(b), "order": order_words(done.orders.get(b))} for b in names]


def finding(f: Finding) -> dict:
    return asdict(f) | {"index": list(f.index), "output": list(f.output)}


def order_words(r: Remainders | None) -> list | None:
    """Slopes of R₀, R₁, R₂: numbers, "~1.9" through kinks, "exact" where nothing is left, None where noise hides it."""
    return r and [_slope(s) for s in r.slopes]


def _slope(s: Slope) -> float | str | None:
    if s.value is None:
        return "exact" if s.exact else None
    return f"~{s.value:.2f}" if s.bent else round(s.value, 2)


def remainders(r: Remainders) -> dict:
    return {
        "h": list(r.h),
        "r0": list(r.r[0]),
        "r1": list(r.r[1]),
        "r2": list(r.r[2]),
        "floor": r.floor,
        "kinks": r.kinks,
    }
