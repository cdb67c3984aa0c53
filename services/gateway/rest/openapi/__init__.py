"""The OpenAPI 3.1 document of the contract, made from the same descriptors that are served."""

from services.gateway.rest.openapi.comments import Comments, packaged_image
from services.gateway.rest.openapi.document import document

__all__ = ["Comments", "document", "packaged_image"]
