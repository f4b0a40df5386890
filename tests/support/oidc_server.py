"""An OpenID Connect provider of the tests' own, over HTTP."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

with warnings.catch_warnings():
    # The provider is built on a part of its library that is on its way out; ours is not.
    warnings.simplefilter("ignore")
    from oidc_provider_mock import User, run_server_in_thread


@contextmanager
def oidc_server(*subjects: str) -> Iterator[str]:
    """Gives the issuer. It vouches for each of the subjects when it is asked to."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with run_server_in_thread(user_claims=[User(sub=each) for each in subjects]) as server:
            yield f"http://localhost:{server.server_port}"
