"""What two seconds of listening say of our ports, of the clock, of feedback and of FL's script."""

from __future__ import annotations

from bridge.app.doctor.finding import Finding, Order
from bridge.app.doctor.hearing import SECONDS, Listened, listen
from bridge.app.player.ports import open_ports
from bridge.core.devices import EXACT
from bridge.core.errors import BridgeError
from bridge.listen.limits import FASTEST, SLOWEST
from bridge.listen.pulse import SETTLED

NO_CLOCK = (
    "switch on clock (Sync) for that port in the DAW and press play; until then we keep a tempo of"
    " our own"
)
CONNECT = (
    "a port of ours lasts as long as its program: start antiphon run, connect the DAW, and let"
    " doctor ask it"
)
FL_ONLY = "only for FL Studio: antiphon setup fl, then docs/daw/fl.md"


def examine_midi(order: Order) -> list[Finding]:
    """Open the ports as a player would, listen, close them."""
    if order.api == "loopback":
        return [Finding("ports", "ok", "loopback: a built-in musician plays, and needs no port")]
    # jack-exact opens the same ports, and only adds a process in JACK's cycle.
    api = "jack" if order.api == EXACT else order.api
    try:
        ports = open_ports(api, "Antiphon", order.listen or None, order.play or None)
        try:
            heard = listen(ports)
        finally:
            ports.close()
    except BridgeError as error:
        return [Finding("ports", "wrong", str(error), _cure(order))]
    return [judged_ports(heard), judged_clock(heard), judged_loop(heard), judged_fl(heard)]


def _cure(order: Order) -> str:
    if order.listen or order.play:
        return "antiphon ports lists what there is; name it with --input and --output"
    return "mend that, or play without MIDI: antiphon jam"


def judged_ports(heard: Listened) -> Finding:
    """Tell whether our ports are ours alone."""
    opened = f"{heard.input!r} and {heard.output!r} can be opened"
    inputs, outputs = heard.others
    there = f"{opened}; of others {inputs} to listen to, {outputs} to play to"
    if not heard.twin:
        return Finding("ports", "ok", there)
    do = "end it, or name its OSC port with --osc-port"
    return Finding("ports", "note", f"{there}; another Antiphon has ports of these names", do)


def judged_clock(heard: Listened) -> Finding:
    """Tell whether a clock comes, and at what tempo."""
    if heard.ticks >= SETTLED and SLOWEST <= heard.bpm <= FASTEST:
        return Finding("clock", "ok", f"a MIDI clock comes, {heard.bpm:.1f} BPM")
    if heard.ticks:
        says = f"{heard.ticks} clock ticks came in {SECONDS:g} s, too few or too odd for a tempo"
        return Finding("clock", "note", says, "let one program alone send its clock to us")
    if heard.jack_bpm:
        return Finding("clock", "ok", f"JACK's transport rolls, {heard.jack_bpm:.1f} BPM")
    if heard.cabled is False:
        return Finding("clock", "note", f"nothing is connected to {heard.input!r} yet", CONNECT)
    says = f"no MIDI clock came to {heard.input!r} in {SECONDS:g} s"
    return Finding("clock", "note", says, NO_CLOCK)


def judged_loop(heard: Listened) -> Finding:
    """Tell whether what we send comes back to us."""
    if not heard.echoes:
        return Finding("loop", "ok", "what we send does not come back")
    if heard.one_cable:
        says = f"what we send to {heard.output!r} comes back, as one port for both ways must"
        return Finding("loop", "note", says, "two ports are safer: docs/daw/README.md")
    says = f"feedback: what we send to {heard.output!r} comes back to {heard.input!r}"
    do = "let the track You hear your keyboard alone, not all inputs, or it answers itself"
    return Finding("loop", "wrong", says, do)


def judged_fl(heard: Listened) -> Finding:
    """Tell whether FL Studio's controller script answers."""
    if heard.fl_version is not None:
        return Finding("FL", "ok", f"the script answers, API version {heard.fl_version}")
    if heard.fl_speaks:
        return Finding("FL", "ok", "the script tells its beat")
    return Finding("FL", "note", "FL Studio's script does not answer", FL_ONLY)
