"""Serving and calling by gRPC."""

import os

# Before anything imports grpc, which reads it then: its own notes name the addresses of callers, and those are
# logged nowhere.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")
