"""What the doctor says of model, timer and neighbours, and how its checks are done."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.app.doctor import examine as examining
from bridge.app.doctor.apart import apart, read
from bridge.app.doctor.examine import CHECKS, Check, examine
from bridge.app.doctor.finding import (
    Finding,
    Order,
    as_json,
    as_text,
    could_play,
    from_json,
    to_json,
)
from bridge.app.doctor.model import examine_model, judged_model
from bridge.app.doctor.neighbours import ask_antiphon, examine_live, examine_osc
from bridge.app.doctor.running import clock_of, late_of, live_of, midi_of, model_of, osc_of
from bridge.app.doctor.timer import judged_rights, judged_sleeps, lateness
from bridge.app.engine.pace import Pace
from bridge.control.packets import read as read_packet
from bridge.control.packets import write

MODELS = Path(__file__).parents[2] / "models" / "onnx"


def udp(port: int = 0) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", port))
    return sock


@pytest.fixture
def free() -> int:
    with udp() as sock:
        return int(sock.getsockname()[1])


def marks(*found: Finding) -> list[str]:
    assert all(bool(each.do) == (each.mark != "ok") for each in found)
    return [each.mark for each in found]


@pytest.mark.parametrize(
    ("provider", "seconds", "mark"),
    [
        ("CPU", 0.0005, "ok"),
        ("CUDA", 0.0005, "ok"),
        ("CPU (wanted CUDA: no driver)", 0.0005, "note"),
        ("CPU", 0.06, "note"),
        ("CPU", 0.2, "wrong"),
    ],
)
def test_a_model_must_be_quick_and_where_it_was_wanted(
    provider: str, seconds: float, mark: str
) -> None:
    assert marks(judged_model("swing", provider, Pace(seconds, seconds, seconds))) == [mark]


def test_the_shipped_model_is_loaded_and_timed() -> None:
    [found] = examine_model(Order(models=MODELS, model="note-lstm", device="cpu"))
    assert found.says.startswith("note-lstm on CPU, ")
    assert "ms a note" in found.says


def test_a_model_that_is_not_there_is_wrong(tmp_path: Path) -> None:
    assert marks(*examine_model(Order(models=tmp_path, model="swing"))) == ["wrong"]


def test_the_lateness_of_sleeps_is_what_they_took_too_long() -> None:
    seconds = iter([0.0, 0.004] * 300)
    late = lateness(now=lambda: next(seconds), rest=lambda _: None)
    assert late == pytest.approx([0.001] * 300)


@pytest.mark.parametrize(("late", "mark"), [(0.0005, "ok"), (0.005, "note"), (0.05, "note")])
def test_late_sleeps_are_worth_a_note(late: float, mark: str) -> None:
    assert marks(judged_sleeps([late] * 300)) == [mark]


def test_rights_that_are_not_given_are_worth_a_note_where_there_are_such_rights() -> None:
    assert marks(judged_rights("linux", allowed=True)) == ["ok"]
    assert marks(judged_rights("linux", allowed=False)) == ["note"]
    assert marks(judged_rights("darwin", allowed=False)) == ["ok"]


def test_an_osc_port_is_free_or_taken(free: int) -> None:
    assert marks(*examine_osc(Order(osc_port=free))) == ["ok"]
    with udp(free):
        [found] = examine_osc(Order(osc_port=free))
    assert marks(found) == ["wrong"]
    assert f"port {free} is taken" in found.says
    assert marks(*examine_osc(Order(osc_port=0))) == ["ok"]


def test_nobody_on_a_port_is_nobody_to_ask(free: int) -> None:
    assert ask_antiphon(free, 0.05) is None
    assert ask_antiphon(0) is None


@pytest.fixture
def talker() -> Iterator[Any]:
    """Answer each message on a port by what a table says, to the sender or a fixed port."""
    socks: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def start(answers: dict[str, Any], to: int = 0) -> int:
        sock = udp()
        socks.append(sock)

        def serve() -> None:
            while True:
                data, sender = sock.recvfrom(4096)
                if not data:
                    return
                address, arguments = read_packet(data)
                for back, values in answers.get(address, lambda _: [])(arguments):
                    sock.sendto(write(back, values), ("127.0.0.1", to or sender[1]))

        threads.append(threading.Thread(target=serve, daemon=True))
        threads[-1].start()
        return int(sock.getsockname()[1])

    yield start
    for sock, thread in zip(socks, threads, strict=True):
        with udp() as last:
            last.sendto(b"", sock.getsockname())
        thread.join(2)
        sock.close()


def test_live_is_known_by_its_version(talker: Any, free: int) -> None:
    port = talker(
        {
            "/live/test": lambda _: [("/live/test", ("ok",))],
            "/live/application/get/version": lambda _: [("/live/application/get/version", (12, 1))],
        },
        free,
    )
    assert examine_live(Order(live_ports=(port, free))) == [
        Finding("Live", "ok", "AbletonOSC answers, Live 12.1")
    ]


def test_a_live_that_is_not_there_and_one_that_others_talk_to_are_worth_a_note(
    talker: Any, free: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.app.doctor.neighbours.LIVE_PATIENCE", 0.05)
    port = talker({})
    silent = examine_live(Order(live_ports=(port, free)))
    with udp(free):
        taken = examine_live(Order(live_ports=(port, free)))
    assert marks(*silent, *taken) == ["note", "note"]
    assert str(free) in taken[0].says


KNOWN: Any = {
    "state": ("armed",), "midi": ("ear", "mouth"), "fl": ("",), "live": ("",),
    "clock": ("midi", "locked", "MIDI clock started"), "transport": ("playing", 120.0, 4.0),
    "device": ("swing", "CPU"), "latency": (0.5, 0.7, 20.0), "late": (990, 0, 0, 0),
}  # fmt: skip


def test_an_antiphon_in_good_health_is_told_as_such() -> None:
    order = Order()
    found = [*osc_of(order, KNOWN), clock_of(KNOWN), *model_of(order, KNOWN)]
    assert marks(*found) == ["ok"] * 4
    assert "midi conducts" in found[1].says


@pytest.mark.parametrize(
    ("told", "mark"),
    [
        ({"transport": ("stopped", 120.0, 0.0)}, "note"),
        ({"clock": ("internal", "free", "no other clock yet")}, "note"),
        ({"clock": ("midi", "lost", "MIDI clock started")}, "note"),
    ],
)
def test_a_clock_that_is_not_followed_is_worth_a_note(told: Any, mark: str) -> None:
    assert marks(clock_of(KNOWN | told)) == [mark]


def test_an_antiphon_without_ports_cannot_be_played() -> None:
    assert marks(*midi_of(Order(), KNOWN | {"midi": ("", "")}))[0] == "wrong"


def test_notes_that_come_late_are_told() -> None:
    assert marks(*late_of(KNOWN | {"late": (90, 10, 0, 0)})) == ["note"]
    assert late_of(KNOWN | {"late": (0, 0, 0, 0)}) == []


def test_a_live_that_is_followed_is_not_asked_by_us(free: int) -> None:
    order = Order(live_ports=(free, free))
    assert marks(*live_of(order, KNOWN | {"live": ("97.5 BPM",)})) == ["ok"]
    assert marks(*live_of(order, KNOWN | {"live/follow": ("on",)})) == ["note"]


def test_an_antiphon_of_another_version_that_tells_less_is_no_trouble() -> None:
    found = [*osc_of(Order(), {}), *midi_of(Order(), {}), *model_of(Order(), {})]
    assert all(each.says for each in found)


def test_one_plays_only_where_nothing_is_wrong() -> None:
    fine, odd, bad = (Finding("x", mark, "y", "z") for mark in ("ok", "note", "wrong"))
    assert could_play([fine, odd])
    assert not could_play([fine, bad])
    assert as_json([fine, bad])["ready"] is False
    assert as_text([fine, odd]).endswith("ready to play")
    assert as_text([bad]).endswith("not ready: 1 thing is wrong")
    assert as_text([bad, bad]).endswith("2 things are wrong")


def test_an_order_is_the_same_after_its_journey() -> None:
    order = Order(api="jack", osc_port=1, live_ports=(2, 3), models=Path("here"))
    assert from_json(json.loads(json.dumps(to_json(order)))) == order


def test_a_check_apart_says_what_it_found() -> None:
    assert marks(*apart("midi")(Order(api="loopback"))) == ["ok"]


def test_a_check_apart_that_takes_too_long_is_ended() -> None:
    [found] = apart("midi", 0.01)(Order(api="loopback"))
    assert marks(found) == ["wrong"]
    assert "does not answer" in found.says


def test_a_check_apart_that_fails_says_its_last_complaint() -> None:
    [found] = read("midi", "", "Traceback\nImportError: no such thing\n")
    assert found.mark == "wrong"
    assert "ImportError: no such thing" in found.says


def test_all_checks_are_made_and_one_that_fails_takes_no_other_along(
    monkeypatch: pytest.MonkeyPatch, free: int
) -> None:
    def broken(_order: Order) -> list[Finding]:
        raise OSError("torn")

    row = Check("b", "", broken, lambda _o, _k: [], 1)
    fine = Check("a", "", lambda _: [Finding("a", "ok", "fine")], lambda _o, _k: [], 1)
    monkeypatch.setattr(examining, "CHECKS", (row, fine))
    found = examine(Order(osc_port=free))
    assert [(each.check, each.mark) for each in found] == [("b", "wrong"), ("a", "ok")]
    assert "OSError: torn" in found[0].says


def test_an_antiphon_without_an_osc_port_can_say_itself_what_it_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = tuple(check for check in CHECKS if check.name in ("MIDI", "model"))
    monkeypatch.setattr(examining, "CHECKS", table)
    found = {each.check: each for each in examine(Order(osc_port=0), KNOWN)}
    assert "'ear'" in found["ports"].says
    assert "swing on CPU" in found["model"].says


def test_every_check_says_what_it_is_about() -> None:
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    assert all(check.help for check in CHECKS)


def test_who_examines_loads_neither_numpy_nor_a_midi_driver() -> None:
    code = (
        "import sys, bridge.app.doctor.examine; print(sorted({'numpy', 'rtmidi'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
