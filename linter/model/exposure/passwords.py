"""Datastores that say of themselves that they ask for no password."""

from __future__ import annotations

from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.pod import Container

_SAID = {
    "POSTGRES_HOST_AUTH_METHOD": ("trust",),
    "MYSQL_ALLOW_EMPTY_PASSWORD": ("yes", "true", "1"),
    "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD": ("yes", "true", "1"),
    "ALLOW_EMPTY_PASSWORD": ("yes", "true", "1"),
    "ALLOW_ANONYMOUS_LOGIN": ("yes", "true", "1"),
    "xpack.security.enabled": ("false",),
    "DISABLE_SECURITY_PLUGIN": ("true",),
    "plugins.security.disabled": ("true",),
}
_REDIS = ("redis", "valkey", "keydb")
_REDIS_PASSWORDS = ("REDIS_PASSWORD", "REDIS_PASSWORD_FILE", "REDISCLI_AUTH", "VALKEY_PASSWORD")


def without_password(container: Container | None) -> Place | None:
    """The text that says so; of Redis the container itself, when nothing in it sets a password."""
    if container is None:
        return None
    for variable in container.env:
        wanted = _SAID.get(variable.name.text or "")
        if wanted and (variable.value.text or "").lower() in wanted:
            return variable.value.place
    reference = container.image_reference
    if reference is None or reference.path.rpartition("/")[2] not in _REDIS:
        return None
    words = [item.text or "" for item in (*container.command.items, *container.args.items)]
    named = {variable.name.text for variable in container.env}
    if named.intersection(_REDIS_PASSWORDS) or container.env_from or container.volume_mounts:
        return None
    return None if any("requirepass" in word or word.endswith(".conf") for word in words) else container.place
