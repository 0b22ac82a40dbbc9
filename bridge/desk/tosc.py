"""TouchOSC's file: zlib around XML, `lexml` version 3.

The element and property names are those of files that TouchOSC (1.1) saved; every control is given
the whole set of properties of its type, since nobody says which of them may be left out.
"""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Frame = tuple[int, int, int, int]  # x, y, width, height
Colour = tuple[float, float, float, float]  # red, green, blue, alpha in 0..1
Scalar = bool | int | float | str
Property = Scalar | Frame | Colour

DARK: Colour = (0.1, 0.1, 0.12, 1.0)
GREY: Colour = (0.25, 0.25, 0.25, 1.0)
WHITE: Colour = (1.0, 1.0, 1.0, 1.0)
CLEAR: Colour = (0.0, 0.0, 0.0, 0.0)
EAST = 1  # orientation of what grows from left to right

_COMMON: Mapping[str, Property] = {
    "background": True, "color": GREY, "cornerRadius": 1.0, "grabFocus": True,
    "interactive": True, "locked": False, "orientation": 0, "outline": True, "outlineStyle": 1,
    "pointerPriority": 0, "shape": 1, "visible": True,
}  # fmt: skip
_TEXT: Mapping[str, Property] = {
    "font": 0,
    "interactive": False,
    "textAlignH": 2,
    "textColor": WHITE,
    "textSize": 14,
}
_OF_TYPE: Mapping[str, Mapping[str, Property]] = {
    "GROUP": {"grabFocus": False, "interactive": False, "outline": False, "outlineStyle": 0},
    "PAGER": {
        "grabFocus": False, "outlineStyle": 0, "tabLabels": True, "tabbar": True,
        "tabbarDoubleTap": False, "tabbarSize": 40, "textSizeOff": 14, "textSizeOn": 14,
    },
    "BUTTON": {"buttonType": 0, "press": True, "release": True, "valuePosition": False},
    "FADER": {
        "bar": True, "barDisplay": 0, "cursor": True, "cursorDisplay": 0, "grid": True,
        "gridSteps": 11, "orientation": EAST, "response": 0, "responseFactor": 100,
    },
    "LABEL": {**_TEXT, "textAlignV": 2, "textClip": True, "textLength": 0},
}  # fmt: skip
_VALUES: Mapping[str, Mapping[str, str]] = {
    "GROUP": {"touch": "false"},
    "PAGER": {"page": "0", "touch": "false"},
    "BUTTON": {"touch": "false", "x": "0"},
    "FADER": {"touch": "false", "x": "0"},
    "LABEL": {"text": "", "touch": "false"},
}
_SHOWN = {"LABEL": "text", "FADER": "x"}
_OURS = uuid.UUID("5d3f0f4e-6a5a-5c39-9d5e-0a4e5f1b7c21")  # any fixed one: ids must not change


@dataclass(frozen=True, slots=True, kw_only=True)
class Osc:
    """An OSC message of a control: what it sends and what it follows."""

    address: str
    kind: str = "VALUE"  # or CONSTANT
    conversion: str = "FLOAT"  # or STRING
    value: str = "x"
    low: float = 0.0
    high: float = 1.0
    send: bool = True
    receive: bool = True
    condition: str = "ANY"  # RISE: only when it is pressed

    def xml(self) -> str:
        """Return the element; `feedback` stays off, or what comes in would go out again."""
        trigger = "text" if self.value == "text" else "x"
        path = _partial("CONSTANT", "STRING", self.address, 0, 1)
        argument = _partial(self.kind, self.conversion, self.value, self.low, self.high)
        return (
            f"<osc><enabled>1</enabled><send>{self.send:d}</send><receive>{self.receive:d}</receive>"
            "<feedback>0</feedback><connections>00001</connections>"
            f"<triggers><trigger><var>{_cdata(trigger)}</var>"
            f"<condition>{self.condition}</condition></trigger></triggers>"
            f"<path>{path}</path><arguments>{argument}</arguments></osc>"
        )


def node(
    kind: str,
    name: str,
    frame: Frame,
    *children: str,
    osc: Sequence[Osc] = (),
    start: str = "",
    **properties: Property,
) -> str:
    """Return a control; `name` must be the only one of its kind in the file.

    `start` is what it shows until it hears from us: a label's text, a fader's place in 0..1.
    """
    all_properties = {
        **_COMMON, **_OF_TYPE[kind], **properties, "name": name, "frame": frame,
    }  # fmt: skip
    values = {**_VALUES[kind], **({_SHOWN[kind]: start} if start else {})}
    parts = [
        f"<node ID='{uuid.uuid5(_OURS, f'{kind} {name}')}' type='{kind}'>",
        _many(
            "properties", (_property(key, all_properties[key]) for key in sorted(all_properties))
        ),
        _many("values", (_value(key, default) for key, default in values.items())),
        _many("messages", (message.xml() for message in osc)),
        _many("children", children),
        "</node>",
    ]
    return "".join(parts)


def packed(root: str) -> bytes:
    """Return the file around a root node."""
    xml = f"<?xml version='1.0' encoding='UTF-8'?><lexml version='3'>{root}</lexml>"
    return zlib.compress(xml.encode(), 9)


def _many(tag: str, parts: Iterable[str]) -> str:
    inside = "".join(parts)
    return f"<{tag}>{inside}</{tag}>" if inside else ""


def _cdata(text: str) -> str:
    return f"<![CDATA[{text}]]>"


def _property(key: str, value: Property) -> str:
    match value:
        case bool():
            letter, inside = "b", f"{value:d}"
        case int():
            letter, inside = "i", str(value)
        case float():
            letter, inside = "f", f"{value:g}"
        case str():
            letter, inside = "s", _cdata(value)
        case _:
            letter, names = ("r", "xywh") if key == "frame" else ("c", "rgba")
            inside = "".join(f"<{n}>{v:g}</{n}>" for n, v in zip(names, value, strict=True))
    return f"<property type='{letter}'><key>{_cdata(key)}</key><value>{inside}</value></property>"


def _value(key: str, default: str) -> str:
    return (
        f"<value><key>{_cdata(key)}</key><locked>0</locked>"
        "<lockedDefaultCurrent>0</lockedDefaultCurrent>"
        f"<default>{_cdata(default)}</default><defaultPull>0</defaultPull></value>"
    )


def _partial(kind: str, conversion: str, value: str, low: float, high: float) -> str:
    return (
        f"<partial><type>{kind}</type><conversion>{conversion}</conversion>"
        f"<value>{_cdata(value)}</value><scaleMin>{low:g}</scaleMin><scaleMax>{high:g}</scaleMax>"
        "</partial>"
    )
