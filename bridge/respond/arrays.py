"""Files of arrays (.npz) that were learnt: read whole, or refused in one line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bridge.core.errors import ModelError


@dataclass(frozen=True, slots=True)
class ArrayFile:
    """A kind of such files; `fingerprint` tells what its arrays mean."""

    title: str
    subject: str  # what its fingerprint is of
    fingerprint: str
    make: str  # the command that makes it
    names: tuple[str, ...]

    def read(self, path: Path) -> dict[str, NDArray[Any]] | None:
        """Return the arrays of a file by name; None where there is none.

        Raises ModelError where it does not fit.
        """
        try:
            with np.load(path, allow_pickle=False) as data:
                made_for = str(data["fingerprint"])
                if made_for == self.fingerprint:
                    return {name: data[name] for name in self.names}
        except FileNotFoundError:
            return None
        except Exception as error:  # noqa: BLE001 - zip, header and type all fail in their own way
            raise ModelError(f"{self.title} {path}: cannot be read ({error})") from None
        raise ModelError(
            f"{self.title} {path}: made for {self.subject} of kind {made_for}, this version has"
            f" {self.fingerprint}; `{self.make}` makes it anew"
        )
