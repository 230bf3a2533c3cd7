"""Probes and lifecycle hooks of containers."""

from __future__ import annotations

from hullmark.linter.manifest.view import Any, Command, Int, IntOrStr, One, Str, View

_CORE = "io.k8s.api.core.v1."


class HttpGet(View):
    """A request that the kubelet sends."""

    schema = _CORE + "HTTPGetAction"

    host = Str("host")
    port = IntOrStr("port")
    path = Str("path")
    scheme = Str("scheme")
    headers = Any("httpHeaders")


class TcpSocket(View):
    """A connection that the kubelet opens."""

    schema = _CORE + "TCPSocketAction"

    host = Str("host")
    port = IntOrStr("port")


class Handler(View):
    """What a lifecycle hook does."""

    schema = _CORE + "LifecycleHandler"

    command = Command("exec.command")
    http_get = One(HttpGet, "httpGet")
    tcp_socket = One(TcpSocket, "tcpSocket")


class Probe(View):
    """How the kubelet asks a container whether it is well."""

    schema = _CORE + "Probe"

    command = Command("exec.command")
    http_get = One(HttpGet, "httpGet")
    tcp_socket = One(TcpSocket, "tcpSocket")
    grpc_port = Int("grpc.port")
    initial_delay_seconds = Int("initialDelaySeconds")
    period_seconds = Int("periodSeconds")
    timeout_seconds = Int("timeoutSeconds")
    success_threshold = Int("successThreshold")
    failure_threshold = Int("failureThreshold")
    termination_grace_period_seconds = Int("terminationGracePeriodSeconds")


class Lifecycle(View):
    """Hooks that run after a container starts and before it stops."""

    schema = _CORE + "Lifecycle"

    post_start = One(Handler, "postStart")
    pre_stop = One(Handler, "preStop")
