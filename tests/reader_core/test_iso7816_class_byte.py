"""The class byte, all 256 of it."""

import pytest

from reader_core.iso7816 import ClassByte, ClassKind, SecureMessaging


@pytest.mark.parametrize(
    ("cla", "kind", "channel", "chaining", "secure"),
    [
        (0x00, ClassKind.FIRST_INTERINDUSTRY, 0, False, SecureMessaging.NONE),
        (0x03, ClassKind.FIRST_INTERINDUSTRY, 3, False, SecureMessaging.NONE),
        (0x04, ClassKind.FIRST_INTERINDUSTRY, 0, False, SecureMessaging.PROPRIETARY),
        (0x08, ClassKind.FIRST_INTERINDUSTRY, 0, False, SecureMessaging.STANDARD),
        (0x0C, ClassKind.FIRST_INTERINDUSTRY, 0, False, SecureMessaging.STANDARD_HEADER),
        (0x10, ClassKind.FIRST_INTERINDUSTRY, 0, True, SecureMessaging.NONE),
        (0x1F, ClassKind.FIRST_INTERINDUSTRY, 3, True, SecureMessaging.STANDARD_HEADER),
        (0x20, ClassKind.RESERVED, None, False, SecureMessaging.NONE),
        (0x3F, ClassKind.RESERVED, None, False, SecureMessaging.NONE),
        (0x40, ClassKind.FURTHER_INTERINDUSTRY, 4, False, SecureMessaging.NONE),
        (0x4F, ClassKind.FURTHER_INTERINDUSTRY, 19, False, SecureMessaging.NONE),
        (0x5A, ClassKind.FURTHER_INTERINDUSTRY, 14, True, SecureMessaging.NONE),
        (0x60, ClassKind.FURTHER_INTERINDUSTRY, 4, False, SecureMessaging.STANDARD),
        (0x7F, ClassKind.FURTHER_INTERINDUSTRY, 19, True, SecureMessaging.STANDARD),
        (0x80, ClassKind.PROPRIETARY, None, False, SecureMessaging.NONE),
        (0xA0, ClassKind.PROPRIETARY, None, False, SecureMessaging.NONE),
        (0xFE, ClassKind.PROPRIETARY, None, False, SecureMessaging.NONE),
        (0xFF, ClassKind.INVALID, None, False, SecureMessaging.NONE),
    ],
)
def test_each_range_is_decoded(
    cla: int, kind: ClassKind, channel: int | None, chaining: bool, secure: SecureMessaging
) -> None:
    decoded = ClassByte.parse(cla)
    assert decoded == ClassByte(cla, kind, channel, chaining, secure)
    assert decoded.interindustry is (channel is not None)
    assert int(decoded) == cla


def test_each_byte_is_one_class_and_no_two_interindustry_bytes_say_the_same() -> None:
    decoded = [ClassByte.parse(cla) for cla in range(256)]
    sizes = {kind: sum(one.kind is kind for one in decoded) for kind in ClassKind}
    assert list(sizes.values()) == [32, 64, 32, 127, 1]
    said = {(c.kind, c.channel, c.chaining, c.secure_messaging) for c in decoded if c.interindustry}
    assert len(said) == 32 + 64
    assert {c.channel for c in decoded if c.interindustry} == set(range(20))


@pytest.mark.parametrize("cla", [-1, 256])
def test_a_class_is_a_byte(cla: int) -> None:
    with pytest.raises(ValueError, match="one byte"):
        ClassByte.parse(cla)


@pytest.mark.parametrize(
    ("cla", "text"),
    [
        (0x00, "00 channel 0"),
        (0x11, "11 channel 1, chaining"),
        (0x0C, "0C channel 0, secure messaging (standard, header authenticated)"),
        (0xA0, "A0 proprietary"),
        (0xFF, "FF invalid"),
    ],
)
def test_text_is_for_people(cla: int, text: str) -> None:
    assert str(ClassByte.parse(cla)) == text
