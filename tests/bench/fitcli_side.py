"""The steps of a workload in fitcli: uint8 images in memory, converted inside the step."""

from __future__ import annotations

from measure import Job, Side, serve
from workload import MEAN, PREDICT_BATCH, STD, Workload
from workloads import WORKLOADS


def build(workload: Workload):
    """The workload's model with its initial weights."""
    from fitcli.model import Normalization, build_model
    from fitcli.spec import parse_spec

    channels = workload.image[2]
    norm = Normalization((MEAN,) * channels, (STD,) * channels)
    model = build_model(parse_spec(workload.spec, workload.name), workload.class_names, workload.image, norm)
    model.initialize(0)
    return model


def threads_setting(threads: int) -> int | None:
    """None, so that fitcli's own rule decides as for a user, unless fewer threads are asked for than there are."""
    from fitcli.engine.threads import usable_threads

    return None if threads >= usable_threads() else threads


def training_multiply_adds(graph, images: int) -> int:
    """Of one step: forward, the weights' gradient, and the input's where somebody asks for it."""
    wanted = graph.needs_gradient()
    total = 0
    for node in graph.nodes:
        if node.op is not None:
            passes = 1 + bool(node.trained) + any(x in wanted for x in node.inputs)
            total += passes * node.op.multiply_adds(*node.shapes)
    return images * total


def roof(program, images: int, train: bool) -> dict:
    """What a step needs at least, for the table's floor."""
    from roofline import moved_bytes, needed_multiply_adds

    return {"needed": needed_multiply_adds(program.graph, images, train), "bytes": moved_bytes(program.graph, images, train)}


class Training(Side):
    def __init__(self, workload: Workload, threads: int | None):
        from fitcli import __version__
        from fitcli.engine.trainer import Trainer

        self.model = build(workload)
        self.trainer = Trainer(self.model, 0, threads)
        self.images, self.labels = workload.data(workload.batch)
        self.initial = {name: array.copy() for name, array in self.trainer.arrays().items()}
        program = self.trainer.program(workload.batch)
        self.about = {
            "version": __version__, "parameters": self.model.params.count, "workers": program.workers,
            "multiply_adds": training_multiply_adds(self.model.graph, workload.batch),
            "compiles": bool(program.missing()), **roof(program, workload.batch, True),
        }  # fmt: skip
        self._last = self.trainer.descend(self.images, self.labels, 1e-3)

    def start(self, variant):
        self.trainer.restore(self.initial, 0)
        return self.step

    def step(self) -> None:
        self._last = self.trainer.descend(self.images, self.labels, 1e-3)

    def found(self):
        return {"loss": self._last.loss}


class Prediction(Side):
    def __init__(self, workload: Workload, threads: int | None):
        from fitcli import __version__
        from fitcli.engine.evaluator import Evaluator

        model = build(workload)
        self.images, _ = workload.data(PREDICT_BATCH)
        self.evaluator = Evaluator(model, threads, PREDICT_BATCH)
        program = self.evaluator.program
        self.about = {
            "version": __version__, "parameters": model.params.count, "workers": program.workers,
            "multiply_adds": PREDICT_BATCH * model.graph.multiply_adds(), "compiles": bool(program.missing()),
            **roof(program, PREDICT_BATCH, False),
        }  # fmt: skip
        self.evaluator.probabilities(self.images)

    def start(self, variant):
        return lambda: self.evaluator.probabilities(self.images)


def make(job: Job) -> Side:
    kind = Prediction if job.predict else Training
    return kind(WORKLOADS[job.workload], threads_setting(job.threads))


if __name__ == "__main__":
    serve(make)
