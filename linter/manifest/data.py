"""Secrets and ConfigMaps."""

from __future__ import annotations

from typing import ClassVar

from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.manifest.view import Bool, Str, StrMap


class Secret(Resource):
    """A Secret. Its values are never part of a message."""

    __slots__ = ()

    kinds: ClassVar[KindSet | None] = frozenset({("", "Secret")})
    schema = "io.k8s.api.core.v1.Secret"

    type = Str("type")
    data = StrMap("data")
    string_data = StrMap("stringData")
    immutable = Bool("immutable")


class ConfigMap(Resource):
    """A ConfigMap."""

    __slots__ = ()

    kinds: ClassVar[KindSet | None] = frozenset({("", "ConfigMap")})
    schema = "io.k8s.api.core.v1.ConfigMap"

    data = StrMap("data")
    binary_data = StrMap("binaryData")
    immutable = Bool("immutable")
