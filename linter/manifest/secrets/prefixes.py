"""A quick look at a text: whether any credential of a known form can be in it at all.

Most texts hold none, and those that rules never look into are long. One pass finds runs of characters that are long
enough to be one; what they begin with, or what stands before them, says whether it is worth to look closer.
"""

from __future__ import annotations

import re

SHORTEST = 11
"""No credential of a known form is shorter."""

_SHORT = 512
# Begins only where a run does: a pattern that steps over what is no run goes through the rest of the text from
# every character of it once there are no more.
_RUN = re.compile(r"(?<![\w-])([\w-]{14,})", re.ASCII)
_STARTS = frozenset(
    """
    akia asia abia acca fwog iqoj aiza gocs ghp_ gho_ ghu_ ghs_ ghr_ gith glpa gldt glrt glcb glpt glso glft glim
    glag gloa glff atat actt atct dckr npm_ pypi ruby cmvm akcp xoxa xoxb xoxo xoxp xoxr xoxs xapp sk_l rk_l whse
    sq0a sq0c eaaa shpa shpc shpp
    shps key- pul- ops_ dop_ doo_ dor_ glsa glc_ nrak nrii sntr ccip bkua bkat bkct
    sqp_ squ_ sqa_ dapi psca sbp_ sbs_ sbr_ ntn_ secr figd lin_ pmak fo1_ hrku nfp_ nfc_ nfu_ tske age- acco api_
    putt ssh-
    """.split()  # noqa: SIM905 - a list of a hundred strings is no easier to read
)
_SHORT_STARTS = ("hf_", "sk-", "eaa", "pat", "dt0", "eyj", "fm1", "fm2", "ls0")
_BEFORE = (".atlasv1.", "sg.", "hvs.", "hvb.", "hvr.", "st.", "q~", "v1.0-", "1//")
_DOPPLER = re.compile(r"dp\.\w{2,5}\.\Z")
_URL_PASSWORD = re.compile(r"://[^\s/:@\"'<>{}$%]{0,64}:[^\s/@\"'<>{}$]{3,256}@")
_HASH = re.compile(r"\$(?:2[aby]|apr1|6)\$")
_MARKS = (
    "PRIVATE KEY",
    "uthorization",
    "UTHORIZATION",
    "assword=",
    "ASSWORD=",
    "wd=",
    "WD=",
    "rivate_key",
    "rivateKey",
    "rivatekey",
    "RIVATE_KEY",
    "ccountKey=",
    "ccessKey=",
    "sig=",
    "client-key-data",
    "kind: Config",
    "service_account",
    "access_token$",
    "hooks.slack.com",
    "webhook.office.com",
    "api/webhooks/",
    "PuTTY",
)


def may_hold(text: str) -> bool:
    """Whether the text can hold a credential of a known form; short texts are not worth the question."""
    return len(text) >= SHORTEST and (len(text) < _SHORT or is_telling(text))


def is_telling(text: str) -> bool:
    """Whether something in the text looks like the beginning of a credential of a known form."""
    if any(mark in text for mark in _MARKS):
        return True
    if _URL_PASSWORD.search(text) or _HASH.search(text):
        return True
    return any(_is_telling(text, run.start(1), run[1]) for run in _RUN.finditer(text))


def _is_telling(text: str, start: int, run: str) -> bool:
    head = run[:4].lower()
    if head in _STARTS or head[:3] in _SHORT_STARTS:
        return True
    if run.endswith("NRAL") or "-us" in run[32:36] or (head[:2] == "aa" and text[start - 1 : start] == ":"):
        return True
    before = text[max(start - 10, 0) : start].lower()
    return before.endswith(_BEFORE) or (before.endswith(".") and _DOPPLER.search(before) is not None)
