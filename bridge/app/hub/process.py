"""The main process: `run` plays from the first pulse to the last, in one asyncio loop."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import Callable, Iterator

from bridge.app.hub.hub import Hub
from bridge.app.hub.lan import opened
from bridge.app.hub.plan import Plan
from bridge.app.hub.view import terminal_view
from bridge.app.places import check_writable


def run(plan: Plan) -> None:
    """Play until Ctrl-C, SIGTERM or the plan's seconds are over; raises BridgeError."""
    check_writable(plan.takes)
    # On Windows only this kind of loop can wait for our links.
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(_run(plan))


async def _run(plan: Plan) -> None:
    hub = Hub(plan, terminal_view(plain=plan.plain, opened=opened(plan)))
    stop = asyncio.Event()
    with _signals(stop.set):
        if plan.seconds:
            asyncio.get_running_loop().call_later(plan.seconds, stop.set)
        await hub.open()
        gc.freeze()  # what is loaded by now stays: looking it through would take some 20 ms
        lives = [asyncio.create_task(hub.crew.keep(who)) for who in plan.commands]
        ending = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([*lives, ending], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*lives, ending):
                task.cancel()
            results = await asyncio.gather(*lives, return_exceptions=True)
            await hub.close()
    for result in results:
        if isinstance(result, Exception):
            raise result


@contextlib.contextmanager
def _signals(stop: Callable[[], object]) -> Iterator[None]:
    """Call `stop` in the loop on Ctrl-C, SIGTERM and a closed terminal."""
    loop = asyncio.get_running_loop()
    if sys.platform == "win32":
        for number in (signal.SIGINT, signal.SIGBREAK):
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))
        yield
        return
    numbers = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup has it
        numbers.append(signal.SIGHUP)
    for number in numbers:
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
