"""What can go wrong, sorted by who can put it right.

BridgeError
|-- SettingError   the player gave a value that cannot be      exit code 2
|-- PortError      the machine's ports or sockets              exit code 3
|-- ModelError     a model file or its card                    exit code 4
`-- MusicError     a MIDI file that cannot be used             exit code 5
"""

from __future__ import annotations


class BridgeError(Exception):
    """The base of all errors a user can mend; one line names the thing, the value, the limit."""

    exit_code = 1


class SettingError(BridgeError):
    """A parameter, flag or address with a bad name or value."""

    exit_code = 2


class PortError(BridgeError):
    """A MIDI or network port that is missing, taken or gone."""

    exit_code = 3


class ModelError(BridgeError):
    """A model file that is broken, foreign or does not fit its card."""

    exit_code = 4


class MusicError(BridgeError):
    """A MIDI file that cannot be read, has no notes or cannot be written."""

    exit_code = 5
