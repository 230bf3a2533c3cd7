"""What tokens say about themselves: checksums and claims."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Any

Claims = dict[str, Any]
"""Claims of a JSON web token, whatever they are: data of others."""

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def crc32_matches(token: str) -> bool:
    """Whether the last six characters are the checksum of the rest.

    https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    """
    body = token.partition("_")[2]
    value = zlib.crc32(body[:-6].encode())
    digits = ""
    while value:
        value, digit = divmod(value, 62)
        digits = _BASE62[digit] + digits
    return digits.rjust(6, "0") == body[-6:]


def jwt_claims(token: str) -> Claims | None:
    """Claims of a signed JSON web token, None for what is none. Nothing is verified."""
    head, _, rest = token.partition(".")
    header, payload = _part(head), _part(rest.partition(".")[0])
    if header is None or payload is None or str(header.get("alg", "none")).lower() == "none":
        return None
    return payload


def _part(text: str) -> Claims | None:
    try:
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    return found if isinstance(found, dict) else None
