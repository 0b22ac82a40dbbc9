"""Antiphon: a jam partner beside the DAW."""

__version__ = "0.1.0"
