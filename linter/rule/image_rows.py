"""Rules about images as rows: what those about pods and those about kustomizations have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hullmark.linter.finding import About, Confidence, Profile, Severity
from hullmark.linter.manifest.named_images import NamedImage
from hullmark.linter.manifest.place import Placed
from hullmark.linter.rule.examples import Example
from hullmark.linter.rule.hit import Hit, Offer
from hullmark.linter.rule.pod_rows import about
from hullmark.linter.rule.rule import Option, Row, Rule

Judge = Callable[[Rule[NamedImage], NamedImage], Iterable[Hit]]


def image_row(
    rule_id: str,
    title: str,
    why: str,
    remedy: str,
    judge: Judge,
    *,
    severity: Severity,
    bad: tuple[Example, ...],
    good: tuple[Example, ...],
    profile: Profile = Profile.DEFAULT,
    controls: tuple[str, ...] = (),
    options: tuple[Option, ...] = (),
) -> Row[NamedImage]:
    """One rule about images."""
    return Row(
        rule_id,
        NamedImage,
        f"{title}\n\n{why}\n\n{remedy}",
        judge,
        severity=severity,
        profile=profile,
        controls=controls,
        bad=bad,
        good=good,
        options=options,
    )


def image_hit(
    rule: Rule[NamedImage],
    image: NamedImage,
    thing: Placed,
    message: str,
    detail: str,
    fix: Offer = None,
    unless: str = "",
) -> Hit:
    """A hit about an image, of which it concerns the name, the tag or the digest: `detail`."""
    if image.pod is None:
        return Hit(thing.place, message, (), fix, about=(About(image.key, detail=detail),), unless=unless)
    whom = about(image.pod, None, image.containers, image.volume or None, detail)
    confidence = min(Confidence.HIGH, image.confidence_cap)
    return Hit(thing.place, message, (), fix, confidence=confidence, about=whom, unless=unless)
