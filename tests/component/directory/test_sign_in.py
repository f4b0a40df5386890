"""Signing in, staying in and signing out, with the demonstration's people."""

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
import structlog
from pydantic import ValidationError

from services.directory.settings import DirectorySettings
from shared.access.roles import Role
from shared.postgres.pool import Pool
from shared.security.access_tokens import TokenReader
from shared.security.cookies import SESSION, TOKEN
from tests.component.directory.sign_in_world import ORIGIN, SignInWorld, person
from tests.support.sign_in import PUBLIC_KEYS, SIGN_IN_SETTINGS, SIGNER, staff_caller

MEMBERS = "/directory/members"
JAR = "localhost.local"  # what httpx calls the host


@pytest.fixture
async def world(settings: DirectorySettings, pool: Pool) -> SignInWorld:
    return await SignInWorld(settings.model_copy(update=dict(SIGN_IN_SETTINGS)), pool).with_demo_people()


@pytest.fixture
async def browser(world: SignInWorld) -> AsyncIterator[httpx.AsyncClient]:
    async with world.browser() as found:
        yield found


async def test_one_click_signs_in_and_leads_back(world: SignInWorld, browser: httpx.AsyncClient) -> None:
    turned_away = await browser.get(MEMBERS)
    page = await browser.get(turned_away.headers["location"])
    back = await world.sign_in(browser, "nadia", MEMBERS)
    members = await browser.get(back.headers["location"])

    assert turned_away.status_code == 303
    assert turned_away.headers["location"] == "/directory/sign-in?back=%2Fdirectory%2Fmembers"
    assert "Nadia Rahman" in page.text
    assert "Coordinator<br>Newham" in page.text
    assert (back.status_code, back.headers["location"]) == (303, MEMBERS)
    assert members.status_code == 200
    assert "Amina Yusuf" in members.text
    assert "Grace Osei" not in members.text  # Lambeth is another area


