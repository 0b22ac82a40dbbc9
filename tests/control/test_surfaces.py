import dataclasses
import math
from typing import Any

import pytest

from bridge.control import manual
from bridge.control.orders import Ping, Press, Show, Subscribe, Turn, Unsubscribe
from bridge.control.snapshot import Snapshot
from bridge.control.surfaces import READINGS, REPLIES, REQUESTS, reading, understand
from bridge.core import params
from bridge.core.errors import SettingError
from bridge.core.events import ACTIONS
from bridge.core.keys import KEY_NAMES
from bridge.core.params import BY_ADDRESS, PARAMS, Knob, Param, Settings, change

SNAPSHOT = Snapshot(settings=Settings())


def no_names(_of: str) -> tuple[str, ...]:
    return ()


@pytest.mark.parametrize(
    ("address", "arguments", "order"),
    [
        ("/jam/temperature", (1.5,), Turn("temperature", 1.5)),
        ("/jam/temperature", (1,), Turn("temperature", 1)),
        ("/jam/temperature", (), Show(("temperature",))),
        ("/jam/call/bars", (2.7,), Turn("call_bars", 2.7)),
        ("/jam/key", ("F#", "minor"), Turn("key", "F# minor")),
        ("/jam/key", ("F# minor",), Turn("key", "F# minor")),
        ("/jam/meter/unit", (8,), Turn("meter_unit", "8")),
        ("/jam/meter/unit", (8.0,), Turn("meter_unit", "8")),
        ("/jam/start", (), Press("start")),
        ("/jam/start", (1.0,), Press("start")),
        ("/jam/start", (0.0,), None),
        ("/jam/panic", (True,), Press("panic")),
        ("/jam/panic", (False,), None),
        ("/jam/state", (), Show(("state",))),
        ("/jam/state", ("armed",), None),
        ("/jam/error", (2, "unknown"), None),
        ("/jam/hello", ("Antiphon", "1"), None),
        ("/jam/get/call/silence", (), Show(("call/silence",))),
        ("/jam/get/clock/status", (), Show(("clock/status",))),
        ("/jam/list/keys", (), Show(("list/keys",))),
        ("/jam/ping", (7,), Ping(7)),
        ("/jam/subscribe", (), Subscribe(0, None)),
        ("/jam/subscribe", (9001,), Subscribe(9001, None)),
        ("/jam/subscribe", (9001.0, 30), Subscribe(9001, 30.0)),
        ("/jam/subscribe", (9001, 1e9), Subscribe(9001, 60.0)),
        ("/jam/unsubscribe", (), Unsubscribe(0)),
        ("/jam/unsubscribe", (9001,), Unsubscribe(9001)),
    ],
)
def test_messages_mean(address: str, arguments: tuple[Any, ...], order: object) -> None:
    assert understand(address, arguments) == order


