"""Ctrl-C and SIGTERM while a fit runs: the first asks it to stop after its step, the second quits at once."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

from fitcli.cli.output import tell


class Stop:
    """Whether a stop has been asked for."""

    asked = False


@contextlib.contextmanager
def stop_signals() -> Iterator[Stop]:
    """Inside, signals only set `asked`; after the first one they act as always again."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():  # signals are the main thread's alone
        yield stop
        return
    before = {number: signal.getsignal(number) or signal.SIG_DFL for number in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def ask(number: int, frame: object) -> None:
        stop.asked = True
        restore()
        tell("\nstopping after this step; once more to quit at once")

    for number in before:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        restore()
