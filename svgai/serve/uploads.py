"""What a client sends, as pictures and words: a body, a form with files, a zip, base64 in JSON. All bounded."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from svgai.errors import TooLargeError, UnreadableError
from svgai.picture.formats import FORMATS, HEIF_BRANDS
from svgai.serve.problems import ApiError, invalid

# Fields of a form that are no files.
_MOST_FIELDS = 64
# Bytes that a member of a zip may unpack to for each that it has: deflate's own limit on sensible data is about 20,
# on flat BMPs 1,000; above, it is a bomb.
_RATIO = 200
# Bytes that all members of a zip may have, in bodies.
_TOTAL = 8
# Bytes that are looked at in the event loop: SHA-256 of them takes 0.5 ms, and a change of threads up to 5 ms
# (sys.getswitchinterval).
_AT_ONCE = 1 << 18
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class Upload:
    """One picture. name: as the client called it, without its folders. suffix: by its first bytes."""

    name: str
    data: bytes
    suffix: str
    digest: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """bytes: of one file; files: of one request."""

    bytes: int
    files: int


@dataclass(frozen=True, slots=True)
class Sent:
    """A request's files, and its words: query and form, the form's winning."""

    files: tuple[tuple[str, bytes], ...]
    words: Mapping[str, str]


async def read(request: Request, bounds: Bounds) -> Sent:
    """What a request has sent. Raises ApiError."""
    words = dict(request.query_params)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "multipart/form-data":
        return Sent(((words.pop("filename", ""), await request.body()),), words)
    files: list[tuple[str, bytes]] = []
    async with request.form(max_files=bounds.files, max_fields=_MOST_FIELDS, max_part_size=1 << 16) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                files.append((value.filename or "", await value.read()))
            else:
                words[name] = value
    return Sent(tuple(files), words)


def pictures(files: Iterable[tuple[str, bytes]], bounds: Bounds, *, zips: bool = False) -> list[Upload]:
    """The pictures among what was sent; zips: a zip counts as those in it. Raises ApiError, SvgaiError."""
    found: list[Upload] = []
    for name, data in files:
        members = _members(data, bounds) if zips and data.startswith(_ZIP) else [(name, data)]
        found += [picture(name, data) for name, data in members]
        if len(found) > bounds.files:
            raise _too_many(bounds)
    if not found:
        raise invalid("no file was sent; send one as the body, or in a form as file=@logo.png")
    return found


def picture(name: str, data: bytes) -> Upload:
    """One picture, told by its first bytes. Raises UnreadableError."""
    return Upload(base_name(name), data, _suffix(data), hashlib.sha256(data).hexdigest())


def base_name(name: str) -> str:
    """A client's name for a file without folders, of either kind, cut to 200 characters."""
    plain = name.replace("\\", "/").replace("\0", "").encode("utf-8", "replace").decode()
    return PurePosixPath(plain).name[:200]


def _suffix(data: bytes) -> str:
    for suffix, fits in _SIGNATURES.items():
        if fits(data):
            return suffix
    begins = f"it begins with {data[:8]!r}" if data else "it is empty"
    raise UnreadableError(f"this is no image file that can be read ({begins})", f"give a {', '.join(FORMATS)} file")


_SIGNATURES: Mapping[str, Any] = {
    ".png": lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"),
    ".jpg": lambda data: data.startswith(b"\xff\xd8\xff"),
    ".webp": lambda data: data.startswith(b"RIFF") and data[8:12] == b"WEBP",
    ".gif": lambda data: data.startswith((b"GIF87a", b"GIF89a")),
    ".bmp": lambda data: data.startswith(b"BM"),
    ".tiff": lambda data: data.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
    ".heic": lambda data: data[4:8] == b"ftyp" and any(brand in data[8:64] for brand in HEIF_BRANDS),
    ".avif": lambda data: data[4:8] == b"ftyp" and data[8:12] in (b"avif", b"avis", b"mif1", b"msf1"),
    ".ico": lambda data: data.startswith(b"\0\0\1\0"),
    ".ppm": lambda data: data[:1] == b"P" and data[1:2] in b"123456" and data[2:3].isspace(),
}
TYPES: Mapping[str, str] = {
    ".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp", ".gif": "image/gif", ".bmp": "image/bmp",
    ".tiff": "image/tiff", ".avif": "image/avif",
    ".heic": "image/heic", ".ico": "image/vnd.microsoft.icon", ".ppm": "image/x-portable-anymap",
}  # fmt: skip


def decoded(text: str, bounds: Bounds) -> bytes:
    """The bytes of base64, with or without `data:image/png;base64,`. Raises ApiError."""
    if text.startswith("data:"):
        text = text.partition(",")[2]
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as e:
        raise invalid("image: this is no base64") from e
    if len(data) > bounds.bytes:
        raise ApiError(413, "TOO_LARGE", f"the image has more than {bounds.bytes >> 20} MB", ["scale it down"])
    return data


def _members(data: bytes, bounds: Bounds) -> list[tuple[str, bytes]]:
    """The files in a zip: names are data alone, sizes are counted while unpacking, whatever the zip says of them."""
    found: list[tuple[str, bytes]] = []
    left = _TOTAL * bounds.bytes
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [m for m in archive.infolist() if not m.is_dir() and not _hidden(m.filename)]
            if len(members) > bounds.files:
                raise _too_many(bounds)
            for member in members:
                content = _unpacked(archive, member, min(bounds.bytes, left))
                left -= len(content)
                found.append((member.filename, content))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError) as e:
        raise UnreadableError("the zip is damaged, encrypted or of an unknown kind", "pack it anew") from e
    return found


def _hidden(name: str) -> bool:
    """Whether a file is no picture of the sender's, but what macOS puts beside it."""
    return any(part in ("__MACOSX", ".DS_Store") or part.startswith("._") for part in PurePosixPath(name).parts)


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    most = min(most, max(1 << 16, _RATIO * member.compress_size))
    with archive.open(member) as f:
        content = f.read(most + 1)
    if len(content) > most:
        raise TooLargeError("the zip unpacks to more than may be", "send fewer or smaller pictures")
    return content


def _too_many(bounds: Bounds) -> ApiError:
    return ApiError(413, "TOO_LARGE", f"these are more than {bounds.files} files", ["raise SVGAI_MAX_FILES"])


async def read_pictures(
    request: Request, bounds: Bounds, *, zips: bool = False
) -> tuple[list[Upload], dict[str, str]]:
    """The pictures and words of a request. Raises ApiError, SvgaiError."""
    sent = await read(request, bounds)
    if zips or sum(len(data) for _, data in sent.files) > _AT_ONCE:
        return await run_in_threadpool(pictures, sent.files, bounds, zips=zips), dict(sent.words)
    return pictures(sent.files, bounds), dict(sent.words)
