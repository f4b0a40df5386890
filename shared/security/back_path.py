"""Where to go back to after sign-in: a path of our own, never somebody else's address."""

from urllib.parse import quote, urlsplit

HOME = "/"
SIGN_IN = "/directory/sign-in"
LONGEST = 1000  # characters


def safe_back(asked: str | None) -> str:
    """The path and query, when they are ours; else the first page."""
    if not asked or len(asked) > LONGEST or not asked.startswith("/"):
        return HOME
    # Browsers read `//host`, `/\host` and a path with control characters in it as another origin.
    if (
        asked.startswith(("//", "/\\"))
        or "\\" in asked
        or any(ord(each) <= 32 or ord(each) == 127 for each in asked)
    ):
        return HOME
    parts = urlsplit(asked)
    if parts.scheme or parts.netloc or parts.path.startswith(SIGN_IN):
        return HOME
    return asked


def sign_in_address(back: str, *, fresh: bool = False) -> str:
    """The sign-in page that leads back here."""
    return f"{SIGN_IN}?back={quote(safe_back(back), safe='')}" + ("&fresh=1" if fresh else "")


def renewal_address(back: str) -> str:
    """Leads back here with a new token, or as nobody where no session is live."""
    return f"{SIGN_IN}?back={quote(safe_back(back), safe='')}&ask=0"
