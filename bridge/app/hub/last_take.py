"""Keeps the last take in FL Studio's piano-roll script, where that was set up."""

from __future__ import annotations

from bridge.app.daws.daw_folders import Machine, record_file
from bridge.core.errors import MusicError
from bridge.core.events import TakeDone


def show_take(take: TakeDone, machine: Machine) -> None:
    """Write a take into the script; MusicError if it cannot be written.

    Loads nothing where nothing was set up: the control process is small.
    """
    try:
        if record_file(machine).exists():
            _write(take, machine)
    except OSError as error:
        raise MusicError(f"FL Studio's script cannot be looked at: {error}") from None


def _write(take: TakeDone, machine: Machine) -> None:
    from bridge.app.daws.setup_record import load
    from bridge.desk.fl_roll import piano_roll
    from bridge.send.take import write_song

    for copy in load(machine).copies.get("fl", []):
        if copy.path.suffix == ".pyscript" and copy.path.exists():
            write_song(copy.path, piano_roll(take).encode())
