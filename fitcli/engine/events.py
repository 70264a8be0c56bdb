"""What a fit tells of itself: the events that it yields, most of which are lines of log.jsonl. Counted from 1."""

from __future__ import annotations

from fitcli.engine.keep import Progress
from fitcli.engine.threads import usable_threads
from fitcli.engine.trainer import Step, Trainer


def start_event(trainer: Trainer, steps: int, images: int, warnings: list[str]) -> dict:
    """What is going to happen; not logged."""
    model = trainer.model
    return {
        "event": "start", "steps": steps, "epochs": model.spec.fit.epochs, "parameters": model.params.count,
        "images": images, "classes": list(model.classes), "threads": trainer.threads or usable_threads(),
        "resumed_at": trainer.step, "warnings": warnings,
    }  # fmt: skip


def step_event(number: int, epoch: int, step: Step, lr: float, seconds: float) -> dict:
    """A step, with the loss and the gradient's norm as they were before it moved; `epoch` is counted from 0."""
    return {
        "event": "step", "step": number, "epoch": epoch + 1, "loss": step.loss, "lr": lr, "grad_norm": step.gradient_norm,
        "seconds": seconds,
    } | step.more  # fmt: skip


def epoch_event(number: int, epoch: int, progress: Progress, images: int) -> dict:
    """The means over an epoch of so many images; `number` is that of its last step."""
    return {
        "event": "epoch", "epoch": epoch + 1, "step": number, "train_loss": progress.loss / images,
        "train_accuracy": progress.correct / images, "seconds": progress.seconds,
        "images_per_s": images / max(progress.seconds, 1e-9),
    }  # fmt: skip
