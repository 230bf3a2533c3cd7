"""A second labelled set: files of many formats, variables, and look-alikes.

It was written before the detector was run on it, which then found 83.5 % of the secrets, with a precision of 91.0 %.
Bodies are drawn from a fixed seed; what is labelled harmless is public, hashed, a reference or an example.
"""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Iterable, Iterator

from benchmarks.secret_samples import Draw, Sample
from benchmarks.secret_samples_files import FILES, HARMLESS_FILES

_B64URL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
_LETTERS = {
    "u": _B64URL,
    "d": "0123456789",
    "c": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    "l": "abcdefghijklmnopqrstuvwxyz0123456789",
    "q": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
    "e": "qpzry9x8gf2tvdw0s3jn54khce6mua7l",
}
# What is drawn: `@t16@` are 16 letters and digits, `@h32@` hex digits, `@b32@` 32 bytes in base64 (`f`: for URLs,
# `r`: without padding), other letters as above; `@=...=@` is base64 of what stands between.
_DRAWN = re.compile(r"@([a-z])(\d+)@")
_CODED = re.compile(r"@=(.*?)=@")
Row = tuple[str, str, str]


def held_out(seed: int = 20261126) -> list[Sample]:
    """The whole set, in a fixed order."""
    draw = Draw(random.Random(seed))
    return [
        *_samples(draw, (*_TOKENS, *_CONNECTIONS, *_NAMED), True),
        *_samples(draw, FILES, True, of_file=True),
        *_samples(draw, (*_HARMLESS, *_DOCUMENTED), False),
        *(Sample(key, value, False, "reference or placeholder") for key, value in _REFERENCES),
        *_samples(draw, HARMLESS_FILES, False, of_file=True),
    ]


def _samples(draw: Draw, rows: Iterable[Row], secret: bool, of_file: bool = False) -> Iterator[Sample]:
    for sort, key, form in rows:
        value = _DRAWN.sub(lambda found: _body(draw, found[1], int(found[2])), form)
        value = _CODED.sub(lambda found: base64.b64encode(found[1].encode()).decode(), value)
        yield Sample(key, value, secret, sort, of_file)


def _body(draw: Draw, sort: str, length: int) -> str:
    if sort == "t":
        return draw.text(length)
    if sort == "h":
        return draw.hex(length)
    if sort in "bfr":
        text = draw.base64(length)
        return text.rstrip("=") if sort == "r" else text.translate({43: "-", 47: "_"}) if sort == "f" else text
    return draw.text(length, _LETTERS[sort])


