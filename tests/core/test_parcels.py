"""What the player and its process on JACK hand each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.core.parcels import LONGEST, MESSAGE, MISSED, Parcel, pack, unpack

PARCELS = st.builds(
    Parcel,
    st.integers(MESSAGE, MISSED),
    st.floats(allow_nan=False),
    st.binary(max_size=LONGEST),
    st.integers(0, 2**31 - 1),
)


@given(st.lists(PARCELS, max_size=8), st.integers(0, 200))
def test_parcels_arrive_whole_however_the_stream_is_cut(parcels: list[Parcel], cut: int) -> None:
    stream = b"".join(map(pack, parcels))
    buffer = bytearray(stream[:cut])
    arrived = list(unpack(buffer))
    buffer += stream[cut:]
    assert [*arrived, *unpack(buffer)] == parcels
    assert not buffer


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="17 bytes does not fit; 16 is the most"):
        pack(Parcel(MESSAGE, 0.0, b"\xf0" + bytes(15) + b"\xf7"))
