"""A child that speaks the wire protocol and does as it is told, also badly.

    stand_in.py WHO FOLDER MANNERS --link FD --config JSON

Every message it hears is a line of FOLDER/WHO.log; `born CONFIG` and `farewell` mark its lives.
It tells of INPUTS and OUTPUTS, and cannot open a port that is called taken. On `trigger` it says
the lines of FOLDER/WHO.score; on `panic` it misbehaves as MANNERS say.
"""

import json
import select
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bridge.app.adopt import adopt
from bridge.core.events import Action, Alive, Attachable, Fault, Hello, ListPorts
from bridge.core.wire import decode, encode

WHO, FOLDER, MANNERS = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
LINK = adopt(sys.argv[sys.argv.index("--link") + 1])
CONFIG = sys.argv[sys.argv.index("--config") + 1]
INPUTS, OUTPUTS = ("keys", "taken harp"), ("synth", "taken organ")
FAULTS = {"no midi": 3, "no model": 4}


def note(line: str) -> None:
    with (FOLDER / f"{WHO}.log").open("a") as log:
        log.write(line + "\n")


def lives() -> int:
    return (FOLDER / f"{WHO}.log").read_text().count("born")


def leave(*_: object) -> None:
    note("farewell")
    sys.exit(0)


def misbehave() -> None:
    match MANNERS:
        case "crash":
            sys.exit("something broke inside")
        case "crash once" if lives() == 1:
            sys.exit("something broke inside")
        case "freeze once" if lives() == 1:
            time.sleep(60)
        case "babble once" if lives() == 1:
            LINK.sock.sendall(b'["Nonsense",1]\n')
            time.sleep(60)


def main() -> None:
    signal.signal(signal.SIGTERM, leave)
    note(f"born {CONFIG}")
    loopback = json.loads(CONFIG).get("api") == "loopback"
    if MANNERS in FAULTS and not loopback:
        LINK.send(Fault(WHO, FAULTS[MANNERS], f"{MANNERS} to be found"))
        sys.exit(FAULTS[MANNERS])
    ends = [json.loads(CONFIG).get(end) or "" for end in ("input", "output")]
    if taken := next((name for name in ends if "taken" in name), ""):
        LINK.send(Fault(WHO, 3, f"{taken!r} cannot be opened"))
        sys.exit(3)
    if MANNERS == "stillborn":
        sys.exit("ImportError: no such thing")
    LINK.send(Hello(WHO, ends[0] or f"{WHO} a", ends[1] or f"{WHO} b"))
    while not LINK.closed:
        select.select([LINK], [], [], 0.1)
        LINK.send(Alive(WHO, time.monotonic()))
        for message in LINK.receive():
            note(encode(message).decode().strip())
            if message == ListPorts():
                LINK.send(Attachable(INPUTS, OUTPUTS))
            if message == Action("trigger"):
                for line in (FOLDER / f"{WHO}.score").read_bytes().splitlines():
                    LINK.send(decode(line))
            if message == Action("panic"):
                misbehave()
    leave()


main()
