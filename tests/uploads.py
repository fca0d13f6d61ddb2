"""A multipart form as the official SDKs write it: bytes are files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.client import fields

BOUNDARY = "frontier"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def multipart(params: Mapping[str, Any], filename: str = "logo.png") -> bytes:
    """The body of an upload; values that are bytes become files of that name."""
    files = {key: value for key, value in params.items() if isinstance(value, bytes)}
    plain = {key: value for key, value in params.items() if key not in files}
    parts = [_part(f'name="{key}"', value.encode()) for key, value in fields(plain)]
    parts += [_part(f'name="{key}"; filename="{filename}"', value) for key, value in files.items()]
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def _part(disposition: str, content: bytes) -> bytes:
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode() + content + b"\r\n"
