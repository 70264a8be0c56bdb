"""The step of one of fitcli's optimizers, as a fit takes it: the recorded update of all workers, without a gradient."""

from __future__ import annotations

import numpy as np
from measure import Job, Side, serve

COLUMNS = 1000  # pixels of the image that the weights are for
RATE = 1e-6
DENSE = "{dense: {units: classes, bias: false}}"


def element_wise() -> list[str]:
    """The optimizers whose step looks at each number by itself, and whose kernel is their own."""
    from fitcli.optim import OPTIMIZERS
    from fitcli.optim.wrapper import Wrapper

    classes = {name: OPTIMIZERS[name] for name in OPTIMIZERS}
    return [n for n, c in classes.items() if not issubclass(c, Wrapper) and not (c().whole_blocks or c().drives)]


class Steps(Side):
    def __init__(self, name: str, size: int, threads: int):
        from fitcli import __version__
        from fitcli.engine.trainer import Trainer
        from fitcli.model import build_model
        from fitcli.spec import parse_spec

        classes = max(2, size // COLUMNS)
        text = f"{{data: {{path: .}}, model: [flatten, {DENSE}], fit: {{optimizer: {name}, batch: {threads}}}}}"
        made = build_model(parse_spec(text), tuple(map(str, range(classes))), (COLUMNS // 10, 10, 1))
        self.trainer = Trainer(made, 0, threads)
        self.program = self.trainer.program(threads)
        rng = np.random.default_rng(0)
        for vector in (made.params.vector, self.program.gradient):
            vector[:] = rng.standard_normal(vector.size, np.float32)
        self.count = made.params.count
        self.about = {
            "version": __version__, "parameters": self.count, "workers": self.program.workers,
            "bytes": 4 * (3 + 2 * len(self.trainer.memory.states)),  # g, and p and every state there and back
            "compiles": bool(self.program.missing()),
        }  # fmt: skip
        self.number = 0
        self.step()

    def start(self, variant):
        return self.step

    def step(self) -> None:
        self.number += 1
        self.trainer.memory.begin(RATE, self.number)
        self.program.update()


def make(job: Job) -> Side:
    return Steps(job.workload, int(job.mode), job.threads)


if __name__ == "__main__":
    serve(make)
