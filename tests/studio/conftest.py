"""The studio tests need programs that not every machine has."""

from __future__ import annotations

import os
import signal

import pytest

from tests.studio.house import missing


@pytest.fixture(scope="session", autouse=True)
def _studio() -> None:
    """Skip where programs are missing; on a CI machine they must not be."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that a house is taken down
    absent = missing()
    if absent:
        line = f"the studio lacks {', '.join(absent)} (see tools/setup.sh)"
        if os.environ.get("CI") == "true":
            pytest.fail(line)
        pytest.skip(line)
