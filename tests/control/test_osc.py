import math
import socket
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pythonosc.udp_client import SimpleUDPClient

from bridge.control import callers, exchange
from bridge.control.osc import bound
from bridge.control.packets import write
from bridge.control.surfaces import READINGS
from bridge.core.errors import PortError
from bridge.core.events import Fault, Late, Pulse, Status
from bridge.core.params import PARAMS, Settings


def pulse_at(beat: float) -> Pulse:
    return Pulse(1.0, beat, 97.5, playing=True, source="midi", status="locked")


@pytest.fixture(autouse=True)
def as_new(house: Any, surface: Any) -> Iterator[None]:
    """Give the house its first settings and no subscribers."""
    yield
    first = house.hub.snapshot.__class__(settings=Settings(), osc_port=house.port)
    house.call(lambda: setattr(house.hub, "snapshot", first))
    house.call(house.exchange._subscribers.clear)
    surface.settle()


def test_every_parameter_is_set_and_echoed_and_read(surface: Any) -> None:
    for row in PARAMS.values():
        value = row.knob.choices[-1] if row.knob.choices else row.type(row.knob.high)
        if row.name == "model":
            value = "swing"
        address = f"/jam/{row.knob.address}"
        for reply in (
            surface.ask(address, value),
            surface.ask(address),
            surface.ask(f"/jam/get/{row.knob.address}"),
        ):
            assert reply == (address, (value,))
            assert isinstance(reply[1][0], row.type)
        low = row.type(row.knob.low)
        if row.type is not str:
            assert surface.ask(address, -1000.0) == (address, (pytest.approx(low),))


@pytest.mark.parametrize(
    ("address", "sent", "applied"),
    [
        ("/jam/temperature", (99.0,), 2.0),
        ("/jam/temperature", (-1,), pytest.approx(0.05)),
        ("/jam/response/bars", (3.6,), 4),
        ("/jam/seed", (2**40,), 2**31 - 1),
        ("/jam/seed", (-(2**62),), -1),
        ("/jam/key", ("f#", "MINOR"), "F# minor"),
        ("/jam/meter/unit", (8.0,), "8"),
        ("/jam/latency/offset", (400.0,), 250.0),
        ("/jam/latency/offset", (-400.0,), -250.0),
        ("/jam/late/limit", (300.0,), 200.0),
        ("/jam/late/policy", ("Snap",), "snap"),
    ],
)
def test_the_applied_value_comes_back(
    surface: Any, address: str, sent: tuple[Any, ...], applied: object
) -> None:
    assert surface.ask(address, *sent) == (address, (applied,))


