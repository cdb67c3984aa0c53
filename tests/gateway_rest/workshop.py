"""A contract of its own for the tests of the transcoder: every kind of field and every shape of RPC."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import minshao.common.v1  # noqa: F401 - registers the access option before the workshop's options are read
from buf.validate import validate_pb2
from google.api import annotations_pb2, field_behavior_pb2
from google.protobuf import any_pb2, duration_pb2, field_mask_pb2, struct_pb2, timestamp_pb2, wrappers_pb2
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.descriptor_pool import Default
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from grpc_tools import protoc

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
KNOWN = (any_pb2, duration_pb2, field_mask_pb2, struct_pb2, timestamp_pb2, wrappers_pb2)


@cache
def image() -> bytes:
    """The compiled contract with its comments, as `proto/build.py` makes it for the real one."""
    known = FileDescriptorSet()
    for module in (*KNOWN, validate_pb2, annotations_pb2, field_behavior_pb2):
        _include(module.DESCRIPTOR.name, known)
    with tempfile.TemporaryDirectory() as folder:
        given, compiled = Path(folder, "known.binpb"), Path(folder, "workshop.binpb")
        given.write_bytes(known.SerializeToString())
        arguments = [f"--descriptor_set_in={given}", f"--proto_path={HERE}", f"--proto_path={ROOT / 'proto'}"]
        flags = [f"--descriptor_set_out={compiled}", "--include_imports", "--include_source_info"]
        assert protoc.main(["protoc", *arguments, *flags, "workshop.proto"]) == 0
        return compiled.read_bytes()


def _include(name: str, files: FileDescriptorSet) -> None:
    """Adds the file after those that it imports, each once."""
    if name in {file.name for file in files.file}:
        return
    descriptor = Default().FindFileByName(name)
    for imported in descriptor.dependencies:
        _include(imported.name, files)
    descriptor.CopyToProto(files.file.add())


@cache
def service() -> ServiceDescriptor:
    """The service, in the pool of the process like every generated one."""
    for file in FileDescriptorSet.FromString(image()).file:
        if file.name == "workshop.proto":
            Default().AddSerializedFile(file.SerializeToString())
    return Default().FindServiceByName("workshop.v1.WorkshopService")


def message(kind: str, /, **fields: object) -> Message:
    """A message of the workshop by the name of its type."""
    service()
    return GetMessageClass(Default().FindMessageTypeByName(f"workshop.v1.{kind}"))(**fields)
