"""Files of the second labelled set: configurations of many programs, with a credential in them and without.

Each is its sort, its name and what it holds; what is drawn is told in `secret_samples_held_out`.
"""

FILES = (
    ("npmrc token", ".npmrc", "@shop:registry=https://npm.corp.example/\n//npm.corp.example/:_authToken=@t36@\n"),
    ("npmrc basic", "npmrc", "registry=https://npm.corp.example/\n_auth=@=ci:@t16@=@\nalways-auth=true\n"),
    ("pip index", "pip.conf", "[global]\nindex-url = https://ci:@t18@@pypi.corp.example/simple\n"),
    ("netrc", ".netrc", "machine git.corp.example\n  login ci\n  password @t20@\n"),
    ("netrc on one line", "netrc", "machine api.corp.example login ci password @t16@\n"),
    ("pgpass", ".pgpass", "pg.shop.svc:5432:orders:app:@t18@\n"),
    ("git credentials", ".git-credentials", "https://ci:@t40@@git.corp.example\n"),
    ("docker config", "config.json", '{"auths": {"registry.corp.example": {"auth": "@=ci:@t20@=@"}}}'),
    (
        "cloud-init passwords",
        "user-data",
        ("#cloud-config\nchpasswd:\n  expire: false\n  users:\n  - name: root\n    password: @t14@\n    type: text\n"),
    ),
    (
        "maven settings",
        "settings.xml",
        (
            "<settings><servers><server><id>nexus</id><username>ci</username><password>@t18@</password>"
            "</server></servers></settings>"
        ),
    ),
    (
        "spring properties",
        "application.properties",
        "spring.datasource.url=jdbc:postgresql://pg/orders\nspring.datasource.password=@t16@\n",
    ),
    ("spring YAML", "application.yml", "spring:\n  datasource:\n    username: orders\n    password: @t16@\n"),
    ("dotenv", ".env", "APP_ENV=production\nexport DB_PASSWORD='@t18@'\n"),
    ("my.cnf", "my.cnf", "[client]\nuser=backup\npassword=@t16@\n"),
    ("redis.conf", "redis.conf", "bind 0.0.0.0\nrequirepass @t32@\nappendonly yes\n"),
    ("SQL user", "init.sql", "CREATE USER app WITH PASSWORD '@t16@';\nGRANT ALL ON DATABASE orders TO app;\n"),
    ("aws credentials", "credentials", "[default]\naws_access_key_id = AKIA@c16@\naws_secret_access_key = @b30@\n"),
    ("tfvars", "terraform.tfvars", 'region = "eu-central-1"\ndb_password = "@t18@"\n'),
    (
        "alertmanager",
        "alertmanager.yml",
        "global:\n  smtp_smarthost: mail:587\n  smtp_auth_username: alerts\n  smtp_auth_password: @t16@\n",
    ),
    (
        "prometheus scrape",
        "prometheus.yml",
        "scrape_configs:\n- job_name: app\n  basic_auth:\n    username: prom\n    password: @t18@\n",
    ),
    ("grafana.ini", "grafana.ini", "[security]\nadmin_user = admin\nadmin_password = @t18@\n"),
    ("wireguard", "wg0.conf", "[Interface]\nAddress = 10.8.0.1/24\nPrivateKey = @b32@\n"),
    ("PEM key", "tls.key", "-----BEGIN PRIVATE KEY-----\n@b96@\n-----END PRIVATE KEY-----\n"),
    (
        "OpenSSH key",
        "id_ed25519",
        (
            "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU@b96@\n"
            "-----END OPENSSH PRIVATE KEY-----\n"
        ),
    ),
    (
        "PGP key",
        "signing.asc",
        ("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n@b48@\n@b48@\n=aB3d\n-----END PGP PRIVATE KEY BLOCK-----\n"),
    ),
    (
        "service account JSON",
        "sa.json",
        (
            '{"type": "service_account", "project_id": "shop", "private_key_id": "@h40@", '
            '"private_key": "-----BEGIN PRIVATE KEY-----\\n@b96@\\n-----END PRIVATE KEY-----\\n", '
            '"client_email": "a@shop.iam.gserviceaccount.com"}'
        ),
    ),
    (
        "kubeconfig token",
        "kubeconfig",
        (
            "apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster: {server: https://10.0.0.1:6443}\n"
            "users:\n- name: ci\n  user:\n    token: @t40@\ncontexts: []\n"
        ),
    ),
    ("PHP define", "wp-config.php", "<?php\ndefine('DB_NAME', 'wp');\ndefine('DB_PASSWORD', '@t16@');\n"),
    ("sssd", "sssd.conf", "[domain/corp]\nldap_default_bind_dn = cn=svc,dc=corp\nldap_default_authtok = @t18@\n"),
    (
        "NuGet",
        "nuget.config",
        (
            '<configuration><packageSourceCredentials><corp><add key="Username" value="ci" />'
            '<add key="ClearTextPassword" value="@t18@" /></corp></packageSourceCredentials>'
            "</configuration>"
        ),
    ),
)
HARMLESS_FILES = (
    ("npmrc of a variable", ".npmrc", "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n"),
    ("pip without user", "pip.conf", "[global]\nindex-url = https://pypi.corp.example/simple\n"),
    (
        "docker helpers",
        "config.json",
        '{"credHelpers": {"123456789012.dkr.ecr.eu-central-1.amazonaws.com": "ecr-login"}}',
    ),
    (
        "maven of a variable",
        "settings.xml",
        ("<settings><servers><server><password>${env.NEXUS_PASSWORD}</password></server></servers></settings>"),
    ),
    ("spring of a variable", "application.properties", "spring.datasource.password=${DB_PASSWORD}\n"),
    ("redis comments", "redis.conf", "# requirepass foobared\nappendonly yes\n"),
    ("grafana comments", "grafana.ini", "[security]\n;admin_password = admin\n;secret_key = SW2YcwTIb9zpOOhoPsMm\n"),
    ("htpasswd", "auth", "admin:$apr1$@t8@$@t22@\n"),
    (
        "cloud-init hashes",
        "user-data",
        (
            "#cloud-config\nusers:\n- name: ops\n  hashed_passwd: $6$@t16@$@t86@\n  ssh_authorized_keys:\n"
            "  - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI@r32@ ops\n"
        ),
    ),
    ("certificate", "ca.crt", "-----BEGIN CERTIFICATE-----\n@b96@\n-----END CERTIFICATE-----\n"),
    ("public key", "cosign.pub", "-----BEGIN PUBLIC KEY-----\n@b91@\n-----END PUBLIC KEY-----\n"),
    ("known hosts", "known_hosts", "git.corp.example ssh-rsa AAAAB3NzaC1yc2E@b96@\n"),
    ("JWKS", "jwks.json", '{"keys": [{"kty": "RSA", "kid": "@h16@", "use": "sig", "n": "@u342@", "e": "AQAB"}]}'),
    (
        "kubeconfig of a file",
        "kubeconfig",
        (
            "apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster: {server: https://10.0.0.1:6443}\n"
            "users:\n- name: ci\n  user:\n"
            "    tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token\n"
        ),
    ),
    ("shell", "entrypoint.sh", 'export PGPASSWORD="$(cat /run/secrets/pg)"\npsql -U app -h pg\n'),
    (
        "nginx",
        "nginx.conf",
        ("auth_basic_user_file /etc/nginx/htpasswd;\nproxy_set_header Authorization $http_authorization;\n"),
    ),
    (
        "locale",
        "messages.properties",
        ("login.password=Enter your password, please!\nlogin.token.expired=Your token has expired (E4021)\n"),
    ),
)
