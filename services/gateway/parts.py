"""What the gateway is made of: its services of the contract, and the front door of HTTP to those of all services."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from minshao.gateway.v1 import (
    account_service_pb2,
    board_service_pb2,
    calendar_service_pb2,
    desk_service_pb2,
    feed_service_pb2,
    matter_service_pb2,
    organisation_service_pb2,
    session_service_pb2,
)

from services.common import housekeeping
from services.common.clock import SystemClock
from services.common.rpc.client import connect
from services.common.rpc.server import Offer
from services.common.service import Listener, Parts, Resources
from services.common.settings import BadSettings, Settings
from services.gateway.accounts.passwords import Passwords
from services.gateway.accounts.rpc import AccountService
from services.gateway.board.rpc import BoardService
from services.gateway.calendar.rpc import CalendarService
from services.gateway.desks.rpc import DeskService
from services.gateway.feed.consumers import subscriptions
from services.gateway.feed.rpc import FeedService
from services.gateway.feed.tails import Tails
from services.gateway.feed.town_names import TownNames
from services.gateway.matters.rpc import MatterService
from services.gateway.organisation.rpc import OrganisationService
from services.gateway.rest import (
    Backend,
    ClientMarks,
    HttpServer,
    RestApplication,
    RestOptions,
    derived_keys,
    services_in,
)
from services.gateway.sessions.citizens import Citizens, anonymous
from services.gateway.sessions.key_file import SigningKeys
from services.gateway.sessions.rpc import Doorkeeping, SessionService


def parts(resources: Resources) -> Parts:
    """The parts of a process that serves. Raises BadSettings without usable signing keys."""
    signing = _signing_keys(resources.settings)
    tails = Tails(resources.database)
    marks = ClientMarks(derived_keys(resources.keys.keyed_hash("client-marks", "")), SystemClock())
    return Parts(
        offers=(*offers(resources, signing), *views(resources, tails)),
        deadlines={housekeeping.KIND: housekeeping.keep_house},
        subscriptions=subscriptions(tails),
        listeners=_front_door(resources.settings, marks, Citizens(signing, SystemClock())),
        anonymous=anonymous(marks, SystemClock()),
    )


def offers(resources: Resources, signing: SigningKeys) -> Sequence[Offer]:
    """What the gateway owns: the organisation, who may sign in, and the calendar."""
    hashing = resources.keys
    doors = Doorkeeping(hashing, Passwords(), signing, SystemClock())
    return (
        Offer(
            organisation_service_pb2.DESCRIPTOR.services_by_name["OrganisationService"], OrganisationService(hashing)
        ),
        Offer(account_service_pb2.DESCRIPTOR.services_by_name["AccountService"], AccountService(hashing)),
        Offer(session_service_pb2.DESCRIPTOR.services_by_name["SessionService"], SessionService(doors)),
        Offer(calendar_service_pb2.DESCRIPTOR.services_by_name["CalendarService"], CalendarService()),
    )


def views(resources: Resources, tails: Tails) -> Sequence[Offer]:
    """What the gateway makes of everybody's events."""
    names = TownNames(resources.database)
    return (
        Offer(feed_service_pb2.DESCRIPTOR.services_by_name["FeedService"], FeedService(tails, names, SystemClock())),
        Offer(board_service_pb2.DESCRIPTOR.services_by_name["BoardService"], BoardService(names)),
        Offer(desk_service_pb2.DESCRIPTOR.services_by_name["DeskService"], DeskService(names)),
        Offer(matter_service_pb2.DESCRIPTOR.services_by_name["MatterService"], MatterService(names)),
    )


def signing_file(settings: Settings) -> Path:
    """The file of the private token keys. Raises BadSettings where none is named."""
    if settings.token_signing_keys_file is None:
        raise BadSettings(["MINSHAO_TOKEN_SIGNING_KEYS_FILE is not set: the file of the private token keys"])
    return settings.token_signing_keys_file


def _signing_keys(settings: Settings) -> SigningKeys:
    file = signing_file(settings)
    try:
        return SigningKeys(file, settings.token_issuer, settings.token_keys_file)
    except (OSError, ValueError) as error:
        raise BadSettings([f"MINSHAO_TOKEN_SIGNING_KEYS_FILE names {file}, which cannot be used: {error}"]) from error


def _front_door(settings: Settings, marks: ClientMarks, citizens: Citizens) -> Sequence[Listener]:
    if not settings.http_listen:
        return ()
    options = RestOptions(
        origins=settings.http_origins,
        public_rate=settings.http_public_rate,
        public_burst=settings.http_public_burst,
        body_bytes=settings.message_bytes,
    )
    application = RestApplication(list(_backends(settings)), marks, citizens, options)
    return (HttpServer(application, settings.http_listen, settings.http_proxies),)


def _backends(settings: Settings) -> Iterator[Backend]:
    """The gateway itself and the services behind it, each reached as any caller reaches it."""
    for name, address in (("gateway", settings.listen), *settings.upstreams):
        services = services_in(f"minshao.{name}.v1")
        yield Backend(services, connect(address, services))
