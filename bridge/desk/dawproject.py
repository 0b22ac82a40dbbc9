"""The `.dawproject` for Bitwig Studio, Studio One and Cubase: two tracks, tempo, eight scenes.

The format (bitwig/dawproject 1.0, XSD) cannot name MIDI ports: they are chosen in the program.
"""

from __future__ import annotations

import io
import zipfile
from xml.etree.ElementTree import Element

from bridge.desk.table import NAME
from bridge.desk.tree import document, element

SCENES = 8
TEMPO = 120
COLORS = {"You": "#44a1ff", NAME: "#f28c26"}
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can bear


def dawproject() -> bytes:
    """Return the file: a zip whose dates are always the same."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, root in (("metadata.xml", _metadata()), ("project.xml", _project())):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # or the platform would be written
            archive.writestr(entry, document(root, "  "))
    return packed.getvalue()


def _metadata() -> Element:
    title, comment = element("Title"), element("Comment")
    title.text, comment.text = NAME, "Two tracks: you play, and you are answered."
    return element("MetaData", [title, comment])


def _project() -> Element:
    master = element("Track", [
        element("Channel", [_volume("master")], id="master", role="master", audioChannels=2,
                solo=False),
    ], id="track-master", name="Master", contentType="audio notes", loaded=True)  # fmt: skip
    arrangement = element("Arrangement", [
        element("Lanes", [element("Lanes", track=_id(n), id=f"lanes-{_id(n)}") for n in COLORS],
                timeUnit="beats", id="lanes"),
    ], id="arrangement")  # fmt: skip
    transport = element("Transport", [
        element("Tempo", unit="bpm", value=TEMPO, min=20, max=300, id="tempo", name="Tempo"),
        element("TimeSignature", numerator=4, denominator=4, id="meter"),
    ])  # fmt: skip
    return element("Project", [
        element("Application", name=NAME, version="1.0"), transport,
        element("Structure", [*(_track(name) for name in COLORS), master]), arrangement,
        element("Scenes", [_scene(number) for number in range(1, SCENES + 1)]),
    ], version="1.0")  # fmt: skip


def _track(name: str) -> Element:
    track = _id(name)
    channel = element(
        "Channel", [_volume(track)], id=f"channel-{track}", role="regular", audioChannels=2,
        destination="master", solo=False,
    )  # fmt: skip
    return element(
        "Track",
        [channel],
        id=track,
        name=name,
        color=COLORS[name],
        contentType="notes",
        loaded=True,
    )


def _volume(track: str) -> Element:
    return element("Volume", id=f"volume-{track}", unit="linear", value=1, min=0, max=2)


def _scene(number: int) -> Element:
    slots = [
        element("ClipSlot", track=_id(name), hasStop=True, id=f"slot-{number}-{_id(name)}")
        for name in COLORS
    ]
    return element("Scene", [
        element("Lanes", slots, timeUnit="beats", id=f"scene-lanes-{number}"),
    ], id=f"scene-{number}", name=f"Scene {number}")  # fmt: skip


def _id(name: str) -> str:
    return f"track-{name.lower()}"
