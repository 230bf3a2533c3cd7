"""Credentials that a file discloses: one rule for every form and place. Values are never part of a message."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.secrets.carriers import LAST_APPLIED
from hullmark.linter.manifest.secrets.disclosure import Found
from hullmark.linter.manifest.secrets.subject import Disclosures
from hullmark.linter.rule import Because, Example, Hit, Offer, Row, Rule, in_container, manifest, remove

_CIS = "CIS-1.12/5.4.1"
_FILES = "MITRE/T1552.001"


def _judge(rule: Rule[Disclosures], disclosures: Disclosures) -> Iterator[Hit]:
    for found in disclosures.found:
        if found.rule == rule.id:
            yield Hit(
                found.place,
                found.message,
                tuple(Because(place, "and here") for place in found.also),
                _fix(disclosures, found),
                found.severity,
                found.confidence,
                max(found.profile, rule.profile),
                secret=True,
            )


def _fix(disclosures: Disclosures, found: Found) -> Offer:
    """The copy that kubectl keeps of what was applied is made anew whenever somebody applies."""
    if found.rule != "secret/credential-in-annotation" or found.place.path[-1:] != (LAST_APPLIED,):
        return None
    return remove(disclosures.resource.annotation(LAST_APPLIED), safe=True)


def _row(
    name: str,
    title: str,
    why: str,
    remedy: str,
    bad: tuple[Example, ...],
    good: tuple[Example, ...],
    *,
    severity: Severity = Severity.HIGH,
    confidence: Confidence = Confidence.HIGH,
    profile: Profile = Profile.DEFAULT,
    controls: tuple[str, ...] = (_FILES,),
) -> Row[Disclosures]:
    return Row(
        f"secret/{name}",
        Disclosures,
        f"{title}\n\n{why}\n\n{remedy}",
        _judge,
        severity=severity,
        confidence=confidence,
        profile=profile,
        controls=controls,
        bad=bad,
        good=good,
    )


def _map(*lines: str) -> str:
    body = "\n".join(f"  {line}" for line in lines)
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings, namespace: shop}}\ndata:\n{body}\n"


def _secret(kind: str, *lines: str, field: str = "stringData") -> str:
    body = "\n".join(f"  {line}" for line in lines)
    return f"apiVersion: v1\nkind: Secret\nmetadata: {{name: web, namespace: shop}}\ntype: {kind}\n{field}:\n{body}\n"


def _env(name: str, value: str, mark: str = "") -> str:
    return f"env:\n  - name: {name}\n    value: {value}{mark}"


# Credentials of examples are made up; they have the form that matters and open nothing.
_STRIPE = "sk" + "_live_4eC39HqLyjWDarjtT1zdp7dcPl3kQz"
_KEY = "-----BEGIN EC " + "PRIVATE KEY-----"
_RANDOM = "vT9x#mQ2pLr7Wd"
_JWT = (
    "ey"
    "JhbGciOiJSUzI1NiIsImtpZCI6IkxvIn0.ey"
    "Jpc3MiOiJrdWJlcm5ldGVzL3NlcnZpY2VhY2NvdW50Iiwic3ViIjoic3lzdGVtOnNlcnZpY2VhY2NvdW50OnNob3A6d2ViIn0."
    "c2lnbmF0dXJlLW9mLW5vLXVzZS1hdC1hbGwtMDEyMzQ1Njc4OWFiY2RlZg"
)
_FROM_SECRET = in_container("env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]")
_PLAIN_MAP = manifest(_map("color: blue", "token-url: https://login.example/token", "password-file: /run/secrets/db"))
_SEALED = manifest(_secret("Opaque", "password: vault:secret/data/shop#password"))
_HOME = "Put it into a secret store and refer to it; revoke the one that was written here."

RULES = (
    _row(
        "private-key",
        "Private key is written in a file.",
        "Whoever reads the repository, now or in any old copy, is whoever the key stands for.",
        "Take the key out of use, make a new one, and keep that in a secret store.",
        (
            manifest(
                _map(
                    "key.pem: |",
                    f"  {_KEY}  # ! holds a PEM private key",
                    "  MHcCAQEEIF",
                    "  -----END EC PRIVATE KEY-----",
                )
            ),
        ),
        (manifest(_map("ca.pem: |", "  -----BEGIN CERTIFICATE-----", "  MIIB", "  -----END CERTIFICATE-----")),),
        severity=Severity.CRITICAL,
        controls=(_CIS, _FILES),
    ),
    _row(
        "provider-token",
        "Credential of a provider is written in a file.",
        "The form tells what it opens, and searching repositories for such forms is an industry.",
        f"Revoke it at the provider. {_HOME}",
        (in_container(_env("STRIPE_API", _STRIPE, "  # ! holds a Stripe secret or restricted key")),),
        (_FROM_SECRET, in_container(_env("STRIPE_API", "pk_live_4eC39HqLyjWDarjtT1zdp7dc"))),
    ),
    _row(
        "url-with-password",
        "URL or connection string holds a password.",
        "Addresses are logged, shown and handed on by programs that would take care of a password.",
        "Keep user and password apart from the address, and take them from a secret store.",
        (
            in_container(
                _env("DATABASE_URL", "postgres://shop:qX7vR2mKw9@db.shop:5432/shop", "  # ! holds a password in a URL")
            ),
        ),
        (in_container(_env("DATABASE_URL", "postgres://shop:$(DB_PASSWORD)@db.shop:5432/shop")),),
    ),
    _row(
        "embedded-kubeconfig",
        "Kubeconfig with credentials lies inside an object.",
        "It opens a whole cluster to whoever may read the object, or the file.",
        "Give the program a ServiceAccount of its own, or an exec plugin that logs in for it.",
        (
            manifest(
                _map(
                    "config: |",
                    "  apiVersion: v1",
                    "  kind: Config",
                    "  users:",
                    "    - name: mia",
                    "      user:",
                    "        password: Zr8kWq3vTn  # ! holds a kubeconfig with credentials",
                )
            ),
        ),
        (
            manifest(
                _map("config: |", "  kind: Config", "  users:", "    - {name: mia, user: {tokenFile: /run/token}}")
            ),
        ),
        severity=Severity.CRITICAL,
        controls=("MITRE/T1552.007",),
    ),
    _row(
        "service-account-token-literal",
        "Token of a ServiceAccount is written in a file.",
        "Whoever has it acts as the account, from anywhere that reaches the API server.",
        "Delete the Secret that the token came from, and let pods get theirs by mounting.",
        (in_container(_env("API_TOKEN", _JWT, "  # ! holds a Kubernetes service account token")),),
        (_FROM_SECRET,),
        severity=Severity.CRITICAL,
        controls=("MITRE/T1528",),
    ),
    _row(
        "literal-credential",
        "Credential is written in a container's settings.",
        "Whoever may read the manifest, the pod, or the environment of the process has it, and every copy\n"
        "of the repository keeps it.",
        f"{_HOME} In a pod, that is `valueFrom.secretKeyRef` or a mounted file.",
        (
            in_container(_env("DB_PASSWORD", f"'{_RANDOM}'", "  # ! variable 'DB_PASSWORD' of container 'app'")),
            in_container(f"args:\n  - '--admin-password={_RANDOM}'  # ! a command of container 'app'"),
            in_container(_env("SESSION_SECRET", "blueberry-muffin", "  # ! what may be a credential")),
        ),
        (
            _FROM_SECRET,
            in_container(_env("DB_PASSWORD_FILE", "/run/secrets/db")),
            in_container(_env("DB_PASSWORD", "'<your-password>'")),
        ),
        confidence=Confidence.MEDIUM,
        controls=(_CIS, "STIG/V-242415", "NSA/secrets", _FILES),
    ),
    _row(
        "credential-in-config-map",
        "Credential is written in a ConfigMap.",
        "ConfigMaps are read by everybody who may look at a namespace, and are not encrypted at rest.",
        "Move it into a Secret that comes from a secret store.",
        (
            manifest(_map(f"adminPassword: '{_RANDOM}'  # ! entry 'adminPassword' of ConfigMap 'settings'")),
            manifest(_map("app.ini: |", "  [db]", f"  password = {_RANDOM}  # ! under 'password'")),
        ),
        (_PLAIN_MAP,),
        confidence=Confidence.MEDIUM,
    ),
    _row(
        "credential-in-annotation",
        "Credential is written in an annotation or label.",
        "Annotations and labels are shown everywhere, logged, and copied to what is made from the object.",
        "Remove it, and revoke it. `kubectl apply --server-side` keeps no copy of what it applies.",
        (
            manifest(
                "apiVersion: v1\nkind: Secret\nmetadata:\n  name: web\n  annotations:\n    team: shop\n"
                f'    {LAST_APPLIED}: \'{{"kind":"Secret","data":{{"p":"eA=="}}}}\'  # ! the values of a Secret\n',
                fixed="apiVersion: v1\nkind: Secret\nmetadata:\n  name: web\n  annotations:\n    team: shop\n",
            ),
        ),
        (
            manifest(
                "apiVersion: v1\nkind: Pod\nmetadata: {name: web, annotations: {team: shop}}\nspec: {containers: []}"
            ),
        ),
        confidence=Confidence.MEDIUM,
    ),
    _row(
        "credential-in-values",
        "Credential is written in the values of a chart.",
        "Values end up in the release's Secret, in the history of the repository, and in every pipeline\n"
        "that renders the chart.",
        "Refer to a Secret by name, as most charts allow, or encrypt the file.",
        (
            manifest(
                "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: db}\nspec:\n  values:\n"
                f"    auth:\n      password: '{_RANDOM}'  # ! value 'password' of HelmRelease 'db'"
            ),
        ),
        (
            manifest(
                "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: db}\nspec:\n  values:\n"
                "    auth: {existingSecret: db}"
            ),
        ),
        confidence=Confidence.MEDIUM,
    ),
    _row(
        "credential-in-resource",
        "Credential is written in a custom object.",
        "Custom objects are read by more people and programs than Secrets, and are not encrypted at rest.",
        "Use the field that refers to a Secret.",
        (
            manifest(
                f"apiVersion: shop.example/v1\nkind: Store\nmetadata: {{name: s}}\nspec:\n"
                f"  password: '{_RANDOM}'  # ! 'password'"
            ),
        ),
        (manifest("apiVersion: shop.example/v1\nkind: Store\nmetadata: {name: s}\nspec: {passwordRef: {name: s}}"),),
        severity=Severity.MEDIUM,
        confidence=Confidence.LOW,
        profile=Profile.STRICT,
    ),
    _row(
        "docker-credentials",
        "Credentials of a registry are written in a file.",
        "Whoever reads them pulls private images, and often pushes images that others run.",
        "Revoke them, and create the Secret from a secret store or a credential provider of the kubelet.",
        (
            manifest(
                _secret(
                    "kubernetes.io/dockerconfigjson",
                    '.dockerconfigjson: \'{"auths":{"r.example":{"password":"Zr8kWq3vTn5x"}}}\'  # ! credentials of',
                )
            ),
        ),
        (manifest(_secret("kubernetes.io/dockerconfigjson", ".dockerconfigjson: '{\"auths\":{}}'")),),
    ),
    _row(
        "unencrypted-secret-object",
        "Secret lies in a file as it is.",
        "Base64 hides nothing. Whoever reads the repository, or any old copy of it, has what the Secret\nholds.",
        "Encrypt the file with SOPS or as a SealedSecret, or let an ExternalSecret fetch the value; revoke\n"
        "the old one.",
        (
            manifest(_secret("Opaque", f"license: '{_RANDOM}'  # ! entry 'license' of Secret 'web'")),
            manifest(_secret("Opaque", "opaque: dlQ5eCNtUTJwTHI3V2Q=  # ! in plain text", field="data")),
        ),
        (_SEALED,),
        confidence=Confidence.MEDIUM,
        controls=(_CIS, _FILES),
    ),
    _row(
        "sops-value-left-plain",
        "Entry of an encrypted file is not encrypted.",
        "The file looks safe and is treated so, while this value can be read by everybody.",
        "Encrypt the file again with a rule (`encrypted_regex`) that covers the entry, and revoke the value.",
        (
            manifest(
                _secret(
                    "Opaque",
                    "a: ENC[AES256_GCM,data:aa,iv:bb,tag:cc,type:str]",
                    f"b: '{_RANDOM}'  # ! is not encrypted",
                )
                + "sops: {mac: 'ENC[AES256_GCM,data:dd]', version: 3.9.0}\n"
            ),
        ),
        (_FROM_SECRET,),
    ),
    _row(
        "weak-password",
        "Server starts with a password that everybody tries first.",
        "Default passwords are tried on every server that can be reached, within minutes.",
        "Let the value come from a Secret with a password that was made at random.",
        (in_container(_env("POSTGRES_PASSWORD", "postgres", "  # ! that everybody tries first")),),
        (_FROM_SECRET, in_container(_env("POSTGRES_PASSWORD", "'<password>'"))),
        severity=Severity.MEDIUM,
        confidence=Confidence.MEDIUM,
        profile=Profile.STRICT,
        controls=("MITRE/T1078.001",),
    ),
    _row(
        "bootstrap-token",
        "Token with which nodes join is written in a file.",
        "Whoever has it adds a node of his own to the cluster, and gets the pods and secrets that are put\nthere.",
        "Make tokens with `kubeadm token create` when they are needed, and let them end.",
        (
            manifest(
                _secret(
                    "bootstrap.kubernetes.io/token",
                    "token-id: a1b2c3",
                    "token-secret: f395accd246ae52d  # ! a token with which nodes join, and it never ends",
                )
            ),
        ),
        (manifest(_secret("bootstrap.kubernetes.io/token", "token-id: abcdef", "token-secret: 0123456789abcdef")),),
        controls=("MITRE/T1078",),
    ),
    _row(
        "password-hash",
        "Password hash is written in a file.",
        "Hashes are guessed at leisure, away from the server that would count the attempts.",
        "Keep the file in a secret store; use long random passwords.",
        (
            manifest(
                _map(
                    "htpasswd: mia:$2y$" + "05$Rk9mQ2xWbnpTUGhEWkxhYe4uYqJp0wI1sKxT7vBn3cMd5fGhJkLq2  # ! password hash"
                )
            ),
        ),
        (_PLAIN_MAP,),
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=("MITRE/T1110",),
    ),
)
