"""The public keys of signed heads, as the JSON Web Key Set (RFC 8037) that auditors are given."""

import base64
from collections.abc import Mapping
from typing import Any

KIND = {"kty": "OKP", "crv": "Ed25519"}
KEY_BYTES = 32


def as_key_set(keys: Mapping[str, bytes]) -> dict[str, Any]:
    """What is published of these public keys."""
    return {
        "keys": [
            {
                **KIND,
                "use": "sig",
                "kid": kid,
                "x": base64.urlsafe_b64encode(key).rstrip(b"=").decode(),
            }
            for kid, key in keys.items()
        ]
    }


def keys_of_set(document: object) -> dict[str, bytes]:
    """Public keys by their ids. Raises ValueError for what is no such set, or holds a private half."""
    listed = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise ValueError("a JSON Web Key Set has a list of keys")  # noqa: TRY004  (what settings expect)
    found: dict[str, bytes] = {}
    for each in listed:
        kid, key = _key(each)
        if kid in found:
            raise ValueError("two keys have the same kid")
        found[kid] = key
    return found


def _key(each: object) -> tuple[str, bytes]:
    if not isinstance(each, dict) or any(each.get(name) != value for name, value in KIND.items()):
        raise ValueError("each key is an Ed25519 key")
    if "d" in each:
        raise ValueError("a key set for auditors holds no private key")
    kid, public = each.get("kid"), each.get("x")
    if not (isinstance(kid, str) and kid and isinstance(public, str)):
        raise ValueError("each key has a kid and an x")
    key = base64.b64decode(public + "=" * (-len(public) % 4), altchars=b"-_", validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError("each key is 32 bytes long")
    return kid, key
