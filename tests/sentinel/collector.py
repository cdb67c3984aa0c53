"""A collector of traces that keeps every byte that it is sent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import grpc
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

SERVICE = "opentelemetry.proto.collector.trace.v1.TraceService"


class Collector:
    """Listens on the loopback address from its making until `stop`."""

    def __init__(self) -> None:
        self._received: list[bytes] = []
        self._server = grpc.server(ThreadPoolExecutor(2, "collector"))
        handler: grpc.RpcMethodHandler[bytes, bytes] = grpc.unary_unary_rpc_method_handler(self._export)
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, {"Export": handler}),))
        port = self._server.add_insecure_port("127.0.0.1:0")
        self.endpoint = f"http://127.0.0.1:{port}"
        self._server.start()

    @property
    def received(self) -> bytes:
        """Everything that came so far: requests of OTLP, metadata included."""
        return b"\n".join(self._received)

    def stop(self) -> None:
        self._server.stop(None)

    def _export(self, request: bytes, context: grpc.ServicerContext) -> bytes:
        self._received += [request, repr(context.invocation_metadata()).encode()]
        return ExportTraceServiceResponse().SerializeToString()
