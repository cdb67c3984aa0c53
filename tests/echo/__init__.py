"""A small contract of the tests' own, compiled as the product's is, for what every service has from the RPC chain."""

from __future__ import annotations

import tempfile
from pathlib import Path

# The descriptors that the echo's options refer to must be in the pool before it.
import buf.validate.validate_pb2  # noqa: F401
import google.api.annotations_pb2  # noqa: F401
import minshao.common.v1  # noqa: F401
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import Default
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from grpc_tools import protoc

HERE = Path(__file__).parent
IMAGE = HERE.parents[1] / "build" / "proto.binpb"


def compiled(folder: Path, name: str, source: str) -> None:
    """Compiles the text of a proto file against the product's image, into the pool of this process."""
    (folder / name).write_text(source)
    output = folder / f"{name}.binpb"
    status = protoc.main(
        ["protoc", f"--descriptor_set_in={IMAGE}", f"--proto_path={folder}", f"--descriptor_set_out={output}", name]
    )
    assert status == 0
    for file in FileDescriptorSet.FromString(output.read_bytes()).file:
        Default().AddSerializedFile(file.SerializeToString())


def service(name: str) -> ServiceDescriptor:
    """The descriptor of a compiled service."""
    return Default().FindServiceByName(name)


def message(name: str) -> type[Message]:
    """The class of a message of the echo's package."""
    return GetMessageClass(Default().FindMessageTypeByName(f"minshao.echo.v1.{name}"))


with tempfile.TemporaryDirectory() as folder:
    compiled(Path(folder), "echo.proto", (HERE / "echo.proto").read_text())

ECHO = service("minshao.echo.v1.EchoService")
