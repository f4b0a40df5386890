"""Sign-in at a provider: a real one of the tests' own, over HTTP, by authorization code with PKCE."""

import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from services.directory.settings import DirectorySettings
from services.directory.storage.member_rows import add_member
from shared.postgres.pool import Pool, transaction
from shared.security.access_tokens import TokenReader
from shared.security.cookies import SESSION, SIGNING_IN, TOKEN
from shared.security.staff import FRESH_FOR
from tests.component.directory.sign_in_world import SignInWorld
from tests.support.oidc_server import oidc_server
from tests.support.sign_in import PUBLIC_KEYS, SIGN_IN_SETTINGS

pytestmark = pytest.mark.filterwarnings("ignore")  # the provider's own, in its thread
MEMBERS = "/directory/members"
# What the provider says of when they signed in, where that is no good for a sensitive act.
NOT_FRESH: dict[str, object] = {
    "never-says": None,
    "this-morning": int(time.time()) - 11 * 60,
    "long-ago": 1,
    "in-words": "yesterday",
    "yes": True,
    "beyond-the-calendar": 10**30,
}

# What the provider says of how they signed in.
STRENGTHS: dict[str, dict[str, object]] = {
    "with-a-key": {"acr": "aal2", "amr": ["pwd", "hwk"]},
    "by-password": {"acr": "aal1", "amr": ["pwd"]},
    "in-part-of-a-word": {"acr": "aal2-not", "amr": "hwkk"},
    "in-an-object": {"acr": {"aal2": True}, "amr": {"hwk": 1}},
    "as-a-number": {"acr": 2, "amr": [2, None]},
}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with oidc_server("smartcard-1", "stranger", times=NOT_FRESH, claims=STRENGTHS) as found:
        yield found


@pytest.fixture
async def world(settings: DirectorySettings, pool: Pool, issuer: str) -> SignInWorld:
    changed = {
        **SIGN_IN_SETTINGS,
        "demo_sign_in": False,
        "oidc_issuer": issuer,
        "oidc_client_id": "kith",
        "oidc_client_secret": SecretStr("a secret for tests"),
        "oidc_provider_name": "your smartcard",
    }
    async with transaction(pool) as connection:
        await add_member(connection, UUID(int=1), issuer, "smartcard-1", "Ruth Okafor", None)
        for number, subject in enumerate([*NOT_FRESH, *STRENGTHS], 2):
            await add_member(connection, UUID(int=number), issuer, subject, "Ruth Okafor", None)
    return SignInWorld(settings.model_copy(update=changed), pool)


@pytest.fixture
async def browser(world: SignInWorld) -> AsyncIterator[httpx.AsyncClient]:
    async with world.browser() as found:
        yield found


async def at_the_provider(address: str, subject: str) -> str:
    """The person proves who they are; the address that the provider sends the browser back to."""
    async with httpx.AsyncClient() as outside:
        answer = await outside.post(address, data={"sub": subject})
    assert answer.status_code == 302
    return answer.headers["location"].removeprefix("http://localhost:8080")


async def there_and_back(browser: httpx.AsyncClient, subject: str) -> httpx.Response:
    start = await browser.get("/directory/sign-in/start", params={"back": MEMBERS})
    return await browser.get(await at_the_provider(start.headers["location"], subject))


