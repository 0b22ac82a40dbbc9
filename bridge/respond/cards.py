"""Model cards: what a model file is, checked before it is trusted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bridge.core.errors import ModelError
from bridge.respond.continuer import Continuer, warmed
from bridge.respond.device import AUTO, CPU, Device, DeviceError, check_offered, choose
from bridge.respond.families import FAMILIES
from bridge.respond.memory import USUAL_TRUST, Trust
from bridge.respond.onnx import offered
from bridge.respond.trial import quicker

HALF = ".fp16.onnx"  # the same network for a GPU, beside NAME.onnx

#: By pack: who made the music, and under which licence.
CREDITS = {
    "pop909_aligned": "POP909 (MIT; the songs themselves remain in copyright)",
    "freedoom": "Freedoom (BSD-3-Clause)",
    "simutrans": "Simutrans (Artistic-1.0)",
    "gmd": "Groove MIDI Dataset (CC BY 4.0)",
    "openewld": "OpenEWLD (public-domain scores)",
    "lieder": "OpenScore Lieder (CC0)",
    "quartets": "OpenScore String Quartets (CC0)",
    "hauptstimme": "Hauptstimme (CC0)",
    "mutopia": "Mutopia (Public Domain and CC BY 3.0)",
    "jsfakes": "JS Fakes (CC BY 4.0)",
}


def credits_of(packs: Mapping[str, str]) -> str:
    """Return what a card says of packs, each with the licence that its manifest names, or ""."""
    told = (CREDITS.get(n, f"{n} ({licence or 'licence unknown'})") for n, licence in packs.items())
    return ", ".join(told)


class Measured(BaseModel):
    """What `antiphon evaluate --write-cards` found, by one protocol for all families."""

    model_config = ConfigDict(extra="forbid")

    items: int  # 32 beats heard, 16 beats foretold, of the test split
    bits: float  # per note: onset, voice and pitch; durations and velocities are hidden
    bits_with_memory: float  # the same with the session's memory, as it plays live
    ms_per_note: float  # of one processor, the hearing of the prime included


class Card(BaseModel):
    """`NAME.json` beside `NAME.onnx`."""

    model_config = ConfigDict(extra="forbid")

    name: str
    family: str
    fingerprint: str  # of the classes a note is made of
    sha256: str  # of the model file
    fp16_sha256: str = ""  # of NAME.fp16.onnx, where it was made
    parameters: int
    shape: dict[str, Any]
    weights: str  # int8 or fp32
    licence: str
    data: str
    trained: str
    exported: str
    valid_bits: dict[str, float]  # bits per note on the valid split, by attribute
    test_bits: dict[str, float] = {}  # by attribute, all known
    measured: Measured | None = None
    trust: Trust | None = None  # in the session's memory; None is as usual
    parity: dict[str, float] = {}

    @property
    def takes_wishes(self) -> bool:
        """Whether an answer may be asked to be like something (bridge.core.wishes)."""
        return bool(self.shape.get("wishes"))

    def write(self, path: Path) -> None:
        """Write the card."""
        path.write_text(self.model_dump_json(indent=2) + "\n")

    @classmethod
    def read(cls, path: Path) -> Card:
        """Read a card; raises ModelError where it is missing or is no card."""
        try:
            return cls.model_validate_json(path.read_bytes())
        except OSError:
            raise ModelError(f"model card {path}: missing; every model needs its card") from None
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "file"
            raise ModelError(f"model card {path}: {where}: {first['msg'].lower()}") from None


def list_cards(folder: Path) -> list[Card]:
    """Return the cards of all models in a folder, by name."""
    return [Card.read(path.with_suffix(".json")) for path in model_files(folder)]


def model_files(folder: Path) -> list[Path]:
    """Return the model files of a folder, by name; fp16 graphs are no models of their own."""
    return [path for path in sorted(folder.glob("*.onnx")) if not path.name.endswith(HALF)]


def check_model(folder: Path, name: str) -> Card:
    """Return the card of a model; raises ModelError where there is none or it does not fit."""
    path = folder / f"{name}.onnx"
    if not path.exists():
        known = ", ".join(p.stem for p in model_files(folder)) or "none"
        raise ModelError(f"model {name!r}: not in {folder}; there are: {known}")
    card = Card.read(path.with_suffix(".json"))
    family = FAMILIES.get(card.family)
    if family is None:
        known = ", ".join(FAMILIES)
        raise ModelError(f"model {name}: family {card.family!r} is not one of {known}")
    if card.fingerprint != family.fingerprint:
        raise ModelError(
            f"model {name}: made for notes of kind {card.fingerprint}, this version has"
            f" {family.fingerprint}"
        )
    if hashlib.sha256(path.read_bytes()).hexdigest() != card.sha256:
        raise ModelError(f"model {name}: {path.name} is not the file its card describes (sha256)")
    return card


def load_model(
    folder: Path, name: str, trust: Trust | None = None, *, device: str = "cpu"
) -> Continuer:
    """Load a model by name, after its card has been checked against it.

    `trust` is that in the session's memory, instead of the card's.
    `device` is one of bridge.respond.device; where it cannot compute the model the CPU does, and
    the `provider` of what is returned says so and why. `auto` tries both and keeps the quicker.
    """
    card = check_model(folder, name)
    trust = trust or card.trust or USUAL_TRUST
    family, path = FAMILIES[card.family], folder / f"{name}.onnx"
    wanted = choose(device, offered())
    if wanted is CPU or (device == AUTO and not family.on_gpu):
        return family.load(name, path, CPU, trust)
    try:
        graph = _graph_for(wanted, path, card)
        there = warmed(family.load(name, graph, wanted, trust))
    except Exception as error:  # noqa: BLE001 - a driver may fail in any way, and music goes on
        reason = " ".join(str(error).split())
        model = family.load(name, path, CPU, trust)
        model.provider = f"{model.provider} (wanted {wanted.provider}: {reason})"
        return model
    if device != AUTO:
        return there
    return quicker(there, warmed(family.load(name, path, CPU, trust)))


def _graph_for(device: Device, path: Path, card: Card) -> Path:
    """Return the file that a device computes; raises DeviceError where there is none."""
    if device.half and not FAMILIES[card.family].on_gpu:
        raise DeviceError(f"a model of the family {card.family} is faster on the CPU")
    check_offered(device, offered())
    return half_graph(path, card) if device.half else path


def half_graph(path: Path, card: Card) -> Path:
    """Return the fp16 graph beside a model file; raises DeviceError where there is none."""
    half = path.with_name(f"{path.stem}{HALF}")
    if not half.exists():
        made = "tools/export_onnx.py --fp16 makes it of a checkpoint"
        raise DeviceError(f"there is no {half.name}; {made}")
    if hashlib.sha256(half.read_bytes()).hexdigest() != card.fp16_sha256:
        raise DeviceError(f"{half.name} is not the file its card describes (sha256)")
    return half