async def test_programs_are_told_401_and_not_led_to_a_page(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(MEMBERS, headers={"accept": "application/json"})

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.asvs("V3.3.1", "V3.3.2", "V3.3.3", "V3.3.4", "V10.1.1")
async def test_cookies_are_out_of_reach_of_scripts_and_with_https_of_other_hosts(world: SignInWorld) -> None:
    async with world.browser() as browser:
        plain = (await world.sign_in(browser, "nadia")).headers.get_list("set-cookie")
    async with world.browser(public_url="https://kith.example") as browser:
        origin = {"origin": "https://kith.example"}
        answer = await browser.post("/directory/sign-in/demo", data={"person": "nadia"}, headers=origin)
        secure = answer.headers.get_list("set-cookie")

    kept = [each for each in plain if not each.startswith("kith-signing-in")]
    assert len(kept) == 2
    assert all("HttpOnly" in each and "SameSite=lax" in each and "Path=/" in each for each in kept)
    assert all("Max-Age" not in each for each in kept)
    over_https = secure
    assert over_https
    assert all(each.startswith("__Host-kith-") and "; Secure" in each for each in over_https)


async def test_a_token_that_ran_out_is_renewed_with_the_form_and_its_method(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    await world.sign_in(browser, "nadia")
    world.clock.move(timedelta(minutes=6))
    amina = f"{MEMBERS}/{person('amina').id}"

    first = await browser.post(f"{amina}/sign-out", data={})
    renewed = await browser.post(first.headers["location"], data={})
    done = await browser.post(renewed.headers["location"], data=world.csrf(browser))

    assert first.status_code == 307
    assert (renewed.status_code, renewed.headers["location"]) == (307, f"{amina}/sign-out")
    assert done.status_code == 303


@pytest.mark.parametrize(
    ("pauses", "status"),
    [([25, 25, 25], 307), ([31], 200), ([29] * 26, 200)],
    ids=["used", "idle for half an hour", "twelve hours in all"],
)
@pytest.mark.asvs("V7.3.1", "V7.3.2", "V7.6.1")
async def test_a_session_ends_when_idle_and_after_twelve_hours(
    world: SignInWorld, browser: httpx.AsyncClient, pauses: list[int], status: int
) -> None:
    await world.sign_in(browser, "nadia")
    for minutes in pauses:
        world.clock.move(timedelta(minutes=minutes))
        answer = await browser.get("/directory/sign-in", params={"back": MEMBERS})

    assert answer.status_code == status  # 200 is the sign-in page


@pytest.mark.asvs("V7.4.1", "V14.3.1")
async def test_signing_out_ends_the_session_and_its_tokens_at_once(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    await world.sign_in(browser, "nadia")
    kept = dict(browser.cookies)
    before = (await world.said())[-1]["version"]

    out = await browser.post("/directory/sign-out", data=world.csrf(browser))
    browser.cookies.update(kept)
    again = await browser.get(MEMBERS)
    renewal = await browser.get(again.headers["location"])

    assert out.status_code == 303
    assert out.headers["clear-site-data"] == '"cache", "storage"'
    assert again.status_code == 307
    assert "Sign in" in renewal.text
    assert (await world.said())[-1]["version"] > before


@pytest.mark.asvs("V3.5.1")
async def test_a_form_of_another_site_does_nothing(world: SignInWorld, browser: httpx.AsyncClient) -> None:
    await world.sign_in(browser, "nadia")
    amina = f"{MEMBERS}/{person('amina').id}/sign-out"
    async with world.browser() as other:
        await world.sign_in(other, "liam")
        somebody_elses = world.csrf(other)

    answers = [await browser.post(amina, data=data) for data in ({}, {"csrf": ""}, somebody_elses)]
    said = len(await world.said())
    signed_out = await browser.post("/directory/sign-out", data={})

    assert [each.status_code for each in [*answers, signed_out]] == [403] * 4
    assert "did not come from us" in answers[0].text
    assert len(await world.said()) == said


@pytest.mark.asvs("V3.5.1", "V7.6.2")
async def test_another_site_cannot_sign_somebody_in(browser: httpx.AsyncClient) -> None:
    for headers in (
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "null"},
    ):
        answer = await browser.post("/directory/sign-in/demo", data={"person": "nadia"}, headers=headers)
        assert answer.status_code == 403
    assert SESSION not in browser.cookies


async def test_our_own_form_comes_with_the_origin_null_and_signs_in(browser: httpx.AsyncClient) -> None:
    """What a browser sends from a page that names no referrer."""
    headers = {"origin": "null", "sec-fetch-site": "same-origin"}

    answer = await browser.post("/directory/sign-in/demo", data={"person": "nadia"}, headers=headers)

    assert answer.status_code == 303
    assert SESSION in browser.cookies


@pytest.mark.asvs("V7.2.2", "V7.2.4")
async def test_a_session_that_was_there_before_signing_in_is_worth_nothing(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    """Fixation: whoever planted a session of theirs shares nothing with the one that is opened."""
    async with world.browser() as attacker:
        await world.sign_in(attacker, "jo")
        planted = attacker.cookies[SESSION]
        browser.cookies.set(SESSION, planted, domain=JAR)

        await world.sign_in(browser, "nadia")
        attackers = await attacker.get("/directory/sign-in", params={"back": MEMBERS})

    assert browser.cookies[SESSION] != planted
    assert attackers.status_code == 200  # the sign-in page: the planted session has ended
    caller = TokenReader(PUBLIC_KEYS).read(browser.cookies[TOKEN], world.clock())
    assert caller.member_id == person("nadia").id


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", "/a\r\nb: c"])
@pytest.mark.asvs("V1.2.2", "V3.7.2")
async def test_nobody_is_led_off_our_origin(
    world: SignInWorld, browser: httpx.AsyncClient, back: str
) -> None:
    signed_in = await world.sign_in(browser, "nadia", back)
    renewed = await browser.get("/directory/sign-in", params={"back": back})

    assert signed_in.headers["location"] == "/"
    assert renewed.headers["location"] == "/"


async def test_the_secret_of_a_session_is_not_in_the_database(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    await world.sign_in(browser, "nadia")

    row = await world.pool.fetchrow("SELECT * FROM sessions ORDER BY created_at DESC LIMIT 1")

    assert row is not None
    assert browser.cookies[SESSION].encode() not in b"".join(str(each).encode() for each in row.values())


@pytest.mark.asvs("V7.2.3")
async def test_the_secret_of_a_session_is_random_and_long(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    secrets = set()
    for _ in range(5):
        await world.sign_in(browser, "nadia")
        secrets.add(browser.cookies[SESSION])

    assert len(secrets) == 5
    # Each letter of base64 holds six bits; that they come from `secrets` is held by tests/architecture.
    assert min(len(each) for each in secrets) * 6 >= 256


@pytest.mark.asvs("V7.4.5")
async def test_a_coordinator_ends_the_sessions_of_somebody_who_lost_their_phone(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    async with world.browser() as lost:
        await world.sign_in(lost, "amina")
        await world.sign_in(browser, "nadia")
        renewal = {"back": MEMBERS}
        before = await lost.get("/directory/sign-in", params=renewal)
        done = await browser.post(f"{MEMBERS}/{person('amina').id}/sign-out", data=world.csrf(browser))
        after = await lost.get("/directory/sign-in", params=renewal)

    assert (before.status_code, done.status_code) == (307, 303)
    assert after.status_code == 200  # the sign-in page


@pytest.mark.asvs("V10.3.4")
async def test_sensitive_acts_need_a_sign_in_of_the_last_ten_minutes(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    await world.sign_in(browser, "nadia")
    world.clock.move(timedelta(minutes=4))
    amina = f"{MEMBERS}/{person('amina').id}/sign-out"
    in_time = await browser.post(amina, data=world.csrf(browser))
    world.clock.move(timedelta(minutes=7))
    await browser.get("/directory/sign-in")  # a new token, of the same sign-in

    too_late = await browser.post(amina, data=world.csrf(browser))
    page = await browser.get(too_late.headers["location"])
    await world.sign_in(browser, "nadia")
    again = await browser.post(amina, data=world.csrf(browser))

    assert in_time.status_code == again.status_code == 303
    assert in_time.headers["location"].startswith(MEMBERS)
    assert too_late.headers["location"].endswith("&fresh=1")
    assert "Sign in again" in page.text


@pytest.mark.parametrize("token", ["", "a.b.c", "x" * 5000, "eyJhbGciOiJub25lIn0.e30."])
@pytest.mark.asvs("V7.2.1")
async def test_a_token_that_nobody_signed_lets_nobody_in(browser: httpx.AsyncClient, token: str) -> None:
    browser.cookies.set(TOKEN, token, domain=JAR)

    answer = await browser.get(MEMBERS, follow_redirects=False)

    assert answer.status_code in {303, 401}


async def test_an_unknown_subject_is_told_whom_to_ask(world: SignInWorld, browser: httpx.AsyncClient) -> None:
    answer = await world.sign_in(browser, "nobody-yet")

    assert answer.status_code == 403
    assert "Ask the coordinator of your area" in answer.text
    assert SESSION not in browser.cookies


@pytest.mark.asvs("V16.3.1")
async def test_who_signs_in_and_who_is_refused_is_logged_by_id_alone(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    with structlog.testing.capture_logs() as lines:
        await world.sign_in(browser, "nadia")
        await world.sign_in(browser, "nobody-yet")

    done, refused = [each for each in lines if each["event"].startswith("sign_in.")]
    assert (done["event"], done["way"]) == ("sign_in.done", "demonstration")
    assert done["member_id"] == str(person("nadia").id)
    assert (refused["event"], refused["log_level"]) == ("sign_in.refused", "warning")
    told = repr(lines)
    assert not [each for each in ("Nadia", browser.cookies[SESSION], browser.cookies[TOKEN]) if each in told]


async def test_a_name_that_no_database_could_keep_is_refused_in_words(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    answers = [await world.sign_in(browser, each) for each in ("a\x00b", "", "a" * 500)]

    assert [each.status_code for each in answers] == [422] * 3


@pytest.mark.asvs("V2.4.1", "V6.3.1", "V16.3.3")
async def test_trying_again_and_again_is_stopped(world: SignInWorld) -> None:
    async with world.browser(demo_mode=True) as browser:
        outside = {"x-forwarded-for": "8.8.8.8"}
        data = {"person": "nobody-yet"}
        with structlog.testing.capture_logs() as lines:
            answers = [
                await browser.post("/directory/sign-in/demo", data=data, headers=outside) for _ in range(22)
            ]

    assert [each.status_code for each in answers] == [403] * 20 + [429] * 2
    assert [each["reason"] for each in lines if each["event"] == "access.refused"] == ["too-often"] * 2


@pytest.mark.asvs("V6.3.2", "V15.2.3")
async def test_without_the_setting_there_is_no_demo_sign_in(world: SignInWorld) -> None:
    async with world.browser(demo_sign_in=False) as browser:
        page = await browser.get("/directory/sign-in")
        answer = await world.sign_in(browser, "nadia")

    assert "Nadia" not in page.text
    assert answer.status_code == 404


@pytest.mark.asvs("V6.3.2", "V15.2.3")
def test_a_service_with_demo_sign_in_outside_demo_mode_does_not_start(settings: DirectorySettings) -> None:
    given = {**settings.model_dump(), **SIGN_IN_SETTINGS}

    DirectorySettings(**given)
    with pytest.raises(ValidationError, match="demo mode alone"):
        DirectorySettings(**{**given, "demo_mode": False})
    with pytest.raises(ValidationError, match="signing key"):
        DirectorySettings(**{**given, "token_keys": {"keys": []}})


@pytest.mark.asvs("V7.4.2")
async def test_a_bearer_token_of_a_member_who_was_shut_out_is_refused_at_once(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    await world.sign_in(browser, "olu")
    amina = person("amina")
    caller = staff_caller(Role.COORDINATOR, world.clock(), areas=("E09000025",), member_id=amina.id)
    token = {"authorization": f"Bearer {SIGNER.sign(caller, world.clock())}", "accept": "*/*"}
    async with world.browser() as program:
        before = await program.get(MEMBERS, headers=token)
        await browser.post(f"{MEMBERS}/{amina.id}/shut-out", data=world.csrf(browser))
        after = await program.get(MEMBERS, headers=token)

    assert (before.status_code, after.status_code) == (200, 401)
    assert (await world.said())[-1] | {"version": 0} == {
        "member_id": str(amina.id), "version": 0, "kind": "staff", "active": False, "grants": [], "scopes": [],
    }  # fmt: skip
    assert ORIGIN.startswith("http://")


@pytest.mark.asvs("V8.2.2")
async def test_whoever_has_no_role_yet_is_known_to_who_let_them_in_and_to_operators_alone(
    world: SignInWorld, browser: httpx.AsyncClient
) -> None:
    await world.sign_in(browser, "nadia")
    new = {"name": "Zeynep Kaya", "reference": "smartcard-9"}
    added = (await browser.post(MEMBERS, data=new | world.csrf(browser))).headers["location"]
    seen = {"nadia": await seen_by(browser, added)}
    for key in ("liam", "olu"):
        async with world.browser() as other:
            await world.sign_in(other, key)
            seen[key] = await seen_by(other, added)
            if key == "liam":
                role = {"role": "link-worker", "area": "E09000009"}
                given = await other.post(f"{added}/roles", data=role | world.csrf(other))

    assert seen == {"nadia": (200, True), "liam": (404, False), "olu": (200, True)}
    assert given.status_code == 404


async def seen_by(browser: httpx.AsyncClient, address: str) -> tuple[int, bool]:
    return (await browser.get(address)).status_code, "Zeynep Kaya" in (await browser.get(MEMBERS)).text


@pytest.mark.parametrize("field", ["name", "reference"])
async def test_nobody_is_let_in_without_a_name_or_a_reference(
    world: SignInWorld, browser: httpx.AsyncClient, field: str
) -> None:
    await world.sign_in(browser, "nadia")
    new = {"name": "Zeynep Kaya", "reference": "smartcard-9"} | {field: "   "}

    answer = await browser.post(MEMBERS, data=new | world.csrf(browser))

    assert answer.status_code == 422
    assert "empty" in answer.text
