"""A stand-in for Live that knows AbletonOSC's addresses, from its README: over real UDP."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field
from typing import Any

from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import build_msg

SET = {
    "tempo": 97.5, "is_playing": False, "signature_numerator": 3, "signature_denominator": 4,
    "root_note": 2, "scale_name": "Minor", "beat": 0, "current_song_time": 0.0,
}  # fmt: skip
INPUTS = ("All Ins", "Computer Keyboard", "Antiphon to DAW", "No Input")
OUTPUTS = ("None", "Antiphon from DAW")
CHANNELS = {"input": ("All Channels", "Ch. 1", "Ch. 2"), "output": ("Ch. 1", "Ch. 2")}
SCENES = 4


@dataclass
class Clip:
    """A clip in a slot; notes as they were added."""

    length: float
    name: str = ""
    notes: list[tuple[Any, ...]] = field(default_factory=list)


@dataclass
class Track:
    """A track as Live makes it: monitoring Auto, all inputs, no output."""

    name: str
    has_midi_input: bool = True
    current_monitoring_state: int = 1
    input_routing_type: str = "All Ins"
    input_routing_channel: str = "All Channels"
    output_routing_type: str = "None"
    output_routing_channel: str = ""
    available_input_routing_types: tuple[str, ...] = INPUTS
    available_output_routing_types: tuple[str, ...] = OUTPUTS
    available_input_routing_channels: tuple[str, ...] = CHANNELS["input"]
    available_output_routing_channels: tuple[str, ...] = CHANNELS["output"]
    slots: list[Clip | None] = field(default_factory=lambda: [None] * SCENES)

    def turn(self, name: str, value: Any) -> None:
        """Set a property; what is not among the available ones is passed over."""
        listed = f"available_{name}s"
        if not hasattr(self, listed) or value in getattr(self, listed):
            setattr(self, name, value)


class Live:
    """What AbletonOSC does: it answers to one fixed port, pushes changes, and tells no success."""

    def __init__(self, *tracks: Track) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.answers_to = 0
        self.song: dict[str, Any] = dict(SET)
        self.tracks = list(tracks)
        self.most_tracks = 16
        self.deaf_to: set[str] = set()  # addresses
        self.has_quit = False
        self.listened: set[str] = set()
        self.heard: list[str] = []
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        while data := self.socket.recv(65536):
            message = OscMessage(data)
            self.heard.append(message.address)
            if message.address in self.deaf_to:
                continue
            try:
                answer = self.obey(message.address, list(message.params))
            except (IndexError, AttributeError, KeyError) as error:
                self.say("/live/error", f"Error handling OSC message: {error}")
                continue
            if answer is not None:
                self.say(message.address, *answer)

    def obey(self, address: str, params: list[Any]) -> tuple[Any, ...] | None:
        """Do what a message asks for; return the arguments of the answer, if there is one."""
        _, _, what, *rest = address.split("/")
        match what, rest:
            case "test", []:
                return ("ok",)
            case "song", _:
                return self._song("/".join(rest), params)
            case "track", [verb, name]:
                return self._track(self.tracks[params[0]], verb, name, params)
            case "clip_slot", _:
                return self._slot(self.tracks[params[0]], "/".join(rest), params)
            case "clip", _:
                return self._clip(self.tracks[params[0]].slots[params[1]], "/".join(rest), params)
        return None

    def _song(self, what: str, params: list[Any]) -> tuple[Any, ...] | None:
        verb, _, name = what.partition("/")
        match what:
            case "get/num_tracks":
                return (len(self.tracks),)
            case "get/num_scenes":
                return (SCENES,)
            case "get/track_names":
                first, last = params or (0, len(self.tracks))
                return tuple(track.name for track in self.tracks[first:last])
            case "create_midi_track":
                if len(self.tracks) == self.most_tracks:
                    raise AttributeError("too many tracks")
                self.tracks.append(Track(f"{len(self.tracks) + 1}-MIDI"))
                return None
        if verb == "start_listen":
            self.listened.add(name)
            self.push(name)
        elif verb == "stop_listen":
            self.listened.discard(name)
        elif verb == "get":
            self.push(name)
        return None

    def _track(
        self, track: Track, verb: str, name: str, params: list[Any]
    ) -> tuple[Any, ...] | None:
        if verb == "set":
            track.turn(name, params[1])
            return None
        value = getattr(track, name)
        return (params[0], *(value if isinstance(value, tuple) else (value,)))

    def _slot(self, track: Track, what: str, params: list[Any]) -> tuple[Any, ...] | None:
        slot = params[1]
        match what:
            case "get/has_clip":
                return (*params[:2], track.slots[slot] is not None)
            case "create_clip":
                if track.slots[slot] is not None:
                    raise AttributeError("the slot has a clip")
                track.slots[slot] = Clip(params[2])
            case "delete_clip":
                track.slots[slot] = None
        return None

    def _clip(self, clip: Clip | None, what: str, params: list[Any]) -> tuple[Any, ...] | None:
        if clip is None:
            raise AttributeError("the slot has no clip")
        match what:
            case "set/name":
                clip.name = params[2]
            case "get/name":
                return (*params[:2], clip.name)
            case "add/notes":
                notes = params[2:]
                clip.notes += [tuple(notes[at : at + 5]) for at in range(0, len(notes), 5)]
        return None

    def say(self, address: str, *arguments: Any) -> None:
        if self.has_quit:
            return
        dgram = build_msg(address, list(arguments)).dgram
        self.socket.sendto(dgram, ("127.0.0.1", self.answers_to))

    def push(self, name: str) -> None:
        self.say(f"/live/song/get/{name}", self.song[name])

    def turn(self, name: str, value: Any) -> None:
        self.song[name] = value
        if name == "beat":
            self.song["current_song_time"] = float(value)
        if name in self.listened:
            self.push(name)

    def close(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        self.thread.join(2)
        self.socket.close()
