"""REST out of the contract: every RPC over HTTP as its `google.api.http` option says, and the documents of it."""

from services.gateway.rest.application import RestApplication
from services.gateway.rest.contract import services_in
from services.gateway.rest.marks import ClientMarks, derived_keys
from services.gateway.rest.options import RestOptions
from services.gateway.rest.server import HttpServer
from services.gateway.rest.transcoder import Backend

__all__ = ["Backend", "ClientMarks", "HttpServer", "RestApplication", "RestOptions", "derived_keys", "services_in"]
