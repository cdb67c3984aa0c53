"""Generates the Python classes of the contract, and the descriptor image that buf lints and compares.

`buf/validate/validate.proto` ships in no package as text. Its descriptor does, inside the `protovalidate`
wheel, as `google/api` does in `googleapis-common-protos`: so both go into one descriptor set that protoc
reads in the place of files.

    python proto/build.py            # build/gen (importable as minshao.*) and build/proto.binpb

What it made before stays in place until all is made anew.
"""

from __future__ import annotations

import shutil
import sys
from importlib import import_module
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from grpc_tools import protoc
from protovalidate._gen.buf.validate import validate_pb

ROOT = Path(__file__).parent.parent
PROTO = ROOT / "proto"
BUILD = ROOT / "build"
GENERATED = BUILD / "gen"
UNFINISHED = BUILD / "gen.new"
IMAGE = BUILD / "proto.binpb"
BORROWED = BUILD / "borrowed.binpb"

BORROWED_MODULES = (
    "google.protobuf.any_pb2",
    "google.protobuf.descriptor_pb2",
    "google.protobuf.duration_pb2",
    "google.protobuf.field_mask_pb2",
    "google.protobuf.struct_pb2",
    "google.protobuf.timestamp_pb2",
    "google.api.http_pb2",
    "google.api.annotations_pb2",
    "google.api.field_behavior_pb2",
)


def borrowed_descriptors() -> FileDescriptorSet:
    """The descriptors of the files that ours import, read from the installed packages."""
    files = FileDescriptorSet()
    for name in BORROWED_MODULES:
        import_module(name).DESCRIPTOR.CopyToProto(files.file.add())
    files.file.append(FileDescriptorProto.FromString(validate_pb.desc().proto.to_binary()))
    return files


def write_packages(folder: Path) -> None:
    """Lets `from minshao.watch import v1` reach every message of the package."""
    for package in sorted(folder.glob("minshao/*/v1")):
        modules = sorted(path.stem for path in package.glob("*_pb2.py"))
        face = "".join(f"from .{module} import *\n" for module in modules)
        (package / "__init__.py").write_text(face)
    for inner in folder.rglob("*/"):
        if not (inner / "__init__.py").exists():
            (inner / "__init__.py").touch()
    (folder / "minshao" / "py.typed").touch()


def let_enums_be_numbers(folder: Path) -> None:
    """Types the values of enums as int: the words of the domain are ints with the numbers of the contract."""
    for stub in folder.glob("minshao/*/v1/*.pyi"):
        text = stub.read_text()
        stub.write_text(
            text.replace(
                'ValueType = _typing.NewType("ValueType", _builtins.int)', "ValueType: _TypeAlias = _builtins.int"
            )
        )


def main() -> None:
    shutil.rmtree(UNFINISHED, ignore_errors=True)
    UNFINISHED.mkdir(parents=True)
    BORROWED.write_bytes(borrowed_descriptors().SerializeToString())
    ours = sorted(str(path.relative_to(PROTO)) for path in PROTO.rglob("*.proto"))
    status = protoc.main(
        [
            "protoc",
            f"--descriptor_set_in={BORROWED}",
            f"--proto_path={PROTO}",
            f"--plugin=protoc-gen-mypy={Path(sys.executable).with_name('protoc-gen-mypy')}",
            f"--python_out={UNFINISHED}",
            f"--mypy_out=quiet:{UNFINISHED}",
            f"--descriptor_set_out={IMAGE}",
            "--include_imports",
            "--include_source_info",
            *ours,
            "buf/validate/validate.proto",
        ]
    )
    if status:
        sys.exit(status)
    write_packages(UNFINISHED)
    let_enums_be_numbers(UNFINISHED)
    # The gateway reads the comments of the contract out of it, which the classes do not carry.
    shutil.copy(IMAGE, UNFINISHED / "minshao" / "contract.binpb")
    shutil.rmtree(GENERATED, ignore_errors=True)
    UNFINISHED.rename(GENERATED)


if __name__ == "__main__":
    main()
