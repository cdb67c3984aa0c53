"""The reference of the contract as pages that people read.

Rendered here from the OpenAPI document, without a script and without anything from outside: so it works under the
strictest content security policy, on any phone, in a network without Internet, and without Node at build time. The
renderers of OpenAPI that npm offers bring megabytes of script, want inline styles allowed, and speak no Chinese.
"""

from services.gateway.rest.reference.pages import Reference

__all__ = ["Reference"]
