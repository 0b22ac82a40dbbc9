"""Where models may be computed; what a graph must know of each place.

Only the CPU and CUDA are chosen by themselves (`auto`); the others are taken by name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bridge.core.errors import BridgeError, SettingError

AUTO = "auto"

#: Inputs that `GroupQueryAttention` reads on the host, wherever the rest is.
ON_HOST = ("total_sequence_length",)


class DeviceError(BridgeError):
    """A model cannot be computed where that was wanted; the CPU can always do it."""

    exit_code = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A place to compute."""

    provider: str  # of onnxruntime, without "ExecutionProvider"
    half: bool = False  # takes the fp16 graph, NAME.fp16.onnx
    memory: str = ""  # arrays live there and only what changed is sent; "": they stay on the host
    captures: bool = False  # replays the note step as one CUDA graph
    options: Mapping[str, str] = field(default_factory=dict)  # of the provider


CPU = Device(provider="CPU")
DEVICES: Mapping[str, Device] = {
    "cpu": CPU,
    "cuda": Device(
        provider="CUDA", half=True, memory="cuda", captures=True,
        options={"arena_extend_strategy": "kSameAsRequested"},
    ),
    "directml": Device(provider="Dml", half=True),
    "coreml": Device(provider="CoreML"),
}  # fmt: skip


def choose(name: str, offered: Collection[str]) -> Device:
    """Return a device by name; `auto` is CUDA where onnxruntime was built for it.

    `offered` are the providers this onnxruntime was built with, which says nothing of the machine.
    Raises SettingError for an unknown name.
    """
    if name == AUTO:
        return DEVICES["cuda" if DEVICES["cuda"].provider in offered else "cpu"]
    if name not in DEVICES:
        raise SettingError(f"device must be one of {', '.join((AUTO, *DEVICES))}, not {name!r}")
    return DEVICES[name]


def check_offered(device: Device, offered: Collection[str]) -> None:
    """Raise DeviceError where this onnxruntime cannot know the device."""
    if device.provider not in offered:
        raise DeviceError(f"this onnxruntime was built without {device.provider}")
