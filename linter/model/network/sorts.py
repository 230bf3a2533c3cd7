"""Sorts of workloads that network rules treat apart: datastores, interfaces of administrators, DNS, agents of metrics.

Told by the last element of an image's path, or by a declared port where name and image do not contradict.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from hullmark.linter.model.network.units import Unit

_DATASTORES: dict[str, tuple[int, ...]] = {
    "postgres": (5432,),
    "postgresql": (5432,),
    "timescaledb": (5432,),
    "cockroach": (26257,),
    "mysql": (3306,),
    "mariadb": (3306,),
    "percona-server": (3306, 27017),
    "mssql": (1433,),
    "oracle-database": (1521,),
    "mongo": (27017, 27018, 27019),
    "mongodb": (27017, 27018, 27019),
    "couchdb": (5984,),
    "couchbase": (8091, 11210),
    "cassandra": (9042,),
    "scylla": (9042,),
    "redis": (6379, 26379),
    "valkey": (6379, 26379),
    "keydb": (6379,),
    "dragonfly": (6379,),
    "memcached": (11211,),
    "elasticsearch": (9200, 9300),
    "opensearch": (9200, 9300),
    "solr": (8983,),
    "clickhouse": (8123, 9000),
    "influxdb": (8086,),
    "victoria-metrics": (8428,),
    "neo4j": (7687,),
    "arangodb": (8529,),
    "milvus": (19530,),
    "qdrant": (6333, 6334),
    "weaviate": (8080,),
    "minio": (9000,),
    "etcd": (2379, 2380),
    "zookeeper": (2181,),
    "kafka": (9092,),
    "redpanda": (9092,),
    "rabbitmq": (5672,),
    "nats": (4222,),
    "pulsar": (6650,),
    "consul": (8500,),
    "vault": (8200,),
}
# Ports that mean a datastore by themselves, since hardly anything else listens there.
_TELLING_PORTS = frozenset(
    {5432, 3306, 1433, 1521, 27017, 27018, 27019, 6379, 26379, 11211, 9042, 9200, 9300, 5984, 26257, 2379, 2380}
    | {2181, 9092, 5672, 7687, 8086}
)
_LONGEST_FIRST = tuple(sorted(_DATASTORES, key=len, reverse=True))
_NOT_STORES = (
    "exporter",
    "operator",
    "dashboards",
    "ui",
    "proxy",
    "client",
    "backup",
    "commander",
    "insight",
    "express",
)
_ADMIN = (
    "kubernetes-dashboard",
    "dashboard-web",
    "headlamp",
    "argocd",
    "rancher",
    "portainer",
    "octant",
    "k8s-dashboard",
    "longhorn-ui",
    "hubble-ui",
    "weave-scope",
    "kubecost",
    "prometheus",
    "alertmanager",
    "pushgateway",
    "grafana",
    "kibana",
    "opensearch-dashboards",
    "jaeger-query",
    "jenkins",
    "airflow",
    "zeppelin",
    "jupyter",
    "notebook",
    "phpmyadmin",
    "pgadmin",
    "adminer",
    "mongo-express",
    "redis-commander",
    "redisinsight",
    "kafka-ui",
    "akhq",
    "sonarqube",
    "nexus",
    "code-server",
)
_METRICS = ("exporter", "kube-state-metrics", "metrics-server", "prometheus-adapter", "cadvisor", "fluent-bit")
_DNS = ("coredns", "kube-dns", "k8s-dns-node-cache", "k8s-dns-kube-dns")


class Datastore(NamedTuple):
    """What a datastore is called and the ports it speaks on; `by_port`: only a port says so."""

    name: str
    ports: tuple[int, ...]
    by_port: bool = False


def _images(unit: Unit) -> list[str]:
    found = (container.image_reference for container in unit.pod.containers if container.is_long_running)
    return [reference.repository.rpartition("/")[2] for reference in found if reference is not None]


def datastore(unit: Unit) -> Datastore | None:
    """The datastore that a unit is, None where it is none."""
    images = tuple(_images(unit))
    for image in images:
        name = _store(image)
        if name:
            declared = tuple(port.number for port in unit.ports if port.number in _DATASTORES[name])
            return Datastore(name, declared or _DATASTORES[name])
    telling = tuple(port.number for port in unit.ports if port.protocol == "TCP" and port.number in _TELLING_PORTS)
    if not telling or any(word in text for text in (*images, unit.name) for word in _NOT_STORES):
        return None
    return Datastore("datastore", telling, by_port=True)


@lru_cache(maxsize=1024)
def _store(image: str) -> str:
    """The datastore that an image is, empty where it is none."""
    if any(word in image for word in _NOT_STORES):
        return ""
    return next((name for name in _LONGEST_FIRST if image == name or image.startswith((f"{name}-", f"{name}_"))), "")


def is_admin_interface(unit: Unit) -> bool:
    """Whether the unit is an interface for administrators."""
    return any(image.startswith(_ADMIN) and "exporter" not in image for image in _images(unit))


def serves_everybody(unit: Unit) -> bool:
    """Whether it is a unit's job to answer all namespaces: cluster DNS, and agents that metrics are read from."""
    if unit.labels.get("k8s-app") == "kube-dns":
        return True
    return any(word in image for image in _images(unit) for word in (*_METRICS, *_DNS))
