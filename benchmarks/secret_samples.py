"""A labelled set of strings: credentials of known forms with made-up bodies, passwords, and what only looks like one.

Bodies are drawn from a fixed seed; nothing here opens anything.
"""

from __future__ import annotations

import base64
import json
import random
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

_LOWER = "abcdefghijklmnopqrstuvwxyz"
_UPPER = _LOWER.upper()
_DIGITS = "0123456789"
_ALNUM = _LOWER + _UPPER + _DIGITS
_HEX = "0123456789abcdef"
_BASE62 = _DIGITS + _UPPER + _LOWER


class Sample(NamedTuple):
    """A value under a name, and whether it is a secret that a reviewer would want out of the file.

    `of_file`: the name is that of a file, and the value what it holds.
    """

    key: str
    value: str
    secret: bool
    sort: str
    of_file: bool = False


def samples(seed: int = 20261125) -> list[Sample]:
    """The whole set, in a fixed order."""
    draw = Draw(random.Random(seed))
    return [*_known_forms(draw), *_passwords(draw), *_harmless(draw), *_placeholders(), *_look_alikes(draw)]


class Draw:
    """Random texts."""

    def __init__(self, source: random.Random) -> None:
        self._source = source

    def text(self, length: int, letters: str = _ALNUM) -> str:
        """A text of so many letters."""
        return "".join(self._source.choice(letters) for _ in range(length))

    def hex(self, length: int) -> str:
        """Hex digits."""
        return self.text(length, _HEX)

    def base64(self, size: int) -> str:
        """Base64 of random bytes."""
        return base64.b64encode(self._source.randbytes(size)).decode()

    def uuid(self) -> str:
        """A UUID."""
        return "-".join(self.hex(n) for n in (8, 4, 4, 4, 12))

    def checked(self, prefix: str) -> str:
        """A token that ends with its checksum."""
        body = self.text(30)
        value, digits = zlib.crc32(body.encode()), ""
        while value:
            value, digit = divmod(value, 62)
            digits = _BASE62[digit] + digits
        return f"{prefix}_{body}{digits.rjust(6, '0')}"

    def jwt(self, **claims: object) -> str:
        """A signed JSON web token with these claims."""
        parts = [json.dumps({"alg": "RS256", "typ": "JWT", "kid": self.text(8)}), json.dumps(claims)]
        coded = [base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts]
        return ".".join([*coded, self.text(86, _ALNUM + "-_")])


