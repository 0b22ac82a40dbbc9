"""Who answers by OSC: an Antiphon that plays already, and Ableton Live."""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Mapping

from bridge.app.ableton.line import OscLine
from bridge.app.doctor.finding import Finding, Order
from bridge.control.packets import Arguments
from bridge.control.reach import LOOPBACK
from bridge.control.surfaces import ROOT
from bridge.core.errors import PortError

PING, LAST_PING = 6461, 6462  # numbers by which we know our pongs
PATIENCE = 0.5  # seconds for an answer on this machine
LIVE_PATIENCE = 1.5  # seconds: Live looks at its messages ten times a second, if it is not busy
LIVE_ONLY = "only for Ableton Live: install AbletonOSC, choose it as a Control Surface"

Known = Mapping[str, Arguments]  # readings and parameters of an Antiphon, by address below /jam/


def ask_antiphon(port: int, patience: float = PATIENCE) -> Known | None:
    """Return all that an Antiphon on a port knows; None where none answers."""
    known: dict[str, Arguments] = {}
    if not port:
        return None
    with OscLine(port) as line:
        line.send(f"{ROOT}ping", PING)
        until = time.monotonic() + patience
        answers = False
        while (heard := line.hear(until)) is not None:
            address, arguments = heard
            if address != f"{ROOT}pong":
                known[address.removeprefix(ROOT)] = arguments
            elif arguments == (PING,):
                answers = True
                line.send(f"{ROOT}dump")
                line.send(f"{ROOT}ping", LAST_PING)
            elif arguments == (LAST_PING,):
                break
    return known if answers else None


def examine_osc(order: Order) -> list[Finding]:
    """Tell whether our OSC port is free; nobody answered there as an Antiphon."""
    port = order.osc_port
    if not port:
        return [Finding("OSC", "ok", "off, as asked for")]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.bind((LOOPBACK, port))
        except OSError as error:
            return [judged_osc(port, taken=error.errno == errno.EADDRINUSE, why=str(error))]
    return [Finding("OSC", "ok", f"port {port} is free")]


def judged_osc(port: int, *, taken: bool, why: str) -> Finding:
    """Tell what keeps us from a port."""
    says = (
        f"port {port} is taken by a program that is no Antiphon"
        if taken
        else (f"port {port} cannot be used ({why})")
    )
    return Finding("OSC", "wrong", says, "end that program, or choose another with --osc-port")


def examine_live(order: Order) -> list[Finding]:
    """Tell whether AbletonOSC answers."""
    asks, hears = order.live_ports
    try:
        line = OscLine(asks, hears)
    except PortError:
        says = f"port {hears}, to which AbletonOSC answers, is taken by another program"
        return [Finding("Live", "note", says, "only for Ableton Live: end its other OSC client")]
    with line:
        line.send("/live/test")
        line.send("/live/application/get/version")
        until = time.monotonic() + LIVE_PATIENCE
        found = False
        while (heard := line.hear(until)) is not None:
            address, arguments = heard
            if address == "/live/application/get/version":
                version = ".".join(str(number) for number in arguments)
                return [Finding("Live", "ok", f"AbletonOSC answers, Live {version}")]
            if not found and address == "/live/test":
                found, until = True, min(until, time.monotonic() + PATIENCE)
    if found:
        return [Finding("Live", "ok", "AbletonOSC answers")]
    return [Finding("Live", "note", f"AbletonOSC does not answer on port {asks}", LIVE_ONLY)]
