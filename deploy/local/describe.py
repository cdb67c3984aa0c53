"""Asks a running server what it offers, by gRPC reflection.

python -m deploy.local.describe 127.0.0.1:7602                                   # its services
python -m deploy.local.describe 127.0.0.1:7602 minshao.watch.v1.ReportService    # the RPCs of one
"""

from __future__ import annotations

import sys

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase


def main() -> None:
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    with grpc.insecure_channel(sys.argv[1]) as channel:
        database = ProtoReflectionDescriptorDatabase(channel)
        if len(sys.argv) == 2:
            print(*sorted(database.get_services()), sep="\n")
            return
        describe(DescriptorPool(database).FindServiceByName(sys.argv[2]))


def describe(service: ServiceDescriptor) -> None:
    """Prints each RPC with the fields of its request."""
    for method in service.methods:
        stream = "stream " if method.server_streaming else ""
        print(f"{method.name} → {stream}{method.output_type.name}")
        for field in method.input_type.fields:
            kind = field.message_type or field.enum_type
            print(f"    {field.json_name}: {kind.full_name if kind else 'value'}{' …' if field.is_repeated else ''}")


if __name__ == "__main__":
    main()
