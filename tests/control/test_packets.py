import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.control.packets import FUTURE_LIMIT, read, unroll, write
from bridge.core.errors import SettingError

NOW = 1_800_000_000.0
PING = write("/jam/ping", (1,))


def bundle(*elements: bytes, at: float | None = None) -> bytes:
    tag = 1 if at is None else round((at + 2_208_988_800) * 2**32)
    sized = (struct.pack(">i", len(e)) + e for e in elements)
    return b"#bundle\0" + struct.pack(">Q", tag) + b"".join(sized)


def as_sent(value: float | str) -> float | str:
    """Return a value as it is on the wire, where numbers have 32 bits."""
    return struct.unpack("f", struct.pack("f", value))[0] if isinstance(value, float) else value


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
    st.lists(
        st.integers(-(2**63), 2**63 - 1)
        | st.floats(width=32, allow_nan=False)
        | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=9),
        max_size=8,
    ),
)
def test_what_is_written_is_read(address: str, arguments: list[int | float | str]) -> None:
    there, told = read(write("/" + address, tuple(arguments)))
    assert (there, tuple(map(as_sent, told))) == ("/" + address, tuple(arguments))


@given(st.binary(max_size=200))
def test_any_bytes_are_messages_or_refused(packet: bytes) -> None:
    for prefix in (b"", b"/", b"#bundle\0", b"/jam/seed\0\0\0,"):
        try:
            for _, message in unroll(prefix + packet, NOW):
                read(message)
        except SettingError:
            continue


def test_a_message_is_due_at_once() -> None:
    assert unroll(PING, NOW) == [(0.0, PING)]


@pytest.mark.parametrize(
    ("at", "delay"), [(None, 0.0), (NOW - 5, 0.0), (NOW, 0.0), (NOW + 1.5, 1.5)]
)
def test_a_bundle_is_due_at_its_time_tag(at: float | None, delay: float) -> None:
    [(due, message)] = unroll(bundle(PING, at=at), NOW)
    assert due == pytest.approx(delay, abs=1e-5)
    assert message == PING


def test_messages_keep_their_order_through_nested_bundles() -> None:
    names = [write(f"/{name}", ()) for name in "abc"]
    packet = bundle(names[0], bundle(names[1]), names[2])
    assert [message for _, message in unroll(packet, NOW)] == names


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"jam",
        b"#bundle\0",
        b"#bundle\0" + bytes(7),
        bundle(PING, at=NOW + FUTURE_LIMIT + 1),
        bundle(PING, at=2_085_978_495.0),  # the last second of time tags, in 2036
        bundle(PING) + struct.pack(">i", -4),  # python-osc would never come back from this one
        bundle(PING) + struct.pack(">i", 0),
        bundle(PING) + struct.pack(">i", 2**31 - 1),
        bundle(PING) + b"\0\0",
        bundle(*[PING] * 257),
    ],
)
def test_bad_packets_are_refused(packet: bytes) -> None:
    with pytest.raises(SettingError):
        unroll(packet, NOW)


def test_a_bundle_in_a_bundle_in_a_bundle_is_refused_at_some_depth() -> None:
    packet = PING
    for _ in range(2000):
        packet = bundle(packet)
    with pytest.raises(SettingError, match="nested"):
        unroll(packet, NOW)


@pytest.mark.parametrize(
    "message",
    [
        b"/jam",  # not ended
        b"/jam/x\0\0i\0\0\0",  # type tags without their comma
        b"/jam/x\0\0,i\0\0",  # no number
        b"/jam/x\0\0,i\0\0\0\1",  # half a number
        b"/jam/x\0\0,zzz\0\0\0\0",  # unknown types
        b"/jam/x\0\0,[i]\0\0\0\0\0\0\0\1",  # an array
        b"/jam/x\0\0,b\0\0\0\0\0\4abcd",  # a blob
        b"/jam/x\0\0,s\0\0\xff\xfe\0\0",  # text that is no UTF-8
        b"/jam/\xc3\x28\0,\0\0\0",
        b"/jam/x\0\0," + b"T" * 99 + bytes(4),
    ],
)
def test_bad_messages_are_refused(message: bytes) -> None:
    with pytest.raises(SettingError):
        read(message)


@pytest.mark.parametrize(
    ("message", "says"),
    [
        (b"/jam/x\0\0,f\0\0\0\1", "a number of type 'f' is cut off"),
        (b"/jam/x\0\0,s\0\0\xff\xfe\0\0", "a text is not UTF-8"),
    ],
)
def test_what_is_wrong_with_a_message_is_told_in_our_words(message: bytes, says: str) -> None:
    with pytest.raises(SettingError, match=f"^that is not an OSC message: {says}$"):
        read(message)


def test_a_message_without_type_tags_has_no_arguments() -> None:
    assert read(b"/jam/dump\0\0\0") == ("/jam/dump", ())


def test_true_and_false_are_numbers() -> None:
    assert read(b"/x\0\0,TF\0") == ("/x", (True, False))


def test_not_a_number_passes_as_a_number() -> None:
    _, (value,) = read(write("/x", (math.nan,)))
    assert math.isnan(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [0.9, 0.1, 1.05, 120.3, 9.999999, 1e-30, -0.0, 0.7])
def test_a_number_is_read_as_it_was_meant(number: float) -> None:
    _, [value] = read(b"/x\0\0,f\0\0" + struct.pack(">f", number))
    assert repr(value) == repr(number)


@given(st.floats(width=32))
def test_every_number_of_32_bits_goes_out_as_it_came(number: float) -> None:
    packet = write("/x", (number,))
    assert write(*read(packet)) == packet
