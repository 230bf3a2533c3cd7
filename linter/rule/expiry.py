"""Judges of `hullmark.io/expires`, for every family whose objects may be meant to end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hullmark.linter.manifest.expiry import expiry
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.rule.hit import Hit, Offer
from hullmark.linter.rule.rule import Rule

_SOON = 7


def expired(rule: Rule[Any], resource: Resource, *, fix: Callable[[Resource], Offer] | None = None) -> Iterator[Hit]:
    """A hit from the day after the last valid day."""
    found = expiry(resource)
    left = found.days_left(resource.context) if found else None
    if found and left is not None and left < 0:
        yield rule.hit(
            found, f"{resource} should have ended on {found.text}, {-left} days ago", fix=fix(resource) if fix else None
        )


def soon(rule: Rule[Any], resource: Resource) -> Iterator[Hit]:
    """A hit during the last `temporary-access.soon-days` (7) days."""
    found = expiry(resource)
    left = found.days_left(resource.context) if found else None
    if found and left is not None and 0 <= left <= resource.context.number("temporary-access.soon-days", _SOON):
        yield rule.hit(found, f"{resource} ends on {found.text}, in {left} days")


def malformed(rule: Rule[Any], resource: Resource) -> Iterator[Hit]:
    """A hit where the annotation is no date, so that its day never comes."""
    found = expiry(resource)
    if found and found.day is None:
        yield rule.hit(found, f"{resource} expires on {found.text!r}, which is no date")


def beyond(rule: Rule[Any], resource: Resource) -> Iterator[Hit]:
    """A hit where the last day is further away than `temporary-access.max-days`, if that is set."""
    found = expiry(resource)
    most = resource.context.number("temporary-access.max-days", 0)
    left = found.days_left(resource.context) if found else None
    if found and most and left is not None and left > most:
        yield rule.hit(found, f"{resource} ends in {left} days, {most} are allowed")
