"""Rules about kubeconfigs: how they trust, what they give away, what they run."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Severity
from hullmark.linter.manifest.components.documents import Kubeconfig
from hullmark.linter.manifest.components.literals import decoded, literal
from hullmark.linter.manifest.components.values import loopback, templated, url_host
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.patterns import regex
from hullmark.linter.rule import Hit, Offer, manifest
from hullmark.linter.rule.settings.told import Told, at, removed, replaced, told

_BOOTSTRAP = regex(r"[a-z0-9]{6}\.[a-z0-9]{16}")
_SECRET_NAME = regex(r"(?i)(?:secret|token|password|passwd|private_?key|access_?key)")
_PROVIDER_SECRETS = ("id-token", "refresh-token", "access-token", "client-secret")
_SHELLS = ("sh", "bash", "zsh", "dash", "ash")
_ALPHA = "client.authentication.k8s.io/v1alpha1"


def _skipped(config: Kubeconfig) -> Iterator[Hit]:
    for cluster in config.clusters:
        field = cluster.get("insecure-skip-tls-verify")
        if field.truth:
            fix = removed(field, "verify the certificate of the API server")
            yield at(field, "the certificate of the API server is not verified", fix=fix)


def _clear_text(config: Kubeconfig) -> Iterator[Hit]:
    for cluster in config.clusters:
        server = cluster.get("server")
        if (server.text or "").lower().startswith("http://") and not templated(server.text or ""):
            near = loopback(url_host(server.text or ""))
            yield at(
                server, "requests to the API server are sent in clear text", severity=Severity.LOW if near else None
            )


def _credentials(config: Kubeconfig) -> Iterator[Hit]:
    if config.embedded:
        return  # family `secret` reports credentials that stand in other objects
    for user in config.users:
        for key, what in (("token", ""), ("password", "password"), ("client-key-data", "private key")):
            field = user.get(key)
            if literal(field.text):
                yield at(field, f"a {what or _sort_of_token(field.text or '')} is written in the file", secret=True)
        for key in _PROVIDER_SECRETS:
            field = user.get("auth-provider", "config", key)
            if literal(field.text):
                yield at(field, f"the {key} of an auth provider is written in the file", secret=True)
        for variable in user.get("exec", "env").items():
            value = variable.get("value")
            if _SECRET_NAME.search(variable.get("name").text or "") and literal(value.text):
                yield at(
                    value, f"variable {variable.get('name').text!r} of a credential plugin holds a secret", secret=True
                )


def _sort_of_token(text: str) -> str:
    if _BOOTSTRAP.fullmatch(text):
        return "bootstrap token"
    head = decoded(text.partition(".")[0] + "==") if text.startswith("eyJ") else None
    return "service account token" if head is not None else "token"


def _certificate(config: Kubeconfig) -> Iterator[Hit]:
    for entry in config.cursor.get("users").items():
        user = entry.get("user")
        name = entry.get("name")
        if (name.text or "").startswith("system:"):
            continue
        for key in ("client-certificate", "client-certificate-data"):
            field = user.get(key)
            if field.text:
                yield at(field.key_place, f"user {name.text!r} logs in with a client certificate")


def _runs_script(config: Kubeconfig) -> Iterator[Hit]:
    for user in config.users:
        command = user.get("exec", "command")
        text = command.text or ""
        arguments = [item.text for item in user.get("exec", "args").items()]
        relative = "/" in text.replace("\\", "/") and not text.startswith(("/", "~")) and text[1:2] != ":"
        if relative or (text.rpartition("/")[2] in _SHELLS and "-c" in arguments):
            yield at(command, f"the login runs {text!r}")


def _impersonation(config: Kubeconfig) -> Iterator[Hit]:
    for user in config.users:
        groups = list(user.get("as-groups").items())
        fields = [user.get("as"), user.get("as-uid"), *groups[:1], user.get("as-user-extra")]
        masters = [item for item in groups if item.text == "system:masters"]
        written = masters or [field for field in fields if field.present]
        if written:
            who = f" {written[0].text!r}" if written[0].text else ""
            yield at(written[0], f"requests run as somebody else{who}", severity=Severity.HIGH if masters else None)


def _proxy(config: Kubeconfig) -> Iterator[Hit]:
    for cluster in config.clusters:
        field = cluster.get("proxy-url")
        text = field.text or ""
        if text.lower().startswith("http://") and not templated(text) and not loopback(url_host(text)):
            yield at(field, "the proxy is spoken to in clear text")


def _provider(config: Kubeconfig) -> Iterator[Hit]:
    for user in config.users:
        field = user.get("auth-provider", "name")
        if field.text in ("gcp", "azure"):
            yield at(field, f"auth provider {field.text!r} was removed from clients in 1.26")


def _exec_api(config: Kubeconfig) -> Iterator[Hit]:
    for user in config.users:
        field = user.get("exec", "apiVersion")
        if field.text == _ALPHA:
            yield at(field, "v1alpha1 of the exec API was removed in 1.24", fix=_newer(field))


def _newer(field: Cursor) -> Offer:
    return replaced(field, "client.authentication.k8s.io/v1beta1", "use v1beta1")


def _cluster(line: str, server: str = "https://10.0.0.5:6443") -> str:
    return f"""
    apiVersion: v1
    kind: Config
    clusters:
      - name: shop
        cluster:
          server: {server}
          {line}
    """


def _user(*lines: str) -> str:
    body = "\n".join(f"          {line}" for line in lines)
    return f"""
    apiVersion: v1
    kind: Config
    users:
      - name: mia
        user:
{body}
    """


_CA = manifest(_cluster("certificate-authority: ca.crt"))
_PLUGIN = manifest(_user("exec:", "  apiVersion: client.authentication.k8s.io/v1", "  command: cloud-login"))

RULES = told(
    "kubeconfig",
    Kubeconfig,
    {
        "tls-verification-skipped": Told(
            "Client does not verify the API server.",
            _skipped,
            (
                manifest(
                    _cluster("insecure-skip-tls-verify: true  # !\n          tls-server-name: a"),
                    _cluster("tls-server-name: a"),
                ),
            ),
            (_CA,),
        ),
        "server-over-http": Told(
            "Client speaks to the API server in clear text.",
            _clear_text,
            (manifest(_cluster("tls-server-name: a", "http://10.0.0.5:8080  # !")),),
            (_CA,),
        ),
        "credentials-in-file": Told(
            "Credentials of a cluster are in the file.",
            _credentials,
            (
                manifest(_user("token: q7w2xk.8m3v5t1r9z4y6b0c  # ! bootstrap token")),
                manifest(_user("client-key-data: LS0tLS1CRUdJTiBFWEFNUExF  # ! private key")),
                manifest(
                    _user("exec:", "  command: login", "  env:", "    - name: API_TOKEN", "      value: f81kx02m  # !")
                ),
            ),
            (_PLUGIN, manifest(_user("token: ${TOKEN}")), manifest(_user("client-certificate-data: LS0tLS1CRUdJTg=="))),
            alone=True,
        ),
        "client-certificate-login": Told(
            "A person logs in with a client certificate.",
            _certificate,
            (manifest(_user("client-certificate: mia.crt  # !")),),
            (_PLUGIN,),
        ),
        "exec-runs-local-script": Told(
            "The login runs a program beside the kubeconfig.",
            _runs_script,
            (
                manifest(_user("exec:", "  command: ./login.sh  # !")),
                manifest(_user("exec:", "  command: bash  # !", "  args: [-c, 'cat token']")),
            ),
            (_PLUGIN,),
        ),
        "impersonation": Told(
            "Requests run as somebody else.",
            _impersonation,
            (
                manifest(_user("as: admin  # !")),
                manifest(_user("as: admin", "as-groups:", "  - system:masters  # !")),
            ),
            (_PLUGIN,),
        ),
        "proxy-over-http": Told(
            "Connections go through a proxy in clear text.",
            _proxy,
            (manifest(_cluster("proxy-url: http://proxy.example:3128  # !")),),
            (manifest(_cluster("proxy-url: https://proxy.example:3128")),),
        ),
        "removed-auth-provider": Told(
            "The login uses a provider that clients no longer have.",
            _provider,
            (manifest(_user("auth-provider:", "  name: gcp  # !")),),
            (manifest(_user("auth-provider:", "  name: oidc")),),
        ),
        "removed-exec-api": Told(
            "The login uses a removed version of the exec API.",
            _exec_api,
            (
                manifest(
                    _user("exec:", f"  apiVersion: {_ALPHA}  # !", "  command: login"),
                    _user("exec:", "  apiVersion: client.authentication.k8s.io/v1beta1", "  command: login"),
                ),
            ),
            (_PLUGIN,),
        ),
    },
    carried=True,
)
