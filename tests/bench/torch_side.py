"""The steps of a workload in PyTorch: float32 tensors in memory, in the mode that the job names.

Modes: default (NCHW), channels_last, compile (torch.compile of the module, channels_last for images). Training is timed
with the for-each and with the fused Adam; the faster counts.
"""

from __future__ import annotations

import os
import shutil

from measure import Job, Side, Unavailable, serve
from workload import PREDICT_BATCH, Workload
from workloads import WORKLOADS


def build(workload: Workload, job: Job):
    """(module, the callable to run, images, labels) in the job's mode."""
    import torch

    torch.set_num_threads(job.threads)
    torch.manual_seed(0)
    module = workload.torch_module()
    images, labels = workload.floats(PREDICT_BATCH if job.predict else workload.batch)
    x = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous()
    if job.mode != "default" and not workload.hidden:
        module = module.to(memory_format=torch.channels_last)
        x = x.contiguous(memory_format=torch.channels_last)
    run = module
    if job.mode == "compile":
        if not any(map(shutil.which, filter(None, (os.environ.get("CXX"), "g++", "clang++")))):
            raise Unavailable("no C++ compiler found")
        run = torch.compile(module)
    return module, run, x, torch.from_numpy(labels)


def about(module) -> dict:
    import torch

    return {"version": torch.__version__, "parameters": sum(p.numel() for p in module.parameters())}


class Training(Side):
    variants = ("foreach", "fused")

    def __init__(self, workload: Workload, job: Job):
        from torch import nn

        self.module, self.run, self.x, self.labels = build(workload, job)
        self.criterion = nn.CrossEntropyLoss()
        self.initial = {name: value.clone() for name, value in self.module.state_dict().items()}
        self.about = about(self.module)
        self.start("foreach")()

    def start(self, variant):
        import torch

        self.module.load_state_dict(self.initial)
        options = {"fused": True} if variant == "fused" else {}
        self.optimizer = torch.optim.Adam(self.module.parameters(), lr=1e-3, **options)
        return self.step

    def step(self) -> None:
        self.optimizer.zero_grad(set_to_none=True)
        self.last = self.criterion(self.run(self.x), self.labels)
        self.last.backward()
        self.optimizer.step()

    def found(self):
        return {"loss": self.last.item()}


class Prediction(Side):
    def __init__(self, workload: Workload, job: Job):
        self.module, self.run, self.x, _ = build(workload, job)
        self.module.eval()
        self.about = about(self.module)
        self.step()

    def start(self, variant):
        return self.step

    def step(self):
        import torch

        with torch.inference_mode():
            return torch.softmax(self.run(self.x), 1)


def make(job: Job) -> Side:
    kind = Prediction if job.predict else Training
    return kind(WORKLOADS[job.workload], job)


if __name__ == "__main__":
    serve(make)
