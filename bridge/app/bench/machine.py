"""What was measured on: the machine, the versions, the models."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from bridge import __version__

PACKAGES = {  # by what we call them
    "onnxruntime": "onnxruntime", "numpy": "numpy", "rtmidi": "python-rtmidi",
    "jack": "JACK-Client", "torch": "torch",
}  # fmt: skip


def machine() -> dict[str, str]:
    """Return what can be said of this machine; `load` is that of the last minute."""
    cores = psutil.cpu_count() or 1
    return {
        "cpu": _cpu(),
        "cores": str(cores),
        "memory": f"{psutil.virtual_memory().total / 1e9:.1f} GB",
        "kernel": f"{platform.system()} {platform.release()}",
        "load": f"{os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else "unknown",
    }


def versions() -> dict[str, str]:
    """Return the versions of what took part; what is not installed is left out."""
    found = {"antiphon": __version__, "python": platform.python_version()}
    for name, package in PACKAGES.items():
        try:
            found[name] = version(package)
        except PackageNotFoundError:
            continue
    if shutil.which("jackd"):
        said = subprocess.run(["jackd", "--version"], capture_output=True, text=True, check=False)  # noqa: S607
        if number := re.search(r"jackdmp version (\S+)", said.stdout):
            found["jackd"] = number[1]
    return found


def weights(models: Path) -> dict[str, str]:
    """Return the sha256 of each model, as its card has it."""
    from bridge.respond.cards import list_cards

    return {card.name: card.sha256 for card in list_cards(models)}


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
