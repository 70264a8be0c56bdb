"""The step of one of PyTorch's optimizers on one tensor: fused where it has that, and over a list (foreach)."""

from __future__ import annotations

from measure import Job, Side, Unavailable, serve
from steps_fitcli import RATE

SAME = {  # fitcli's name: PyTorch's, and its settings
    "gd": ("SGD", {}),
    "sgd": ("SGD", {}),
    "momentum": ("SGD", {"momentum": 0.9}),
    "nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "adagrad": ("Adagrad", {}),
    "adadelta": ("Adadelta", {}),
    "rmsprop": ("RMSprop", {}),
    "rprop": ("Rprop", {}),
    "adam": ("Adam", {}),
    "amsgrad": ("Adam", {"amsgrad": True}),
    "adamw": ("AdamW", {}),
    "adamax": ("Adamax", {}),
    "nadam": ("NAdam", {}),
    "radam": ("RAdam", {}),
}


class Steps(Side):
    def __init__(self, name: str, size: int, threads: int):
        if name not in SAME:
            raise Unavailable(f"PyTorch has no {name}")
        import torch

        torch.set_num_threads(threads)
        torch.manual_seed(0)
        kind, settings = SAME[name]
        self.ways = {}
        for way in ("fused", "foreach"):
            p = torch.nn.Parameter(torch.randn(size))
            p.grad = torch.randn(size)
            try:
                optimizer = getattr(torch.optim, kind)([p], lr=RATE, **settings, **{way: True})
                optimizer.step()
            except (RuntimeError, TypeError):
                continue  # this one has not been fused
            self.ways[way] = optimizer.step
        self.variants = tuple(self.ways)
        self.about = {"version": torch.__version__, "parameters": size}

    def start(self, variant):
        return self.ways[variant]


def make(job: Job) -> Side:
    return Steps(job.workload, int(job.mode), job.threads)


if __name__ == "__main__":
    serve(make)