_TOKENS = (
    ("GitHub fine-grained token", "GH_TOKEN", "github_pat_@t22@_@t59@"),
    ("GitLab routable token", "GITLAB_TOKEN", "glpat-@u27@.01.@l9@"),
    ("GitLab runner token", "RUNNER_TOKEN", "glrt-@u20@"),
    ("GitLab deploy token", "CI_DEPLOY_PASSWORD", "gldt-@u20@"),
    ("Hugging Face token", "HF_TOKEN", "hf_@t34@"),
    ("Databricks token", "DATABRICKS_TOKEN", "dapi@h32@"),
    ("DigitalOcean token", "DIGITALOCEAN_ACCESS_TOKEN", "dop_v1_@h64@"),
    ("Doppler token", "DOPPLER_TOKEN", "dp.pt.@t43@"),
    ("Terraform Cloud token", "TFE_TOKEN", "@t14@.atlasv1.@t67@"),
    ("Vault token", "VAULT_TOKEN", "hvs.@u95@"),
    ("Grafana service account", "GRAFANA_AUTH", "glsa_@t32@_@h8@"),
    ("Linear key", "LINEAR_API_KEY", "lin_api_@t40@"),
    ("PyPI token", "TWINE_PASSWORD", "pypi-AgEIcHlwaS5vcmc@u150@"),
    ("npm token", "NODE_AUTH_TOKEN", "npm_@t36@"),
    ("RubyGems key", "GEM_HOST_API_KEY", "rubygems_@h48@"),
    ("Slack webhook", "ALERT_URL", "https://hooks.slack.com/services/T@c8@/B@c10@/@t24@"),
    ("Discord webhook", "NOTIFY_URL", "https://discord.com/api/webhooks/@d18@/@u68@"),
    ("Telegram bot", "BOT_TOKEN", "@d10@:AA@u33@"),
    ("SendGrid key", "MAIL_KEY", "SG.@u22@.@u43@"),
    ("Stripe webhook secret", "STRIPE_WEBHOOK_SECRET", "whsec_@t32@"),
    ("Stripe restricted key", "PAYMENTS", "rk_live_@t99@"),
    ("Shopify token", "SHOPIFY_ACCESS_TOKEN", "shpat_@h32@"),
    ("Entra client secret", "AZURE_CLIENT_SECRET", "@t3@8Q~@u34@"),
    ("AWS secret key", "AWS_SECRET_ACCESS_KEY", "@b30@"),
    ("age key", "SOPS_AGE_KEY", "AGE-SECRET-KEY-1@q58@"),
    (
        "signed JWT",
        "SERVICE_TOKEN",
        (
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
            "eyJzdWIiOiJzdmMtb3JkZXJzIiwiaXNzIjoiaHR0cHM6Ly9pZC5zaG9wLmludGVybmFsIiwicm9sZSI6ImFkbWluIn0."
            "@u43@"
        ),
    ),
    (
        "Supabase service key",
        "SUPABASE_SERVICE_ROLE_KEY",
        (
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
            "eyJyb2xlIjoic2VydmljZV9yb2xlIiwiaXNzIjoic3VwYWJhc2UiLCJleHAiOjE5OTk5OTk5OTl9.@u43@"
        ),
    ),
)
_CONNECTIONS = (
    ("postgres URL", "DATABASE_URL", "postgresql://orders:@t14@@pg.shop.svc:5432/orders?sslmode=require"),
    ("mongodb srv URL", "MONGO_URI", "mongodb+srv://app:@t16@@cluster0.ab1cd.mongodb.net/shop"),
    ("redis URL without user", "CACHE", "redis://:@t20@@redis:6379/0"),
    ("amqp URL", "BROKER", "amqps://worker:Tq7%2Fmv9Lw2@mq.shop.internal:5671/%2Forders"),
    ("JDBC parameters", "JDBC_URL", "jdbc:postgresql://pg:5432/orders?user=orders&password=@t16@"),
    ("Go MySQL DSN", "DSN", "orders:@t16@@tcp(mysql.shop.svc:3306)/orders?parseTime=true"),
    (
        "ADO.NET string",
        "ConnectionStrings__Default",
        "Server=sql,1433;Database=orders;User Id=app;Password=@t12@!7;Encrypt=True",
    ),
    ("libpq keywords", "PG_DSN", "host=pg port=5432 user=orders password=@t18@ dbname=orders"),
    (
        "storage account string",
        "AZ_STORAGE",
        ("DefaultEndpointsProtocol=https;AccountName=shopprod;AccountKey=@b64@;EndpointSuffix=core.windows.net"),
    ),
    (
        "service bus string",
        "SB_CONN",
        "Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=@b32@",
    ),
    ("proxy with password", "HTTPS_PROXY", "http://proxyuser:@t12@@proxy.corp.example:3128"),
    ("basic header", "OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Basic @=12345:glc_@t60@=@"),
    ("git URL with token", "REPO", "https://deploy:@t24@@git.corp.example/shop/app.git"),
)
_NAMED = (
    ("Twilio auth token", "TWILIO_AUTH_TOKEN", "@h32@"),
    ("Rails secret", "SECRET_KEY_BASE", "@h128@"),
    ("Laravel key", "APP_KEY", "base64:@b32@"),
    ("Fernet key", "AIRFLOW__CORE__FERNET_KEY", "@f32@"),
    ("auth.js secret", "NEXTAUTH_SECRET", "@b33@"),
    ("Django secret", "DJANGO_SECRET_KEY", "k#3$v@9l!x2@t39@"),
    ("chosen password", "SMTP_PASSWORD", "Winter#2026mail"),
    ("chosen password", "MYSQL_PWD", "tr0ub4dor&3X"),
    ("chosen password", "ldapBindPassword", "Bind!Me7734"),
    ("drawn password", "KC_DB_PASSWORD", "@t22@"),
    ("drawn passphrase", "RESTIC_PASSWORD", "@t40@"),
    ("encryption key", "N8N_ENCRYPTION_KEY", "@h64@"),
    ("signing key", "JWT_SIGNING_KEY", "@b48@"),
    ("client secret as UUID", "OIDC_CLIENT_SECRET", "@h8@-@h4@-@h4@-@h4@-@h12@"),
    ("Datadog key", "DD_API_KEY", "@h32@"),
)
_HARMLESS = (
    ("commit", "GIT_COMMIT_SHA", "@h40@"),
    ("image by digest", "SIDECAR_IMAGE", "registry.example/shop/app@sha256:@h64@"),
    ("checksum", "CONFIG_CHECKSUM", "@h64@"),
    ("integrity", "SCRIPT_INTEGRITY", "sha384-@b48@"),
    ("tenant", "AZURE_TENANT_ID", "@h8@-@h4@-@h4@-@h4@-@h12@"),
    ("client id", "AZURE_CLIENT_ID", "@h8@-@h4@-@h4@-@h4@-@h12@"),
    ("OAuth client id", "GOOGLE_CLIENT_ID", "@d12@-@l32@.apps.googleusercontent.com"),
    ("Sentry DSN", "SENTRY_DSN", "https://@h32@@o@d6@.ingest.sentry.io/@d7@"),
    ("contract address", "TOKEN_ADDRESS", "0x@h40@"),
    ("trace parent", "TRACEPARENT", "00-@h32@-@h16@-01"),
    ("fingerprint", "SSH_HOST_FINGERPRINT", "SHA256:@r32@"),
    ("age recipient", "SOPS_AGE_RECIPIENTS", "age1@e58@"),
    ("public SSH key", "DEPLOY_KEY_PUB", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI@r32@ ci@shop"),
    ("WireGuard public key", "WG_PUBLIC_KEY", "@b32@"),
    ("publishable key", "STRIPE_PUBLISHABLE_KEY", "pk_live_@t99@"),
    ("Mapbox public token", "MAPBOX_TOKEN", "pk.eyJ1Ijoic2hvcCJ9.@u22@"),
    ("token endpoint", "TOKEN_ENDPOINT", "https://login.corp.example/realms/shop/protocol/openid-connect/token"),
    ("lifetime", "ACCESS_TOKEN_LIFETIME", "3600s"),
    ("header name", "API_KEY_HEADER", "X-Shop-Api-Key"),
    ("policy", "PASSWORD_MIN_LENGTH", "14"),
    ("class", "SECRETS_BACKEND", "airflow.providers.hashicorp.secrets.vault.VaultBackend"),
    ("class", "PASSWORD_HASHER", "django.contrib.auth.hashers.Argon2PasswordHasher"),
    ("pattern", "TOKEN_PATTERN", "^[A-Za-z0-9_-]{43}$"),
    ("ciphers", "TLS_CIPHERS", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
    ("tokenizer", "TOKENIZER", "meta-llama/Llama-3.1-8B-Instruct"),
    ("object name", "TLS_SECRET", "shop-tls-wildcard-2026"),
    ("object name", "PASSWORD_SECRET_KEY", "postgres-password"),
    ("key id", "KMS_KEY_ID", "arn:aws:kms:eu-central-1:@d12@:key/@h8@-@h4@-@h4@-@h4@-@h12@"),
    ("key id", "SIGNING_KEY_ID", "@h16@"),
    ("bcrypt", "ADMIN_PASSWORD_HASH", "$2b$12$@t53@"),
    ("reCAPTCHA site key", "RECAPTCHA_SITE_KEY", "6L@t38@"),
    ("cache prefix", "CACHE_KEY_PREFIX", "shop:prod:v2:"),
    ("prompt", "PASSWORD_PROMPT", "Enter the password of your account: "),
    ("feature", "ENABLE_TOKEN_REFRESH", "true"),
)
_DOCUMENTED = (
    ("AWS example", "AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
    ("AWS example", "AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    (
        "jwt.io",
        "EXAMPLE_TOKEN",
        (
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
            "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT"
            "4fwpMeJf36POk6yJV_adQssw5c"
        ),
    ),
    (
        "Azurite",
        "AZURE_STORAGE_KEY",
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
    ),
    (
        "Cosmos emulator",
        "COSMOS_KEY",
        "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==",
    ),
    ("URL with weak password", "DATABASE_URL", "postgres://user:password@localhost:5432/app"),
    ("URL with guest", "AMQP_URL", "amqp://guest:guest@rabbitmq:5672/"),
    ("URL of a variable", "DATABASE_URL", "postgres://app:$(PGPASSWORD)@pg:5432/app"),
    ("GitHub placeholder", "GITHUB_TOKEN", "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
    (
        "Slack placeholder",
        "SLACK_WEBHOOK",
        "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
    ),
)
_REFERENCES = (
    ("DB_PASSWORD_FILE", "/run/secrets/db_password"),
    ("DB_PASSWORD", "{{ .Values.db.password }}"),
    ("DB_PASSWORD", "${DB_PASSWORD:-}"),
    ("API_TOKEN", "$(API_TOKEN)"),
    ("API_TOKEN", "<%= ENV['API_TOKEN'] %>"),
    ("API_TOKEN", "__API_TOKEN__"),
    ("API_TOKEN", "@@API_TOKEN@@"),
    ("DB_PASSWORD", "vault:secret/data/shop#DB_PASSWORD"),
    ("DB_PASSWORD", "op://shop/database/password"),
    ("DB_PASSWORD", "ref+awssecrets://shop/db#/password"),
    ("DB_PASSWORD", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/db-AbCdEf"),
    ("DB_PASSWORD", "projects/123456789012/secrets/db-password/versions/latest"),
    ("DB_PASSWORD", "@Microsoft.KeyVault(SecretUri=https://shop.vault.azure.net/secrets/db/)"),
    ("DB_PASSWORD", "ENC[AES256_GCM,data:p673w==,iv:YY=,aad:UQ=,tag:A=,type:str]"),
    ("DB_PASSWORD", "<replace-with-your-password>"),
    ("API_KEY", "your-api-key-goes-here"),
    ("API_KEY", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
    ("JWT_SECRET", "REPLACE_ME_WITH_32_RANDOM_BYTES"),
)
