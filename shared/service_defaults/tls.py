"""TLS of our own servers: 1.2 or 1.3, and only ciphers that prove what they keep secret, with a fresh key each time."""

import ssl
from pathlib import Path

from shared.service_defaults.process_loop import StartFailed

CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"  # of TLS 1.2; all those of 1.3 are such


def server_tls(certificate: Path | None, key: Path | None) -> ssl.SSLContext | None:
    """What a server speaks, or nothing where it has no certificate. Raises StartFailed for files that are none."""
    if certificate is None or key is None:
        return None
    try:
        return server_context(certificate, key)
    except OSError as error:
        raise StartFailed("CERTIFICATE and CERTIFICATE_KEY are no certificate with its key.") from error


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    context.load_cert_chain(certificate, key)
    return context
