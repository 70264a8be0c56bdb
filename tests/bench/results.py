"""What a comparison found: plain data, so that it can be written as JSON and shown as a table."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from math import exp, log
from statistics import median

TORCH_MODES = ("default", "channels_last", "compile")
ALONE = "fitcli on one thread"


@dataclass
class Timing:
    """One side of one workload. `rounds`: by variant, the median ms of a step in each round. `error`: why it cannot."""

    rounds: dict[str, list[float]] = field(default_factory=dict)
    memory: int = 0  # bytes
    loss: float | None = None
    about: dict = field(default_factory=dict)
    error: str = ""

    @property
    def variant(self) -> str:
        """The fastest."""
        return min(self.rounds, key=lambda name: median(self.rounds[name]))

    @property
    def times(self) -> list[float]:
        """Of the fastest variant, ms in each round; empty when it did not run."""
        return [] if self.error or not self.rounds else self.rounds[self.variant]

    @property
    def ms(self) -> float:
        return median(self.times)


@dataclass
class Result:
    """One workload: its sides by name ("fitcli", "default", …, "sklearn"), or why it could not run at all."""

    name: str
    title: str
    images: int  # a step
    sides: dict[str, Timing] = field(default_factory=dict)
    others: float | None = None  # share of the CPUs that other processes had meanwhile
    error: str = ""
    interrupted: bool = False

    @property
    def speedup(self) -> float | None:
        """Of all threads over one."""
        alone = self.sides.get(ALONE, Timing())
        return alone.ms / self.fitcli.ms if alone.times and self.fitcli.times else None

    def floor(self, peak: float | None, bandwidth: float | None) -> float | None:
        """ms below which no step can be: its least multiply-adds at the peak, or its bytes at the memory's speed."""
        about = self.fitcli.about
        if not peak or not bandwidth or "needed" not in about:
            return None
        return 1e3 * max(about["needed"] / peak, about["bytes"] / bandwidth)

    @property
    def fitcli(self) -> Timing:
        return self.sides.get("fitcli", Timing())

    @property
    def multiply_adds(self) -> int | None:
        return self.fitcli.about.get("multiply_adds")

    @property
    def torch(self) -> Timing | None:
        """PyTorch's fastest mode."""
        ran = [self.sides[mode] for mode in TORCH_MODES if mode in self.sides and self.sides[mode].times]
        return min(ran, key=lambda side: side.ms, default=None)

    @property
    def torch_memory(self) -> int | None:
        """Of the mode that needs least."""
        return min((s.memory for m, s in self.sides.items() if m in TORCH_MODES and s.times), default=None)

    @property
    def ratio(self) -> float | None:
        """How many times longer PyTorch's fastest mode takes."""
        return self.torch.ms / self.fitcli.ms if self.torch and self.fitcli.times else None

    @property
    def ratios(self) -> list[float]:
        """The same round by round: what a busy machine does to both sides is not in it."""
        return [b / a for a, b in zip(self.fitcli.times, self.torch.times, strict=False)] if self.ratio else []

    def rate(self) -> float | None:
        """fitcli's multiply-adds per second."""
        return self.multiply_adds / (1e-3 * self.fitcli.ms) if self.fitcli.times and self.multiply_adds else None


@dataclass
class Report:
    """A whole run. `peak`: the machine's multiply-adds per second on all threads, `bandwidth`
    the bytes per second that its memory copies: the best seen."""

    machine: dict
    predict: bool
    peak: float | None = None
    bandwidth: float | None = None
    results: list[Result] = field(default_factory=list)

    @property
    def geometric_mean(self) -> float | None:
        ratios = [result.ratio for result in self.results if result.ratio]
        return exp(sum(map(log, ratios)) / len(ratios)) if ratios else None

    def as_json(self) -> dict:
        derived = [{"ratio": r.ratio, "multiply_adds_per_s": r.rate(), "speedup": r.speedup,
                    "floor_ms": r.floor(self.peak, self.bandwidth)} for r in self.results]  # fmt: skip
        results = [asdict(result) | more for result, more in zip(self.results, derived, strict=True)]
        return asdict(self) | {"results": results, "geometric_mean": self.geometric_mean}