@pytest.mark.parametrize(
    ("address", "sent", "words"),
    [
        ("/jam/tempo", (120.0,), "unknown address /jam/tempo"),
        ("/jam/temperature", ("hot",), "takes one number"),
        ("/jam/temperature", (math.nan,), "takes one number"),
        ("/jam/temperature", (math.inf,), "takes one number"),
        ("/jam/quant", ("3bar",), "quant cannot be '3bar'"),
        ("/jam/model", ("nobody",), "note-transformer, swing"),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(
    house: Any, surface: Any, address: str, sent: tuple[Any, ...], words: str
) -> None:
    where, (code, text) = surface.ask(address, *sent)
    assert (where, code) == ("/jam/error", 2)
    assert words in text
    assert house.hub.snapshot.settings == Settings()


def test_dump_tells_everything(surface: Any) -> None:
    surface.send("/jam/dump")
    told = [address for address, _ in surface.settle()]
    names = [row.knob.address for row in PARAMS.values()] + [r.address for r in READINGS]
    assert told == [f"/jam/{name}" for name in names]


def test_lists(surface: Any) -> None:
    assert surface.ask("/jam/list/models") == (
        "/jam/list/models",
        ("note-transformer", "swing"),
    )
    assert len(surface.ask("/jam/list/keys")[1]) == 96


def test_a_subscriber_is_greeted_and_told_everything_once(surface: Any) -> None:
    surface.send("/jam/subscribe")
    first, *rest = surface.settle()
    assert first[0] == "/jam/hello"
    assert first[1][0] == "Antiphon"
    assert len(rest) == len(PARAMS) + len(READINGS)
    surface.send("/jam/subscribe")
    assert surface.settle() == []  # a renewal


def test_subscribers_hear_what_others_turn(
    house: Any, surface: Any, new_surface: Callable[[int], Any]
) -> None:
    panel, fader = new_surface(house.port), surface
    fader.send("/jam/subscribe", panel.port)
    panel.settle()
    fader.send("/jam/top_p", 0.5)
    assert fader.settle() == [("/jam/top_p", (0.5,))]
    assert panel.settle() == [("/jam/top_p", (0.5,))]
    fader.send("/jam/unsubscribe", panel.port)
    fader.send("/jam/top_p", 0.25)
    fader.settle()
    assert panel.settle() == []


def test_one_who_turns_and_subscribes_hears_one_echo(surface: Any) -> None:
    surface.send("/jam/subscribe")
    surface.settle()
    surface.send("/jam/top_k", 5)
    assert surface.settle() == [("/jam/top_k", (5,))]


def test_how_punctual_the_notes_are_can_be_read(house: Any, surface: Any) -> None:
    late = Late(10, 2, 3, 0.05, 1, snapped=1)
    house.call(lambda: house.hub._take_in("player", late))
    assert surface.ask("/jam/late") == ("/jam/late", (7, 2, 1, 3))
    assert surface.ask("/jam/late/count") == ("/jam/late/count", (2, 3))


def test_subscribers_hear_what_the_jam_does(house: Any, surface: Any) -> None:
    surface.send("/jam/subscribe", 0, 60.0)
    surface.settle()
    pulse = pulse_at(8.0)
    status = Status("responding", 3, 4, 5, "", "swing", "CPU", 2.0, p95_ms=3.5, lead_ms=31.0)
    for message in (pulse, status):
        house.call(lambda m=message: house.hub._take_in("engine", m))
    told = dict(surface.hear_until("/jam/take"))
    assert told == {
        "/jam/state": ("responding",),
        "/jam/transport": ("playing", 97.5, 8.0),
        "/jam/bar": (3,),
        "/jam/clock": ("midi", "locked", ""),
        "/jam/clock/status": ("locked",),
        "/jam/device": ("swing", "CPU"),
        "/jam/latency": (2.0, 3.5, 31.0),
        "/jam/take": (3,),
    }
    house.call(lambda: house.hub._take_in("engine", Fault("engine", 4, "no such file")))
    assert surface.hear() == ("/jam/error", (4, "no such file"))


def test_feedback_comes_no_faster_than_asked_for(house: Any, surface: Any) -> None:
    surface.send("/jam/subscribe", 0, 10.0)
    surface.settle()
    house.call(lambda: house.hub._take_in("player", pulse_at(0.0)))
    surface.hear_until("/jam/transport")
    surface.settle()
    began = time.monotonic()
    for beat in range(1, 21):
        pulse = pulse_at(beat / 8)
        house.call(lambda p=pulse: house.hub._take_in("player", p))
    [told] = surface.hear_until("/jam/transport")
    assert told == ("/jam/transport", ("playing", 97.5, 2.5))  # only the last of twenty
    assert time.monotonic() - began > 0.05


def test_a_subscription_runs_out(
    surface: Any, house: Any, new_surface: Callable[[int], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "LEASE", 0.05)
    panel = new_surface(house.port)
    panel.send("/jam/subscribe")
    panel.settle()
    time.sleep(0.06)
    surface.ask("/jam/top_k", 9)
    assert panel.settle() == []


def test_subscribers_are_limited(house: Any, surface: Any) -> None:
    for port in range(20000, 20000 + callers.SUBSCRIBER_LIMIT):
        surface.send("/jam/subscribe", port)
    assert surface.settle() == []
    assert surface.ask("/jam/subscribe")[0] == "/jam/error"
    assert len(house.exchange._subscribers) == callers.SUBSCRIBER_LIMIT


def test_nobody_can_make_it_talk_to_itself(house: Any, surface: Any) -> None:
    assert surface.ask("/jam/subscribe", house.port)[0] == "/jam/error"


def test_the_feedback_of_another_antiphon_is_not_answered(surface: Any) -> None:
    surface.send("/jam/state", "armed")
    surface.send("/jam/error", 2, "unknown address")
    surface.send("/jam/transport", "playing", 120.0, 4.0)
    assert surface.settle() == []


def test_buttons_act_when_pressed_not_when_let_go(
    house: Any, surface: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pressed: list[str] = []
    monkeypatch.setattr(house.hub, "press", pressed.append)
    surface.send("/jam/start")
    surface.send("/jam/panic", 1.0)
    surface.send("/jam/panic", 0.0)
    assert surface.settle() == []
    assert pressed == ["start", "panic"]


def _bundle(at: float, *messages: bytes) -> bytes:
    tag = round((at + 2_208_988_800) * 2**32)
    sized = b"".join(struct.pack(">i", len(m)) + m for m in messages)
    return b"#bundle\0" + struct.pack(">Q", tag) + sized


def test_a_bundle_waits_for_its_time_and_holds_up_nobody(surface: Any) -> None:
    began = time.monotonic()
    surface.throw(_bundle(exchange._wall_seconds() + 0.3, write("/jam/top_k", (7,))))
    assert surface.settle() == []
    assert time.monotonic() - began < 0.25
    assert surface.hear() == ("/jam/top_k", (7,))
    assert time.monotonic() - began == pytest.approx(0.3, abs=0.2)


def test_a_bundle_of_the_year_2036_is_refused(surface: Any) -> None:
    surface.throw(_bundle(2_085_978_495.0, write("/jam/top_k", (7,))))
    [(address, (code, text))] = surface.settle()
    assert (address, code) == ("/jam/error", 2)
    assert "60 s ahead" in text


def test_bundles_that_wait_are_limited(
    surface: Any, house: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "WAITING_LIMIT", 2)
    ping = write("/jam/ping", (0,))
    surface.throw(_bundle(exchange._wall_seconds() + 0.2, ping, ping, ping))
    [(address, (_, text))] = surface.settle()
    assert address == "/jam/error"
    assert "waiting" in text
    assert [surface.hear(), surface.hear()] == [("/jam/pong", (0,))] * 2
    assert house.exchange._waiting == 0


def test_python_osc_as_a_client(house: Any) -> None:
    client: Any
    with SimpleUDPClient("127.0.0.1", house.port) as client:
        client.send_message("/jam/key", ["F#", "minor"])
        client.send_message("/jam/voice/answer", "bass")
        assert next(client.get_messages(3)).params == ["F# minor"]
        assert next(client.get_messages(3)).params == ["bass"]
    assert house.hub.snapshot.settings.key == "F# minor"


def test_a_taken_port_is_named(house: Any) -> None:
    with pytest.raises(PortError, match=rf"{house.port} is taken.*--osc-port"):
        bound(socket.SOCK_DGRAM, house.port, "127.0.0.1")


def test_a_burst_of_faders_is_not_lost(
    surface: Any, new_surface: Callable[[int], Any], house: Any
) -> None:
    faders = new_surface(house.port)  # hears nothing: its echoes would overflow its own socket
    for step in range(2000):
        faders.send("/jam/velocity/scale", step / 1000)
    surface.settle()
    assert house.hub.snapshot.settings.velocity_scale == pytest.approx(1.999)