@pytest.mark.parametrize(
    ("address", "arguments", "words"),
    [
        ("/jam/temprature", (), "did you mean /jam/temperature"),
        ("/jam", (), "unknown address"),
        ("/", (), "unknown address"),
        ("/live/tempo", (120,), "unknown address"),
        ("/jam/get/nothing", (), "unknown address"),
        ("/jam/list/secrets", (), "unknown address"),
        ("/jam/temperature", ("hot",), "takes one number"),
        ("/jam/temperature", (1.0, 2.0), "takes one number"),
        ("/jam/temperature", (math.nan,), "takes one number"),
        ("/jam/temperature", (math.inf,), "takes one number"),
        ("/jam/model", (3,), "takes text"),
        ("/jam/key", (math.nan,), "takes text"),
        ("/jam/quant", (True,), "takes text"),
        ("/jam/start", ("now",), "takes no arguments"),
        ("/jam/start", (1, 2), "takes no arguments"),
        ("/jam/ping", (), "takes i"),
        ("/jam/ping", ("x",), "takes i"),
        ("/jam/dump", (1,), "takes no arguments"),
        ("/jam/subscribe", (99999,), "1..65535"),
        ("/jam/subscribe", (-1,), "1..65535"),
        ("/jam/subscribe", (math.nan,), "1..65535"),
        ("/jam/subscribe", ("me",), "1..65535"),
        ("/jam/subscribe", (9001, math.nan), "Hz"),
        ("/jam/subscribe", (1, 2, 3), "takes"),
        ("/jam/unsubscribe", (1, 2), "takes"),
    ],
)
def test_nonsense_is_refused(address: str, arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(SettingError, match=words.replace(".", r"\.")):
        understand(address, arguments)


@pytest.mark.parametrize("address", ["/jam/nothing", "/jam/foo", "/foo", "/jam/x", "/1/fader1"])
def test_an_address_that_is_like_none_gets_no_hint(address: str) -> None:
    with pytest.raises(SettingError, match=f"^unknown address {address}$"):
        understand(address, ())


@pytest.mark.parametrize(
    ("address", "near"), [("/jam/get/botice", "notice"), ("/jam/call/ned", "call/end")]
)
def test_a_misspelt_address_gets_a_hint(address: str, near: str) -> None:
    with pytest.raises(SettingError, match=f"did you mean /jam/{near}\\?"):
        understand(address, ())


@pytest.mark.parametrize(
    ("api", "command"),
    [
        ("auto", 'antiphon calibrate --api auto --input "harp"'),
        ("loopback", ""),
    ],
)
def test_latency_is_measured_where_there_is_a_way_to_measure(api: str, command: str) -> None:
    """Given no MIDI, nothing is said: the command would refuse."""
    snapshot = dataclasses.replace(SNAPSHOT, api=api, chosen=("harp", ""))
    assert reading("latency/measure", snapshot, no_names) == (command,)


def test_no_address_means_two_things() -> None:
    addresses = [*BY_ADDRESS, *ACTIONS, *(r.address for r in READINGS), *REPLIES, *REQUESTS]
    assert len(set(addresses)) == len(addresses)


def test_dump_shows_every_parameter_and_every_reading() -> None:
    order = understand("/jam/dump", ())
    assert isinstance(order, Show)
    assert list(order.addresses) == [*BY_ADDRESS, *(r.address for r in READINGS)]


def test_every_reading_has_the_types_it_says() -> None:
    kinds = {"s": str, "i": int, "f": float}
    for shown in READINGS:
        values = reading(shown.address, SNAPSHOT, no_names)
        assert [type(v) for v in values] == [kinds[t] for t in shown.types.split()], shown.address


def test_every_parameter_reads_as_what_it_was_turned_to() -> None:
    for row in PARAMS.values():
        settings = change(Settings(), row.name, (*row.knob.choices, 1)[0])
        snapshot = Snapshot(settings=settings)
        assert reading(row.knob.address, snapshot, no_names) == (getattr(settings, row.name),)


def test_lists() -> None:
    assert reading("list/models", SNAPSHOT, lambda of: [of, "b"]) == ("models", "b")
    assert reading("list/keys", SNAPSHOT, no_names) == KEY_NAMES
    assert "drums" in reading("list/voices", SNAPSHOT, no_names)


def test_a_new_parameter_appears_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    row = Param("sparkle", float, 0.5, Knob("sparkle/dust", "How much it glitters", 0, 1))
    wider = dataclasses.make_dataclass(
        "Wider", [("sparkle", float, 0.5)], bases=(Settings,), frozen=True, kw_only=True
    )
    monkeypatch.setitem(PARAMS, "sparkle", row)
    monkeypatch.setitem(BY_ADDRESS, "sparkle/dust", row)
    monkeypatch.setattr(params, "Settings", wider)

    assert understand("/jam/sparkle/dust", (2.0,)) == Turn("sparkle", 2.0)
    settings = change(wider(), "sparkle", 2.0)
    snapshot = Snapshot(settings=settings)
    assert reading("sparkle/dust", snapshot, no_names) == (1.0,)
    assert "sparkle/dust" in understand("/jam/dump", ()).addresses  # type: ignore[union-attr]
    assert "| `/jam/sparkle/dust` | number | 0 to 1 | 0.5 |" in manual.page()


def test_the_manual_is_up_to_date() -> None:
    manual.update(check=True)


def test_a_stale_manual_is_noticed(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manual, "PAGE", tmp_path / "docs" / "parameters.md")
    with pytest.raises(SettingError, match="out of date"):
        manual.update(check=True)
    manual.update(check=False)
    manual.update(check=True)
    manual.PAGE.write_text("old")
    with pytest.raises(SettingError, match="antiphon docs"):
        manual.update(check=True)


def test_the_manual_tells_of_every_address() -> None:
    page = manual.page()
    for name in (*BY_ADDRESS, *ACTIONS, *(r.address for r in READINGS), *REPLIES, *REQUESTS):
        assert f"| `/jam/{name}` |" in page
    assert "|  |\n" not in page  # every row says what it does
