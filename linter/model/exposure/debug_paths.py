"""Paths that are for operators and not for callers."""

from __future__ import annotations

from hullmark.linter.finding import Severity
from hullmark.linter.named_tuple import NamedTuple


class DebugPath(NamedTuple):
    """A path, what it is, and how much it gives away."""

    prefix: str
    what: str
    severity: Severity


_PATHS = (
    DebugPath("/debug", "debug pages", Severity.HIGH),
    DebugPath("/pprof", "profiles of the program", Severity.MEDIUM),
    DebugPath("/actuator", "the management of Spring Boot", Severity.HIGH),
    DebugPath("/metrics", "metrics", Severity.MEDIUM),
    DebugPath("/server-status", "the status of the web server", Severity.MEDIUM),
    DebugPath("/nginx_status", "the status of nginx", Severity.MEDIUM),
    DebugPath("/jolokia", "the management of a Java program", Severity.HIGH),
    DebugPath("/h2-console", "a database console", Severity.MEDIUM),
    DebugPath("/swagger-ui", "a description of the API", Severity.INFO),
    DebugPath("/.git", "a repository", Severity.HIGH),
    DebugPath("/.env", "settings with secrets", Severity.HIGH),
    DebugPath("/phpinfo", "settings of PHP", Severity.MEDIUM),
    DebugPath("/admin/console", "an admin console", Severity.MEDIUM),
    DebugPath("/ambassador/v0", "diagnostics of the gateway", Severity.MEDIUM),
)
_HARMLESS = ("/actuator/health", "/actuator/info")


def debug_path(path: str) -> DebugPath | None:
    """What a path of a route gives away: it is one of these, or below one."""
    text = path.lower().rstrip("/").partition("(")[0].rstrip("/")
    if any(text == each or text.startswith(f"{each}/") for each in _HARMLESS):
        return None
    for each in _PATHS:
        if text == each.prefix or text.startswith((f"{each.prefix}/", f"{each.prefix}.")):
            return each
    return None
