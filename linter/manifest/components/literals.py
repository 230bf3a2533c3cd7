"""Whether a typed secret field holds a secret: a literal, not a placeholder, a reference or something encrypted."""

from __future__ import annotations

import base64
import binascii

from hullmark.linter.manifest.components.values import templated
from hullmark.linter.patterns import regex

_PLACEHOLDER = regex(r"(?i)^(?:<.*>|\[.*\]|redacted|replace.*|todo.*|tbd|xxx+|\*+|\.\.\.)$")
# crypt(5): `$6$salt$hash`, whose dollar signs are no variables.
_CRYPT = regex(r"\$[0-9a-z]{1,2}\$[^$]+\$")
_REFERENCE = regex(r"^(?:ENC\[|\$ANSIBLE_VAULT|vault:|op://|ref\+|age-encryption\.org|/|\.{1,2}/)")


def literal(text: str | None) -> bool:
    """Whether `text` is a secret written out."""
    if not text or not text.strip():
        return False
    if _CRYPT.match(text):
        return True
    if templated(text):
        return False
    if _PLACEHOLDER.match(text.strip()) or _REFERENCE.match(text):
        return False
    return len(set(text.strip())) > 1


def decoded(text: str) -> bytes | None:
    """Bytes of standard base64, or None."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