async def test_a_member_signs_in_at_the_provider_and_comes_back(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/directory/sign-in")

    back = await there_and_back(browser, "smartcard-1")

    assert "Sign in with your smartcard" in page.text
    assert (back.status_code, back.headers["location"]) == (303, MEMBERS)
    assert {SESSION, TOKEN} <= set(browser.cookies)
    assert SIGNING_IN not in browser.cookies


@pytest.mark.asvs("V10.2.1")
async def test_the_provider_is_asked_with_pkce_state_and_nonce(browser: httpx.AsyncClient) -> None:
    start = await browser.get("/directory/sign-in/start", params={"back": MEMBERS, "fresh": "1"})

    asked = parse_qs(urlsplit(start.headers["location"]).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["state"][0]) >= 32
    assert len(asked["nonce"][0]) >= 32
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
    assert MEMBERS not in start.headers["location"]


async def test_whom_nobody_has_added_is_told_whom_to_ask_and_which_reference(
    browser: httpx.AsyncClient,
) -> None:
    back = await there_and_back(browser, "stranger")

    assert back.status_code == 403
    assert "Ask the coordinator of your area" in back.text
    assert "<code>stranger</code>" in back.text
    assert SESSION not in browser.cookies


@pytest.mark.asvs("V7.6.2", "V10.1.2", "V10.2.1")
async def test_an_answer_that_this_browser_did_not_ask_for_is_refused(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    """Login CSRF: an attacker's own answer, opened in somebody else's browser."""
    async with world.browser() as attacker:
        start = await attacker.get("/directory/sign-in/start")
        answer = await at_the_provider(start.headers["location"], "smartcard-1")

    without = await browser.get(answer)
    await browser.get("/directory/sign-in/start")
    with_own_attempt = await browser.get(answer)

    assert [without.status_code, with_own_attempt.status_code] == [400, 400]
    assert SESSION not in browser.cookies


@pytest.mark.asvs("V10.1.2")
async def test_a_code_works_once_and_an_old_attempt_not_at_all(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    start = await browser.get("/directory/sign-in/start")
    kept = browser.cookies[SIGNING_IN]
    answer = await at_the_provider(start.headers["location"], "smartcard-1")
    first = await browser.get(answer)
    browser.cookies.set(SIGNING_IN, kept, domain="localhost.local")

    again = await browser.get(answer)

    assert (first.status_code, again.status_code) == (303, 400)


async def test_an_id_token_of_another_time_or_client_is_refused(world: SignInWorld) -> None:
    world.clock.move(timedelta(hours=3))
    async with world.browser() as late:
        answers = [await there_and_back(late, "smartcard-1")]
    assert [each.status_code for each in answers] == [400]


@pytest.mark.asvs("V6.8.4")
async def test_a_fresh_sign_in_counts_from_when_the_provider_says(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    start = await browser.get("/directory/sign-in/start", params={"fresh": "1"})

    back = await browser.get(await at_the_provider(start.headers["location"], "smartcard-1"))

    assert back.status_code == 303
    assert is_fresh(world, browser)


@pytest.mark.asvs("V6.8.4")
async def test_a_sign_in_of_which_the_provider_says_no_time_is_never_fresh(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    """It may have been silent: a session at the provider from this morning, and nobody at the screen."""
    back = await there_and_back(browser, "never-says")
    page = await browser.get("/directory/sign-in", params={"back": MEMBERS, "fresh": "1"})

    assert (back.status_code, back.headers["location"]) == (303, MEMBERS)
    assert not is_fresh(world, browser)
    assert "Sign in again, so that we know it is you" in page.text
    assert (await browser.get("/directory/sign-in", params={"back": MEMBERS})).status_code == 307


@pytest.mark.parametrize("subject", NOT_FRESH)
@pytest.mark.asvs("V6.8.4")
async def test_a_provider_that_does_not_say_that_it_asked_anew_opens_nothing_and_the_page_says_why(
    browser: httpx.AsyncClient, subject: str
) -> None:
    start = await browser.get("/directory/sign-in/start", params={"fresh": "1"})

    back = await browser.get(await at_the_provider(start.headers["location"], subject))

    assert back.status_code == 400
    assert "We could not see that you signed in just now" in back.text
    assert SESSION not in browser.cookies


def is_fresh(world: SignInWorld, browser: httpx.AsyncClient) -> bool:
    """By the token that every service reads."""
    since = TokenReader(PUBLIC_KEYS).read(browser.cookies[TOKEN], world.clock()).authenticated_at
    return since is not None and world.clock() - since <= FRESH_FOR


@pytest.mark.asvs("V16.5.2")
async def test_a_provider_that_is_away_is_said_in_plain_words(world: SignInWorld) -> None:
    async with world.browser(oidc_issuer="http://127.0.0.1:9") as browser:
        start = await browser.get("/directory/sign-in/start")

    assert start.status_code == 400
    assert "Signing in did not work" in start.text


def test_outside_demo_mode_the_provider_is_asked_over_https(world: SignInWorld) -> None:
    given = {**world.settings.model_dump(), "demo_mode": False}

    with pytest.raises(ValidationError, match="https alone"):
        DirectorySettings(**given)
    DirectorySettings(**{**given, "oidc_issuer": "https://id.example", "oidc_strengths": "aal2"})


@pytest.mark.parametrize(("claim", "wanted"), [("acr", {"aal3", "aal2"}), ("amr", {"hwk"})])
@pytest.mark.asvs("V6.3.3")
async def test_a_sign_in_without_the_second_factor_that_was_asked_for_is_refused(
    world: SignInWorld, claim: str, wanted: set[str]
) -> None:
    asked = {"oidc_strength_claim": claim, "oidc_strengths": frozenset(wanted)}
    async with world.browser(**asked) as browser:
        weak = [await there_and_back(browser, each) for each in [*STRENGTHS, "smartcard-1"][1:]]
        signed_in = [SESSION in browser.cookies]
        strong = await there_and_back(browser, "with-a-key")
        signed_in.append(SESSION in browser.cookies)
        start = await browser.get("/directory/sign-in/start")

    assert [each.status_code for each in weak] == [400] * 5
    assert all("Sign in with a second step" in each.text for each in weak)
    assert (strong.status_code, signed_in) == (303, [False, True])
    said = parse_qs(urlsplit(start.headers["location"]).query).get("acr_values")
    assert said == (["aal2 aal3"] if claim == "acr" else None)


@pytest.mark.asvs("V6.3.3")
def test_outside_demo_mode_there_is_no_provider_without_a_second_factor(world: SignInWorld) -> None:
    given = {**world.settings.model_dump(), "demo_mode": False, "oidc_issuer": "https://id.example"}

    with pytest.raises(ValidationError, match="second factor"):
        DirectorySettings(**given)
    made = DirectorySettings(
        **{**given, "oidc_strengths": "aal2, aal3", "outside_hosts": "feeds.example, Keys.example"}
    )
    assert made.oidc_strengths == {"aal2", "aal3"}
    assert made.hosts_asked >= {"feeds.example", "keys.example", "id.example"}
