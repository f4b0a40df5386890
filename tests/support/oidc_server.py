"""An OpenID Connect provider of the tests' own, over HTTP."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

with warnings.catch_warnings():
    # The provider is built on a part of its library that is on its way out; ours is not.
    warnings.simplefilter("ignore")
    from oidc_provider_mock import User, run_server_in_thread


@contextmanager
def oidc_server(
    *subjects: str,
    times: Mapping[str, object] | None = None,
    claims: Mapping[str, Mapping[str, object]] | None = None,
) -> Iterator[str]:
    """Gives the issuer. It vouches for each of the subjects when it is asked to.

    They have signed in just now; for those in `times` it says that as their `auth_time`, of those in `claims` all of these.
    """
    users = [User(sub=each) for each in subjects]
    users += [User(sub=each, claims={"auth_time": said}) for each, said in (times or {}).items()]
    users += [User(sub=each, claims=dict(said)) for each, said in (claims or {}).items()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with run_server_in_thread(user_claims=users) as server:
            yield f"http://localhost:{server.server_port}"
