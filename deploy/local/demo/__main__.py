"""`make demo`: lives three months of supervision in Luonan, tells it, checks it, and cleans up after itself.

    python -m deploy.local.demo [--seed 1] [--towns 16]

Ends with 0 when the figures that were lived are those of the model and the ledgers are whole.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import cast

from google.protobuf.json_format import MessageToDict

from deploy.local.accounts import COUNTY, OPERATOR, create_operator
from deploy.local.alone import alone
from deploy.local.demo.life import Life
from deploy.local.demo.month import at
from deploy.local.demo.people import County
from deploy.local.demo.plan import Plan, plan
from deploy.local.demo.story import outcome, tell
from deploy.local.demo.time import MovedClock
from deploy.local.items import publications
from deploy.local.ports import Ports
from deploy.local.provision import requests
from deploy.local.settling import settling
from deploy.local.stack import Stack
from deploy.local.troubles import Trouble

HOME = Path(__file__).parents[3] / ".minshao" / "demo"
"""Where a demo keeps its data while it runs."""


def main() -> None:
    options = _options()
    # Who ends the demo by a signal, or closes its terminal, wants it gone, with all that it started.
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda number, _: sys.exit(128 + number))
    try:
        with alone(options.home.with_suffix(".lock"), "`make demo`"):
            good = _live(options)
    except Trouble as trouble:
        sys.exit(f"Trouble: {trouble}")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    sys.exit(0 if good else 1)


def _live(options: argparse.Namespace) -> bool:
    """Whether all was as it should be. What an earlier demo left behind is removed first."""
    home: Path = options.home
    clock = home / "clock"
    settings = {"MINSHAO_CLOCK_FILE": str(clock), "MINSHAO_GATEWAY_HTTP_PROXIES": "127.0.0.1"}
    stack = Stack(home, Ports.any_free(), throwaway=True, settings=settings)
    stack.remove()
    home.mkdir(parents=True)
    clock.write_text(at(0, 20).isoformat())
    began = time.monotonic()
    try:
        stack.start()
        say(f"县已启动，用时{time.monotonic() - began:.0f}秒：{stack.rest}")
        good = asyncio.run(_lived(stack, clock, plan(options.seed, options.towns)))
        good = _ledgers_are_whole(stack) and good
    finally:
        stack.remove()
    say(f"用时{time.monotonic() - began:.0f}秒，已清理。")
    return good


def say(line: str) -> None:
    print(line, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the same seed tells the same story")
    parser.add_argument("--towns", type=int, help="only the first so many towns; all by default")
    parser.add_argument("--home", type=Path, default=HOME, help="where its data lie while it runs")
    return parser.parse_args()


async def _lived(stack: Stack, clock: Path, planned: Plan) -> bool:
    county = County(stack.rest, {OPERATOR: await asyncio.to_thread(create_operator, stack)})
    try:
        async with settling(stack) as engine:
            life = Life(planned, county, MovedClock(clock, engine), say)
            await _provision(life)
            await life.live()
            await engine.settled()
            for line in await tell(life):
                say(line)
            return (await outcome(planned, county)).agrees
    finally:
        await county.close()


async def _provision(life: Life) -> None:
    """The county and its towns, and an account for one supervisor of each post that is at work."""
    wanted = {town.code for town in life.plan.towns} | {COUNTY.removeprefix("tenants/")}
    files = [file for file in requests() if file.tenant.name.removeprefix("tenants/") in wanted]
    for file in files:
        answer = await life.county.post(OPERATOR, f"/v1/{file.tenant.name}:provision", MessageToDict(file))
        for added in cast(list[dict[str, str]], answer.get("addedAccounts", [])):
            life.county.first_passwords[added["account"]] = added["password"]
    for town in life.plan.towns:
        for unit in town.units:
            name = f"tenants/{town.code}/accounts/{unit.prefix}-supervisor"
            account = {"name": name, "roles": [{"role": "ROLE_SUPERVISOR", "scope": unit.code}]}
            answer = await life.county.post(OPERATOR, f"/v1/tenants/{town.code}/accounts", {"account": account})
            life.county.first_passwords[name] = str(answer["firstPassword"])
    units = sum(len(file.units) for file in files)
    say(f"已开通{len(files) - 1}个镇（街道）、{units}个单位，账号{len(life.county.first_passwords)}个")
    for town in life.plan.towns:
        await _until_posts_are_open(life, town.code, town.posts)
    await _publish_items(life)


async def _publish_items(life: Life) -> None:
    """The service items of the county, as soon as the agency has heard of it."""
    items = list(publications())
    for _ in range(600):
        if (await life.county.get(OPERATOR, f"/v1/{COUNTY}/points", page_size=1)).get("points"):
            break
        await asyncio.sleep(0.1)
    for item in items:
        await life.county.post(OPERATOR, f"/v1/{item.name}:publish", MessageToDict(item))
    say(f"已发布便民服务事项{len(items)}项")


async def _until_posts_are_open(life: Life, town: str, posts: int) -> None:
    """The watch service hears of the town from the gateway, and opens its posts."""
    for _ in range(600):
        answer = await life.county.get(
            f"tenants/{town}/accounts/discipline-secretary", f"/v1/tenants/{town}/posts", page_size=1
        )
        if int(str(answer.get("totalSize", 0))) >= posts:
            return
        await asyncio.sleep(0.1)
    raise Trouble(f"the posts of {town} were not opened; the log of watch says why")


def _ledgers_are_whole(stack: Stack) -> bool:
    """Recomputes the chains of all towns."""
    command = (sys.executable, "-m", "services", "ledger", "verify")
    checked = subprocess.run(command, env=stack.process_environment(), capture_output=True, text=True, check=False)
    say("\n台账核验（逐条重算）：")
    say(checked.stdout.rstrip() or checked.stderr.rstrip())
    return checked.returncode == 0


if __name__ == "__main__":
    main()
