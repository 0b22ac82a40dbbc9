"""A second program in a Link session: LinkPython, built on the same library by other people.

It obeys lines on stdin and answers each with one line on stdout, by the second of this machine:

    tempo 97.5 | play | stop | look

    {"second": 1.0, "peers": 1, "tempo": 97.5, "phase": 1.25, "playing": true}

`peer.py BPM` begins a session at that tempo; the phase is in beats, of a bar of four.
"""

import json
import sys
import time

import link

QUANTUM = 4.0


def obey(session: link.Link, order: str, value: str) -> None:
    """Change the session as a line says."""
    state, now = session.captureSessionState(), session.clock().micros()
    match order:
        case "tempo":
            state.setTempo(float(value), now)
        case "play" | "stop":
            state.setIsPlaying(order == "play", now)
        case _:
            return
    session.commitSessionState(state)


def look(session: link.Link) -> dict[str, float]:
    """Return where the session is; the quickest of some looks."""
    found = []
    for _ in range(5):
        before = time.monotonic()
        now = session.clock().micros()
        after = time.monotonic()
        found.append((after - before, (before + after) / 2, now))
    _, second, now = min(found)
    state = session.captureSessionState()
    return {
        "second": second,
        "peers": session.numPeers(),
        "tempo": state.tempo(),
        "phase": state.phaseAtTime(now, QUANTUM),
        "playing": state.isPlaying(),
    }


def main() -> None:
    """Obey until stdin is closed."""
    session = link.Link(float(sys.argv[1]))
    session.enabled = True
    session.startStopSyncEnabled = True
    for line in sys.stdin:
        order, _, value = line.strip().partition(" ")
        obey(session, order, value)
        print(json.dumps(look(session)), flush=True)


main()
