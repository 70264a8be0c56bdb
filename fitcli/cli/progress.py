"""How work in progress is shown on stderr: a bar in a terminal, plain lines elsewhere."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

from fitcli.cli.output import plain, stderr_console, tell

REFRESH_SECONDS = 0.1
MORE = {"f1": "F1", "map": "mAP"}  # what is measured beside accuracy where an image may be of several classes


@contextlib.contextmanager
def counting(what: str, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A function (done, total) that keeps a bar of `what` up to date; does nothing outside a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.progress import Progress

    with Progress(console=stderr_console(), transient=True, redirect_stdout=False) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


class FitLines:
    """The events of a fit as plain lines: the start, the first step, every epoch."""

    def __init__(self) -> None:
        self.start: dict = {}
        self.first = True

    def __enter__(self) -> FitLines:
        return self

    def __exit__(self, *_) -> None:
        pass

    def line(self, text: str) -> None:
        tell(text)

    def __call__(self, event: dict) -> None:
        kind = event["event"]
        if kind == "start":
            self.start = event
            for warning in event.get("warnings", ()):
                self.line(f"warning: {plain(warning)}")
            self.line(_start_line(event))
        elif kind in ("compile", "rollback", "stop", "changed", "warning"):
            self.line(message_of(event))
        elif kind == "epoch":
            self.line(epoch_line(event, self.start))
        elif kind == "step":
            self.step(event)

    def step(self, event: dict) -> None:
        if self.first:
            self.first = False
            self.line(f"step {event['step']}/{self.start.get('steps', '?')}  loss {number(event.get('loss'))}")


class WarningLines(FitLines):
    """Of the events of a fit only what is wrong with it."""

    def __call__(self, event: dict) -> None:
        if event["event"] == "warning":
            super().__call__(event)


class FitBar(FitLines):
    """The events of a fit as a bar with loss, images per second and time left; epochs as lines above it."""

    def __enter__(self) -> FitBar:
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self.bar = Progress(
            TextColumn("epoch {task.fields[epoch]}", markup=False),
            BarColumn(),
            TextColumn("step {task.completed:.0f}/{task.total:.0f}", markup=False),
            TextColumn("loss {task.fields[loss]}  {task.fields[rate]}", markup=False),
            TimeRemainingColumn(),
            TextColumn("left", markup=False),
            console=stderr_console(), refresh_per_second=5, transient=True, redirect_stdout=False,
        )  # fmt: skip
        self.task = None
        self.shown = float("-inf")
        self.rate = self.steps = self.seconds = 0.0
        self.bar.start()
        return self

    def __exit__(self, *_) -> None:
        self.bar.stop()

    def line(self, text: str) -> None:
        self.bar.console.print(text, soft_wrap=True)

    def step(self, event: dict) -> None:
        now = time.monotonic()
        if self.task is None:
            done = event["step"] - 1
            fields = {"epoch": "", "loss": "", "rate": ""}
            self.task = self.bar.add_task("", total=self.start.get("steps"), completed=done, **fields)
        self.steps, self.seconds = self.steps + 1, self.seconds + event.get("seconds", 0.0)
        last = event["step"] == self.start.get("steps")
        if now - self.shown < REFRESH_SECONDS and not last:  # a step can be shorter than drawing it
            return
        self.shown = now
        if self.seconds > 0:
            new = self.steps * images_per_step(self.start) / self.seconds
            self.rate = 0.7 * self.rate + 0.3 * new if self.rate else new
            self.steps = self.seconds = 0.0
        rate = f"{self.rate:,.0f} images/s" if self.rate else ""
        epoch = f"{event.get('epoch')}/{self.start.get('epochs')}"
        self.bar.update(self.task, completed=event["step"], epoch=epoch, loss=number(event.get("loss")), rate=rate)


def fit_view(quiet: bool) -> contextlib.AbstractContextManager[Callable[[dict], None]]:
    """What shows the events of a fit here: enter it, and call it with every event."""
    if quiet:
        return WarningLines()
    return FitBar() if sys.stderr.isatty() else FitLines()


def message_of(event: dict) -> str:
    """What an event that carries a message says."""
    text = plain(event["message"])
    return f"warning: {text}\n  try: {plain(event['hint'])}" if event["event"] == "warning" else text


def number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.2f} %"


def images_per_step(start: dict) -> float:
    return start.get("images", 0) * start.get("epochs", 0) / max(start.get("steps", 0), 1)


def epoch_line(event: dict, start: dict) -> str:
    """`epoch 3/20  train loss 0.4123  val loss 0.3921  val accuracy 86.50 %  3,450 images/s  12.3 s`"""
    parts = [f"epoch {event['epoch']}/{start.get('epochs', '?')}", f"train loss {number(event.get('train_loss'))}"]
    if event.get("val_loss") is not None:
        parts.append(f"val loss {number(event['val_loss'])}")
    if event.get("val_accuracy") is not None:
        parts.append(f"val accuracy {percent(event['val_accuracy'])}")
    parts += [f"val {name} {percent(event[f'val_{key}'])}" for key, name in MORE.items() if f"val_{key}" in event]
    seconds = event.get("seconds")
    if seconds:
        rate = event.get("images_per_s", start.get("images", 0) / seconds)
        parts += [f"{rate:,.0f} images/s", f"{seconds:.1f} s" if seconds >= 0.1 else f"{seconds:.2g} s"]
    return "  ".join(parts)


def _start_line(event: dict) -> str:
    words = (("images", "images"), ("parameters", "parameters"), ("epochs", "epochs"), ("steps", "steps"),
             ("threads", "threads"))  # fmt: skip
    classes = event.get("classes")
    count = classes if isinstance(classes, int) else len(classes or ())
    parts = [f"{event[key]:,} {word[:-1] if event[key] == 1 else word}" for key, word in words if key in event]
    resumed = [f"resumed after step {event['resumed_at']:,}"] if event.get("resumed_at") else []
    return ", ".join([*parts[:1], *([f"{count} classes"] if count else []), *parts[1:], *resumed])
