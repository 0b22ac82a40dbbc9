import asyncio
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Self

import pytest
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from bridge.app.hub import children
from bridge.app.hub.hub import Hub
from bridge.app.hub.plan import Plan
from bridge.control.osc_tcp import TcpPort
from bridge.control.snapshot import Snapshot
from tests.control.stage import perform

Heard = tuple[str, tuple[Any, ...]]


class Album:
    """A view that keeps every snapshot."""

    def __init__(self) -> None:
        self.shown: list[Snapshot] = []

    def show(self, snapshot: Snapshot) -> None:
        self.shown.append(snapshot)

    def close(self, snapshot: Snapshot) -> None:
        self.shown.append(snapshot)


class Surface:
    """A control surface: one UDP socket that sends to the hub and hears from it."""

    def __init__(self, port: int) -> None:
        self.server = ("127.0.0.1", port)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self._pings = 0

    def send(self, address: str, *arguments: Any) -> None:
        builder = OscMessageBuilder(address)
        for argument in arguments:
            builder.add_arg(argument)
        self.socket.sendto(builder.build().dgram, self.server)

    def throw(self, packet: bytes) -> None:
        self.socket.sendto(packet, self.server)

    def hear(self, seconds: float = 3.0) -> Heard:
        self.socket.settimeout(seconds)
        message = OscMessage(self.socket.recv(65536))
        return message.address, tuple(message.params)

    def hear_until(self, address: str) -> list[Heard]:
        """Return everything up to the first message at an address."""
        heard = [self.hear()]
        while heard[-1][0] != address:
            heard.append(self.hear())
        return heard

    def ask(self, address: str, *arguments: Any) -> Heard:
        self.send(address, *arguments)
        return self.hear()

    def settle(self) -> list[Heard]:
        """Return what came back for all that was sent before: a ping comes back last."""
        self._pings += 1
        self.send("/jam/ping", self._pings)
        heard = self.hear_until("/jam/pong")
        while heard[-1][1] != (self._pings,):
            heard += self.hear_until("/jam/pong")
        return heard[:-1]


class House:
    """A hub without children, running in a thread of its own."""

    def __init__(self, takes: Path, models: Path, port: int = 0, *, query_port: int = 0) -> None:
        self._ready = threading.Event()
        self._plan = Plan(
            osc_port=port or free_port(), query_port=query_port, takes=takes, models=models,
            presets=models / "presets", commands={},
        )  # fmt: skip
        self.port = self._plan.osc_port
        self.hub: Hub
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()))

    async def _live(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        self.hub = Hub(self._plan, Album())
        await self.hub.open()
        self._ready.set()
        await self._over.wait()
        await self.hub.close()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(5)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    @property
    def exchange(self) -> Any:
        """What obeys the hub's OSC."""
        return self.hub._surfaces._all[0]

    @property
    def tcp(self) -> Any:
        """The hub's port for OSC over TCP."""
        owners = [getattr(close, "__self__", None) for close in self.hub._surfaces._closing]
        return next(owner for owner in owners if isinstance(owner, TcpPort))

    def call(self, deed: Callable[[], object]) -> None:
        """Do something in the hub's own thread; it is done on return."""
        done = threading.Event()

        def do() -> None:
            deed()
            done.set()

        self._loop.call_soon_threadsafe(do)
        assert done.wait(5)


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    for name in ("swing", "note-transformer"):
        (folder / f"{name}.onnx").touch()
        (folder / f"{name}.json").touch()
    with House(folder / "takes", folder) as house:
        yield house


@pytest.fixture
def surface(house: House) -> Iterator[Surface]:
    surface = Surface(house.port)
    yield surface
    surface.socket.close()


@pytest.fixture
def new_surface() -> Iterator[Callable[[int], Surface]]:
    made: list[Surface] = []

    def make(port: int) -> Surface:
        made.append(Surface(port))
        return made[-1]

    yield make
    for surface in made:
        surface.socket.close()


class Cast:
    """Stand-in children and what they wrote down."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def commands(self, **manners: str) -> dict[str, tuple[str, ...]]:
        script = str(Path(__file__).with_name("stand_in.py"))
        return {
            who: (sys.executable, script, who, str(self.folder), manners.get(who, "good"))
            for who in ("player", "engine")
        }

    def log(self, who: str) -> list[str]:
        path = self.folder / f"{who}.log"
        return path.read_text().splitlines() if path.exists() else []

    def lives(self, who: str) -> list[list[str]]:
        """Return what was heard in each life, without the line that begins it."""
        lives: list[list[str]] = []
        for line in self.log(who):
            if line.startswith("born"):
                lives.append([])
            else:
                lives[-1].append(line)
        return lives

    def score(self, who: str, *lines: bytes) -> None:
        (self.folder / f"{who}.score").write_bytes(b"".join(lines))


@pytest.fixture
def cast(tmp_path: Path) -> Cast:
    return Cast(tmp_path)


def wait_for(true: Callable[[], object], seconds: float = 8.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


@pytest.fixture(name="wait_for")
def _wait_for() -> Callable[..., None]:
    return wait_for


@pytest.fixture(name="free_port")
def _free_port() -> int:
    return free_port()


@pytest.fixture
def play(cast: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a jam of stand-ins while a story is told; return the hub and what ended it."""
    monkeypatch.setattr(children, "GLANCE", 0.05)

    def play(
        story: Callable[[Hub], Awaitable[None]], **manners: str
    ) -> tuple[Hub, list[BaseException]]:
        plan = Plan(
            osc_port=0, takes=tmp_path / "takes", models=tmp_path, presets=tmp_path / "presets",
            commands=cast.commands(**manners),
        )  # fmt: skip
        return asyncio.run(perform(plan, story))

    return play
