"""Plain scalars as kubectl resolves them: sigs.k8s.io/yaml, that is go-yaml 2 followed by a trip through JSON.

The rules are those of `resolve.go` in go.yaml.in/yaml/v2 (YAML 1.1 without base 60 and without dates) and of the JSON
number handling in k8s.io/apimachinery: `1e3` and `1.0` arrive as the integers 1000 and 1.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
import struct

from hullmark.linter.patterns import regex

Value = None | bool | int | float | str

WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
"""Plain scalars that are not text because of their spelling as a whole."""

NULLS = frozenset(text for text, value in WORDS.items() if value is None)
"""Spellings of null."""

NUMERIC_START = frozenset("+-.0123456789")
"""First characters of plain scalars that may be numbers."""

_INT = regex(r"([+-]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))")
_SIGNED_BINARY = regex(r"0b([+-][01]+)")  # go-yaml strips `0b` and parses the rest, sign included
_FLOAT = regex(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_DOT_FLOAT = regex(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?")
_MAX_DIGITS = 20  # of a decimal integer below 2 ** 64; Python refuses to read very long ones

_TAG = "tag:yaml.org,2002:"
_INT64 = 1 << 63


def resolve(text: str) -> Value:
    """Value of an untagged plain scalar, as it reaches the API server."""
    if text in WORDS:
        return WORDS[text]
    if text[0] not in NUMERIC_START:
        return text
    number = _number(text)
    return text if number is None else _through_json(number)


def resolve_tagged(tag: str, text: str) -> Value:
    """Value of a scalar with an explicit tag; quoting does not matter then. Unfit text stays text."""
    if not tag.startswith(_TAG):
        return text
    kind = tag[len(_TAG) :]
    if kind == "binary":
        try:
            return base64.b64decode(re.sub(r"[\r\n]", "", text), validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            return text
    if kind not in ("bool", "int", "float", "null"):
        return text
    value = WORDS[text] if text in WORDS else _number(text)
    if kind == "null":
        return None if text in WORDS and value is None else text
    if value is None:
        return text
    fits = {"bool": isinstance(value, bool), "int": type(value) is int, "float": type(value) in (int, float)}
    return _through_json(value) if fits[kind] else text


def misfit(tag: str, text: str) -> bool:
    """Whether kubectl refuses a scalar because its text does not fit its explicit tag."""
    if not tag.startswith(_TAG) or tag[len(_TAG) :] not in ("bool", "int", "float", "null", "binary"):
        return False
    if tag.endswith("binary"):
        return resolve_tagged(tag, text) == text != ""
    return isinstance(resolve_tagged(tag, text), str)


def key_text(text: str) -> str | None:
    """Text of the JSON key that a plain untagged key becomes; None where kubectl refuses it (null, above int64)."""
    if text in WORDS:
        word = WORDS[text]
        if word is None:
            return None
        if isinstance(word, bool):
            return "true" if word else "false"
        return ".nan" if math.isnan(word) else ".inf" if word > 0 else "-.inf"
    if text[0] not in NUMERIC_START:
        return text
    number = _number(text)
    if number is None:
        return text
    if isinstance(number, float):
        return _float_key(number)
    return str(number) if number < _INT64 else None


def _number(text: str) -> int | float | None:
    """Number that go-yaml reads in a plain scalar, before JSON; None when it is text."""
    if text[0] == ".":
        return _finite(text.replace("_", "")) if _DOT_FLOAT.fullmatch(text) else None
    plain = text.replace("_", "")
    found = _INT.fullmatch(plain)
    value = _integer(found) if found is not None else _signed_binary(plain)
    if value is not None and (-_INT64 <= value < _INT64 or (value < 2 * _INT64 and plain[0] not in "+-")):
        return value
    return _finite(plain) if _FLOAT.fullmatch(plain) else None


def _integer(found: re.Match[str]) -> int:
    sign, hexadecimal, binary, octal, decimal = found.groups()
    if decimal:
        value = int(decimal) if len(decimal) <= _MAX_DIGITS else 2 * _INT64
    elif octal:
        value = int(octal, 8)
    else:
        value = int(hexadecimal, 16) if hexadecimal else int(binary, 2)
    return -value if sign == "-" else value


def _signed_binary(text: str) -> int | None:
    found = _SIGNED_BINARY.fullmatch(text) if text.startswith("0b") else None
    return None if found is None else int(found[1], 2)


def _finite(text: str) -> float | None:
    value = float(text)
    return None if math.isinf(value) else value


def _through_json(number: float) -> int | float:
    """The number after go-yaml's value was written as JSON and read as int64 if possible, else as float64."""
    if isinstance(number, bool):
        return number
    if isinstance(number, int):
        return number if number < _INT64 else float(number)
    if number.is_integer() and -_INT64 <= number < _INT64:
        return int(number)
    return number


def _float_key(number: float) -> str:
    """Go's `strconv.FormatFloat(number, 'g', -1, 32)`: shortest digits that give the same 32-bit float."""
    single = _single(number)
    if math.isinf(single):
        return ".inf" if number > 0 else "-.inf"
    if single == 0:
        return "-0" if math.copysign(1, number) < 0 else "0"
    text = next(t for t in (f"{single:.{digits}e}" for digits in range(9)) if _single(float(t)) == single)
    mantissa, _, exponent_text = text.partition("e")
    exponent = int(exponent_text)
    sign, digits = ("-" if single < 0 else ""), mantissa.lstrip("-").replace(".", "").rstrip("0") or "0"
    if exponent < -4 or exponent >= 6:
        tail = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{tail}e{exponent:+03d}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    rest = digits[exponent + 1 :]
    return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"


def _single(number: float) -> float:
    """The nearest 32-bit float."""
    try:
        return float(struct.unpack("f", struct.pack("f", number))[0])
    except OverflowError:
        return math.copysign(math.inf, number)
