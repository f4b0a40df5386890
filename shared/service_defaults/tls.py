"""TLS of our own servers: 1.2 or 1.3, and only ciphers that prove what they keep secret, with a fresh key each time."""

import ssl
from pathlib import Path

CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"  # of TLS 1.2; all those of 1.3 are such


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """Raises OSError (SSLError among them) for files that are no certificate with its key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    context.load_cert_chain(certificate, key)
    return context