_FORMS: tuple[tuple[str, str, Callable[[Draw], str]], ...] = (
    ("aws", "AWS_ACCESS_KEY_ID", lambda d: "AKIA" + d.text(16, _UPPER + "234567")),
    ("aws secret", "AWS_SECRET_ACCESS_KEY", lambda d: d.text(40, _ALNUM + "/+")),
    ("google key", "MAPS", lambda d: "AIza" + d.text(35, _ALNUM + "-_")),
    ("google oauth", "OAUTH", lambda d: "GOCSPX-" + d.text(28, _ALNUM + "-_")),
    (
        "azure storage",
        "STORAGE",
        lambda d: f"AccountName=shop;AccountKey={d.base64(64)};EndpointSuffix=core.windows.net",
    ),
    ("azure bus", "BUS", lambda d: f"Endpoint=sb://x.servicebus.windows.net/;SharedAccessKey={d.base64(32)}"),
    ("entra", "AZURE", lambda d: f"{d.text(3)}8Q~{d.text(34)}"),
    ("github", "GIT", lambda d: d.checked("ghp")),
    ("github app", "GIT", lambda d: d.checked("ghs")),
    ("github fine", "GIT", lambda d: f"github_pat_{d.text(22)}_{d.text(59)}"),
    ("gitlab", "CI", lambda d: "glpat-" + d.text(20, _ALNUM + "-_")),
    ("docker hub", "HUB", lambda d: "dckr_pat_" + d.text(27, _ALNUM + "-_")),
    ("npm", "NPM", lambda d: d.checked("npm")),
    ("pypi", "PYPI", lambda d: "pypi-AgEIcHlwaS5vcmc" + d.text(80, _ALNUM + "-_")),
    ("rubygems", "GEM", lambda d: "rubygems_" + d.hex(48)),
    ("slack", "BOT", lambda d: f"xoxb-{d.text(12, _DIGITS)}-{d.text(12, _DIGITS)}-{d.text(24)}"),
    (
        "slack hook",
        "HOOK",
        lambda d: f"https://hooks.slack.com/services/T{d.text(10, _UPPER)}/B{d.text(10, _UPPER)}/{d.text(24)}",
    ),
    (
        "discord hook",
        "HOOK",
        lambda d: f"https://discord.com/api/webhooks/{d.text(18, _DIGITS)}/{d.text(68, _ALNUM + '-_')}",
    ),
    ("telegram", "BOT", lambda d: f"{d.text(10, _DIGITS)}:AA{d.text(33, _ALNUM + '-_')}"),
    ("stripe", "PAY", lambda d: "sk_live_" + d.text(24)),
    ("stripe hook", "PAY", lambda d: "whsec_" + d.text(32)),
    ("shopify", "SHOP", lambda d: "shpat_" + d.hex(32)),
    ("sendgrid", "MAIL", lambda d: f"SG.{d.text(22, _ALNUM + '-_')}.{d.text(43, _ALNUM + '-_')}"),
    ("mailchimp", "MAIL", lambda d: f"{d.hex(32)}-us{d.text(1, '12345')}"),
    ("openai", "AI", lambda d: f"sk-proj-{d.text(40)}T3BlbkFJ{d.text(40)}"),
    ("anthropic", "AI", lambda d: f"sk-ant-api03-{d.text(95, _ALNUM + '-_')}"),
    ("hugging face", "AI", lambda d: "hf_" + d.text(34, _LOWER + _UPPER)),
    ("vault", "VAULT", lambda d: "hvs." + d.text(96, _ALNUM + "-_")),
    ("terraform", "TF", lambda d: f"{d.text(14)}.atlasv1.{d.text(67)}"),
    ("pulumi", "PULUMI", lambda d: "pul-" + d.hex(40)),
    ("doppler", "DOPPLER", lambda d: "dp.st." + d.text(43)),
    ("digitalocean", "DO", lambda d: "dop_v1_" + d.hex(64)),
    ("cloudflare", "CLOUDFLARE_API_TOKEN", lambda d: d.text(40, _ALNUM + "-_")),
    ("tailscale", "TS", lambda d: f"tskey-auth-{d.text(12)}-{d.text(32)}"),
    ("grafana", "GF", lambda d: f"glsa_{d.text(32)}_{d.hex(8)}"),
    ("datadog", "DD_API_KEY", lambda d: d.hex(32)),
    ("new relic", "NR", lambda d: "NRAK-" + d.text(27, _UPPER + _DIGITS)),
    ("dynatrace", "DT", lambda d: f"dt0c01.{d.text(24, _UPPER + _DIGITS)}.{d.text(64, _UPPER + _DIGITS)}"),
    ("databricks", "DB", lambda d: "dapi" + d.hex(32)),
    ("planetscale", "DB", lambda d: "pscale_pw_" + d.text(43, _ALNUM + "_.-")),
    ("linear", "LINEAR", lambda d: "lin_api_" + d.text(40)),
    ("sonar", "SONAR", lambda d: "sqp_" + d.hex(40)),
    ("age", "SOPS", lambda d: "AGE-SECRET-KEY-1" + d.text(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")),
    (
        "private key",
        "KEY",
        lambda d: "-----BEGIN RSA PRIVATE KEY-----\n" + d.base64(48) + "\n-----END RSA PRIVATE KEY-----",
    ),
    ("ec key", "KEY", lambda d: "-----BEGIN EC PRIVATE KEY-----\n" + d.base64(48) + "\n-----END EC PRIVATE KEY-----"),
    (
        "account token",
        "TOKEN_FILE_DATA",
        lambda d: d.jwt(iss="kubernetes/serviceaccount", sub="system:serviceaccount:a:b"),
    ),
    ("jwt", "SESSION", lambda d: d.jwt(iss="https://login.example", sub=d.text(10))),
    ("url", "DATABASE_URL", lambda d: f"postgres://shop:{d.text(14)}@db.shop.svc:5432/shop"),
    ("mongo url", "MONGO", lambda d: f"mongodb+srv://app:{d.text(12)}@cluster0.example.net/app"),
    ("amqp url", "BROKER", lambda d: f"amqp://guest:{d.text(16)}@mq:5672/"),
    ("jdbc", "JDBC", lambda d: f"jdbc:mysql://db:3306/shop?user=shop&password={d.text(14)}"),
    ("basic", "HEADERS", lambda d: f"Authorization: Basic {d.base64(21)}"),
)
_NAMES = (
    "DB_PASSWORD",
    "adminPassword",
    "API_KEY",
    "SECRET_KEY",
    "JWT_SECRET",
    "clientSecret",
    "ACCESS_TOKEN",
    "ENCRYPTION_KEY",
    "smtp-password",
    "COOKIE_SECRET",
)


def _known_forms(draw: Draw) -> Iterator[Sample]:
    for sort, key, make in _FORMS:
        for _ in range(3):
            yield Sample(key, make(draw), True, sort)


def _passwords(draw: Draw) -> Iterator[Sample]:
    for key in _NAMES:
        yield Sample(key, draw.hex(32), True, "hex under a name")
        yield Sample(key, draw.base64(24), True, "base64 under a name")
        yield Sample(
            key, f"{draw.text(6)}{draw.text(2, '!#%&')}{draw.text(4, _DIGITS)}Ab1", True, "password under a name"
        )
        yield Sample(key, draw.text(28) + draw.text(2, _DIGITS), True, "token under a name")


def _harmless(draw: Draw) -> Iterator[Sample]:
    plain: dict[str, Callable[[], str]] = {
        "commit": lambda: draw.hex(40),
        "sha256": lambda: draw.hex(64),
        "image": lambda: f"registry.example/shop/app@sha256:{draw.hex(64)}",
        "IMAGE_TAG": lambda: f"v1.{draw.text(2, '123456789')}.0-{draw.hex(7)}",
        "REQUEST_ID": draw.uuid,
        "TENANT_ID": draw.uuid,
        "checksum/secret": lambda: draw.hex(64),
        "CA_CERT": lambda: f"-----BEGIN CERTIFICATE-----\n{draw.base64(48)}\n-----END CERTIFICATE-----",
        "PUBLIC_KEY": lambda: f"-----BEGIN PUBLIC KEY-----\n{draw.base64(48)}\n-----END PUBLIC KEY-----",
        "SSH_KNOWN_HOSTS": lambda: f"git.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{draw.text(43)}",
        "STRIPE_PUBLIC": lambda: "pk_live_" + draw.text(24),
        "STRIPE_TEST": lambda: "sk_test_" + draw.text(24),
        "PASSWORD_FILE": lambda: f"/run/secrets/{draw.text(8, _LOWER)}",
        "secretName": lambda: f"db-{draw.text(10, _LOWER + _DIGITS)}",
        "TOKEN_URL": lambda: f"https://login.example/{draw.uuid()}/token",
        "tokenSecretRef": lambda: f"shop-{draw.hex(8)}",
        "LOG_LEVEL": lambda: draw.text(5, _LOWER),
        "POD_CIDR": lambda: f"10.{draw.text(1, '123456789')}.0.0/16",
        "S3_BUCKET": lambda: f"shop-data-{draw.text(12, _LOWER + _DIGITS)}",
        "ETAG": lambda: f'"{draw.hex(32)}"',
        "INTEGRITY": lambda: f"sha384-{draw.base64(48)}",
        "NODE_NAME": lambda: f"ip-10-0-1-{draw.text(2, '123456789')}.eu-west-1.compute.internal",
    }
    for key, make in plain.items():
        for _ in range(5):
            yield Sample(key, make(), False, "harmless")


def _placeholders() -> Iterator[Sample]:
    values = (
        "changeme",
        "<your-password>",
        "REPLACE_ME",
        "xxxxxxxxxxxxxxxx",
        "your-api-key-here",
        "${DB_PASSWORD}",
        "$(DB_PASSWORD)",
        "{{ .Values.auth.password }}",
        "vault:secret/data/shop#password",
        "op://shop/db/password",
        "ref+awssecrets://shop/db",
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop",
        "ENC[AES256_GCM,data:abc,iv:def,tag:ghi,type:str]",
        "password",
        "example-password-1A!",
        "file:/etc/shop/password",
        "env:DB_PASSWORD",
    )
    for key in ("DB_PASSWORD", "API_KEY", "clientSecret", "ACCESS_TOKEN"):
        for value in values:
            yield Sample(key, value, False, "placeholder or reference")


def _look_alikes(draw: Draw) -> Iterator[Sample]:
    """Values under sensitive names that are settings, and documented examples of known forms."""
    settings = ("true", "3600", "24h", "RS256", "bearer", "http://auth.shop.svc/login", "auth.shop.svc.cluster.local")
    for key in ("ENABLE_PASSWORD", "TOKEN_TTL", "PASSWORD_MIN_LENGTH", "SECRET_ROTATION_DAYS", "tokenAudience"):
        for value in settings:
            yield Sample(key, value, False, "setting")
    yield Sample("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE", False, "documented example")
    yield Sample("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", False, "documented example")
    yield Sample(
        "HOOK", "https://hooks.slack.com/services/T00000000/B00000000/" + "X" * 24, False, "documented example"
    )
    yield Sample("JOIN_TOKEN", "abcdef.0123456789abcdef", False, "documented example")
    yield Sample("URL", "postgres://user:password@localhost:5432/db", False, "documented example")
    yield Sample("GIT", "ghp_" + draw.text(36), False, "wrong checksum")
    yield Sample("GIT", "ghp_" + "x" * 36, False, "placeholder of a known form")
