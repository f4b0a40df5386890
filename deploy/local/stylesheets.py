"""Takes everything out of a stylesheet that would make a page fetch from a third party. Pure."""

from __future__ import annotations

import re

FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}", re.IGNORECASE)
REMOTE = re.compile(r"""(?:url\(\s*["']?\s*|@import\s+["'])(?:https?:)?//[^)"';]*""", re.IGNORECASE)
LOCAL_IMAGE = re.compile(r"""url\(["']?/assets/images/([\w.-]+)""")
PICTURE = re.compile(r"""url\(["']?images/[^)]*\)""")
SOURCE_MAP = re.compile(r"/\*#\s*sourceMappingURL=.*?\*/|^//#\s*sourceMappingURL=.*$", re.MULTILINE)


def without_third_parties(css: str) -> str:
    """Fonts of other hosts go, since pages use the system's; whatever else is remote is an error."""
    kept = FONT_FACE.sub(lambda block: "" if REMOTE.search(block.group()) else block.group(), css)
    kept = without_source_map(kept)
    remote = remote_addresses(kept)
    if remote:
        raise ValueError(f"the stylesheet still fetches {', '.join(remote)}")
    return kept


def remote_addresses(css: str) -> list[str]:
    return sorted({found.group() for found in REMOTE.finditer(css)})


def without_source_map(text: str) -> str:
    return SOURCE_MAP.sub("", text)


def without_pictures(css: str) -> str:
    """For a package whose pictures no page shows: nothing asks for what is not there."""
    return PICTURE.sub("none", without_third_parties(css))


def local_images(css: str) -> list[str]:
    return sorted(set(LOCAL_IMAGE.findall(css)))
