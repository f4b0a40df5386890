"""What is sealed opens with its own key, for whom it is about, and as it was; in no other way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.security.sealing import CannotOpen, KeyRing, WrappedKey, seal, unseal

RING = KeyRing({"now": b"n" * 32, "before": b"b" * 32})
KEY = b"k" * 32


@given(st.binary(), st.binary())
def test_what_is_sealed_opens_again(plain: bytes, about: bytes) -> None:
    assert unseal(KEY, seal(KEY, plain, about), about) == plain


@given(st.binary(min_size=1), st.data())
@pytest.mark.asvs("V11.3.3")
def test_a_changed_byte_or_another_owner_opens_nothing(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal(KEY, plain, b"one"))
    with pytest.raises(CannotOpen):
        unseal(KEY, bytes(sealed), b"other")
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1
    with pytest.raises(CannotOpen):
        unseal(KEY, bytes(sealed), b"one")


def test_the_first_key_wraps_and_the_others_still_open() -> None:
    before = KeyRing({"before": b"b" * 32}).wrap(KEY, b"one")

    assert RING.unwrap(before, b"one") == KEY
    assert RING.wrap(KEY, b"one").kid == "now"
    with pytest.raises(CannotOpen):
        RING.unwrap(WrappedKey("unknown", before.wrapped), b"one")


@pytest.mark.parametrize("keys", [{}, {"short": b"k" * 31}])
@pytest.mark.asvs("V11.2.3")
def test_a_ring_without_proper_keys_is_refused(keys: dict[str, bytes]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        KeyRing(keys)
