"""`make up`, `make down`, `make status`: the county of this machine."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from deploy.local.accounts import CAST, Accounts, provision
from deploy.local.alone import alone
from deploy.local.ports import FIRST, Ports, address
from deploy.local.stack import Stack
from deploy.local.troubles import Trouble

HOME = Path(__file__).parents[2] / ".minshao"
COMMANDS_THAT_CHANGE = "`make up` or `make down`"


def found() -> Stack:
    """The county as it was started last, or as it would be."""
    try:
        ports = Ports.kept(json.loads((HOME / "ports.json").read_text()))
    except FileNotFoundError:
        ports = Ports.from_first(FIRST)
    return Stack(HOME, ports)


def wanted() -> Stack:
    """The county on the ports that the variable PORT asks for. Raises Trouble while it runs on others."""
    stack, first = found(), os.environ.get("PORT", str(FIRST))
    if not first.isdigit() or not 1024 <= int(first) <= 65000:
        raise Trouble(f"PORT={first} is no port: give the first of eleven, from 1024 to 65000")
    running = any(child.process() for child in stack.children.values())
    if not running:
        return Stack(HOME, Ports.from_first(int(first)))
    if "PORT" in os.environ and int(first) != stack.ports.rest:
        raise Trouble(f"the county runs on port {stack.ports.rest}: `make down` first, then `make up PORT={first}`")
    return stack


def up() -> None:
    """Starts what does not run, provisions Luonan the first time, and says where to look."""
    with alone(HOME / "lock", COMMANDS_THAT_CHANGE):
        stack, accounts = wanted(), Accounts(HOME / "accounts.json")
        stack.start()
        if not accounts.ready:
            print("Provisioning Luonan …", flush=True)
            asyncio.run(provision(stack, accounts))
    print(f"The county runs: {stack.rest}, its reference at {stack.rest}/reference")
    grpc = {
        "gateway": stack.ports.gateway,
        "watch": stack.ports.watch,
        "agency": stack.ports.agency,
        "risk": stack.ports.risk,
    }
    print(f"gRPC, which describes itself: {', '.join(f'{name} {address(port)}' for name, port in grpc.items())}")
    print(f"These accounts can sign in with the password {accounts.password}:")
    for account, person in CAST.items():
        if account not in accounts.waiting:
            print(f"  {account:50} {person}")
    print("All others are in .minshao/accounts.json, with the passwords that they must change first.")
    print("Logs are in .minshao/logs/, data and keys in .minshao/; `make status` looks at it, `make down` stops it.")


def down() -> None:
    """Stops what `up` started."""
    if not HOME.exists():
        print("Nothing was started here.")
        return
    with alone(HOME / "lock", COMMANDS_THAT_CHANGE):
        found().stop()
    print("Stopped. The data stay in .minshao/.")


def status() -> None:
    """One line for each process."""
    if not HOME.exists():
        print("Nothing was started here.")
        return
    stack = found()
    places = {
        "postgres": address(stack.ports.postgres),
        "nats": address(stack.ports.nats),
        "gateway": f"{stack.rest}  gRPC {address(stack.ports.gateway)}  metrics {address(stack.ports.gateway_metrics)}",
        "watch": f"gRPC {address(stack.ports.watch)}  metrics {address(stack.ports.watch_metrics)}",
        "agency": f"gRPC {address(stack.ports.agency)}  metrics {address(stack.ports.agency_metrics)}",
        "risk": f"gRPC {address(stack.ports.risk)}  metrics {address(stack.ports.risk_metrics)}",
    }
    for name, child in stack.children.items():
        process = child.process()
        if process:
            state = "healthy" if stack.is_healthy(name) else "not well"
            print(f"  {name:9} {state:12} process {process.pid:<8} {places[name]}")
        elif child.was_started:
            print(f"  {name:9} {'died':12} `make up` starts it again; its log is {child.log}")
        else:
            print(f"  {name:9} not running")


COMMANDS: dict[str, Callable[[], None]] = {"up": up, "down": down, "status": status}


def main() -> int:
    """The exit status: 1 in trouble, which is told in one line."""
    try:
        COMMANDS[sys.argv[1]]()
    except Trouble as trouble:
        print(f"Trouble: {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. `make down` stops what has been started.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
