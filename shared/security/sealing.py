"""Sealing what is private: AES-256-GCM under a key of its own, which is itself wrapped by a key from the settings.

What is sealed is bound to whom it is about: moved to another's row it does not open. Whoever destroys the wrapped
key has destroyed what was sealed, wherever copies of it lie.
"""

import base64
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

KEY_BYTES = 32
FOR_MARKS = b"kith marks"
NONCE_BYTES = 12  # random: one key seals few things, far from where two nonces would meet


class CannotOpen(Exception):
    """The key is not the one, or the bytes are not as they were. Says nothing about either."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A key at rest. `kid` names the key that wraps it."""

    kid: str
    wrapped: bytes = field(repr=False)


class KeyRing:
    """The keys that wrap keys. The first wraps what is new; the others open what they wrapped before."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in keys.values()):
            raise ValueError(f"there must be a key, and each must have {KEY_BYTES} bytes")
        self._keys = {kid: AESGCM(key) for kid, key in keys.items()}
        self._for_marks = [hmac.digest(key, FOR_MARKS, sha256) for key in keys.values()]
        self.current = next(iter(self._keys))

    def new_key(self) -> bytes:
        return AESGCM.generate_key(KEY_BYTES * 8)

    def wrap(self, key: bytes, about: bytes) -> WrappedKey:
        return WrappedKey(self.current, _seal(self._keys[self.current], key, about))

    def marks(self, said: bytes) -> tuple[bytes, ...]:
        """By which the same is known again by whoever has the ring, and says nothing to others: one for each key."""
        return tuple(hmac.digest(key, said, sha256) for key in self._for_marks)

    def unwrap(self, key: WrappedKey, about: bytes) -> bytes:
        """Raises CannotOpen, also where no key of this name is in the ring."""
        if key.kid not in self._keys:
            raise CannotOpen
        return _open(self._keys[key.kid], key.wrapped, about)


def key_ring_of(setting: Mapping[str, SecretStr]) -> KeyRing:
    """From names and keys in Base64, as the environment has them."""
    return KeyRing(
        {kid: base64.b64decode(key.get_secret_value(), validate=True) for kid, key in setting.items()}
    )


def seal(key: bytes, plain: bytes, about: bytes) -> bytes:
    return _seal(AESGCM(key), plain, about)


def unseal(key: bytes, sealed: bytes, about: bytes) -> bytes:
    """Raises CannotOpen."""
    return _open(AESGCM(key), sealed, about)


def _seal(cipher: AESGCM, plain: bytes, about: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, about)


def _open(cipher: AESGCM, sealed: bytes, about: bytes) -> bytes:
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error
