"""A service as one process: what it is made of, how it starts, and in which order it ends.

`services/watch/__main__.py` is a module of a few lines that lists its parts and ends with

    run(Service("watch", parts))
"""

from services.common.service.command import run
from services.common.service.parts import Listener, Parts, Resources, Service
from services.common.service.process import resources_of, serve

__all__ = ["Listener", "Parts", "Resources", "Service", "resources_of", "run", "serve"]
