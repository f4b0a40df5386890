"""Styles, scripts and images that all pages share, read once and kept in memory: they are few and small."""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

CACHE = "public, max-age=600"  # seconds; after that a browser asks again and mostly hears 'not modified'
WORTH_PACKING = 1024  # bytes
PACKABLE = ("text/", "image/svg+xml", "application/json")
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, as it is and packed."""

    body: bytes
    packed: bytes | None
    media_type: str
    etag: str


def read_assets(folders: Sequence[Path]) -> Mapping[str, Asset]:
    """All files below the folders by their path; where two have the same one, the later folder's wins."""
    return {
        str(file.relative_to(folder)): _asset(file)
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(folder).parts)
    }


def _asset(file: Path) -> Asset:
    body = file.read_bytes()
    media_type = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    packs = media_type.startswith(PACKABLE) and len(body) >= WORTH_PACKING
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    return Asset(body, gzip.compress(body, 9, mtime=0) if packs else None, media_type, etag)


def asset_response(asset: Asset, scope: Scope) -> Response:
    """The file, packed where the browser takes it, or 304 where it has it already."""
    asked = Headers(scope=scope)
    headers = {"cache-control": CACHE, "etag": asset.etag, "vary": "accept-encoding"}
    if asset.etag in asked.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if asset.packed is not None and "gzip" in asked.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return Response(asset.packed, headers=headers, media_type=asset.media_type)
    return Response(asset.body, headers=headers, media_type=asset.media_type)
