"""ProtoJSON, compiled from descriptors: messages out of strict JSON, and into JSON at the speed of msgspec."""

from services.gateway.rest.protojson.reading import fields_of, read
from services.gateway.rest.protojson.text import BrokenJson, Json, parse
from services.gateway.rest.protojson.writing import writer_of

__all__ = ["BrokenJson", "Json", "fields_of", "parse", "read", "writer_of"]
