"""What `antiphon setup` put where, so that it can be taken back and kept up to date."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ValidationError

from bridge.app.daws.daw_folders import Machine, record_file
from bridge.core.errors import SettingError
from bridge.core.files import put


class Copy(BaseModel):
    """A file that was put somewhere: what it was, and where what lay there before is kept."""

    path: Path
    sha256: str
    kept: Path | None = None
    made: list[Path] = []  # folders, the innermost first

    @property
    def is_kept(self) -> bool:
        """Whether what lay there before can be brought back."""
        return self.kept is not None and self.kept.exists()


class Record(BaseModel):
    """All that was put somewhere, by program."""

    copies: dict[str, list[Copy]] = {}


def load(machine: Machine) -> Record:
    """Return what is remembered; SettingError if the file is damaged."""
    path = record_file(machine)
    try:
        return Record.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return Record()
    except (OSError, ValidationError) as error:
        line = str(error).splitlines()[0]
        raise SettingError(f"{path} cannot be read ({line}); remove it to forget setups") from None


def save(record: Record, machine: Machine) -> None:
    """Remember, or raise SettingError; nothing to remember leaves no file."""
    path = record_file(machine)
    try:
        record.copies = {target: copies for target, copies in record.copies.items() if copies}
        if not record.copies:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path, record.model_dump_json(indent=1).encode())
    except OSError as error:
        raise SettingError(f"{path} cannot be written: {error.strerror or error}") from None
