"""`python -m services.gateway serve` runs the gateway, `… migrate` brings its database up to date; more: `commands`."""

from __future__ import annotations

import sys

from services.common.service import Service, run
from services.gateway import commands
from services.gateway.parts import parts

if __name__ == "__main__" and not commands.ran(sys.argv[1:]):
    run(Service(commands.SERVICE, parts))
