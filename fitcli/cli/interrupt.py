"""Ctrl-C, SIGTERM and a terminal that is closed while a fit runs: the first asks it to stop after its step, the second
quits at once."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator

from fitcli.cli.output import tell

_GRACE_SECONDS = 1.0  # to quit by an exception, which cleans up
_INTERRUPTED = 130
_STDERR = 2
_LOST = "quit within a step; what came after the last checkpoint is lost\n"
_SHOW_CURSOR = "\x1b[?25h"


class Stop:
    """Whether a stop has been asked for."""

    asked = False


@contextlib.contextmanager
def stop_signals() -> Iterator[Stop]:
    """Inside, signals only set `asked`; after the first one they act as always again.

    Python hears of a signal when compiled code returns, which a step may take a minute for. So a thread listens as well:
    it answers the first, and ends the process when it has not ended a second after the next.
    """
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():  # signals are the main thread's alone
        yield stop
        return
    before = {number: signal.getsignal(number) or signal.SIG_DFL for number in (signal.SIGINT, signal.SIGTERM)}
    if getattr(signal, "SIGHUP", None) and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup wants to go on
        before[signal.SIGHUP] = signal.getsignal(signal.SIGHUP) or signal.SIG_DFL

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def ask(number: int, frame: object) -> None:
        stop.asked = True
        restore()

    with _listening(set(before)):
        for number in before:
            signal.signal(number, ask)
        try:
            yield stop
        finally:
            restore()


@contextlib.contextmanager
def _listening(numbers: set[int]) -> Iterator[None]:
    heard, written = os.pipe()
    os.set_blocking(written, False)
    left = threading.Event()
    listener = threading.Thread(target=_listen, args=(heard, numbers, left), daemon=True)
    before = signal.set_wakeup_fd(written, warn_on_full_buffer=False)
    listener.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        left.set()
        os.close(written)
        listener.join()
        os.close(heard)


def _listen(heard: int, numbers: set[int], left: threading.Event) -> None:
    count = 0
    while data := os.read(heard, 1):
        if data[0] not in numbers:
            continue
        count += 1
        if count == 1:
            _say("\nstopping after this step; once more to quit at once")
        elif count == 2 and not left.wait(_GRACE_SECONDS):
            # past the bar, which would draw itself again and leave the cursor hidden
            _say(("\n" + _SHOW_CURSOR if os.isatty(_STDERR) else "") + _LOST, lambda text: os.write(_STDERR, text.encode()))
            os._exit(_INTERRUPTED)


def _say(text: str, how: Callable[[str], object] = tell) -> None:
    with contextlib.suppress(OSError):  # a terminal that is gone
        how(text)
