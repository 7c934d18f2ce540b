"""Blocking calls on threads that nobody waits for: a name service that hangs must not hold up an end."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class DetachedExecutor(ThreadPoolExecutor):
    """Runs each call on a daemon thread of its own.

    Python's own executor waits for its threads when the loop closes and again when the program ends, and a look-up
    of a name can hang for a minute. The loop takes nothing but a ThreadPoolExecutor.
    """

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Start the call; its result, or what it raised, is in the future."""
        future: Future[T] = Future()

        def call() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001 (whoever waits for the future gets it)
                future.set_exception(error)

        threading.Thread(target=call, name="cpwatch-detached", daemon=True).start()
        return future

    def shutdown(self, *_: Any, **__: Any) -> None:
        """Wait for nobody."""


def use_detached_threads() -> None:
    """Let the running loop look up names, and do whatever else blocks, on threads that nobody waits for."""
    asyncio.get_running_loop().set_default_executor(DetachedExecutor())
