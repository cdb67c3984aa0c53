"""What a feed takes from an event, whichever it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from google.protobuf.message import Message
from minshao.agency import v1 as agency
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as risk
from minshao.watch import v1 as watch

from services.common.events import event_messages
from services.gateway.feed.consumers import SERVICES, UNTOLD, told
from services.gateway.feed.domain import Level, Sight
from services.gateway.feed.references import COLLECTIONS, level_of, reference_of, resource_of, sight_of_matter
from tests.gateway_feed.telling import Town

TOWN = Town("611021101")
CADRE, ACCOUNT = "tenants/611021101/cadres/wang-lei", "tenants/611021101/accounts/wanglei"


def test_an_event_of_a_report_says_which_and_from_whom_it_is_kept() -> None:
    accused = ["611021101.finance"]
    report = TOWN.a_report(
        level=common.LEVEL_TOWN, subject_cadre="wang-lei", recused_accounts=[ACCOUNT], recused_units=accused
    )

    reference = reference_of(report.tell(watch.ReportAssigned(officer=ACCOUNT)))

    assert (reference.resource, reference.matter) == (report.name, report.name)
    assert (reference.cited, reference.unit) == (report.reference.number, "611021101.finance")
    assert reference.sight == Sight(Level.TOWN, CADRE, (ACCOUNT, *accused))


def test_an_oversight_stands_for_itself_and_belongs_to_its_report() -> None:
    report = TOWN.a_report(subject_cadre="wang-lei")

    reference = reference_of(TOWN.oversight_of(report))

    assert reference.resource.startswith("tenants/611021101/oversights/")
    assert (reference.matter, reference.sight.subject) == (report.name, CADRE)


def test_an_event_of_a_case_says_which_and_names_the_desk_or_the_point() -> None:
    case = TOWN.a_case()

    late, at_desk = (reference_of(case.tell(agency.CaseOverdue(desk=desk))) for desk in ("", "611021.civil-affairs"))

    assert (late.resource, late.matter, late.cited) == (case.name, case.name, case.reference.number)
    assert (late.unit, at_desk.unit) == ("611021101203", "611021.civil-affairs")
    assert late.sight == Sight(Level.UNIT)


def test_a_consultation_cites_its_own_number() -> None:
    asked = TOWN.consultation()

    reference = reference_of(asked)

    assert reference.resource == reference.matter == f"tenants/611021101/consultations/{asked.aggregate_id}"
    assert reference.cited.startswith("景村询〔2026〕")
    assert reference.unit == "611021101203"


def test_a_rating_stands_for_itself_and_cites_its_case() -> None:
    case = TOWN.a_case()

    reference = reference_of(case.rated(agency.RatingBad(stars=1)))

    assert reference.resource.startswith("tenants/611021101/ratings/")
    assert (reference.matter, reference.cited, reference.unit) == (case.name, case.reference.number, "611021101203")


def test_only_events_of_the_report_itself_say_what_is_known_of_it_by_now() -> None:
    report = TOWN.a_report(level=common.LEVEL_COUNTY)

    assert sight_of_matter(report.tell(watch.ReportRegistered())) == Sight(Level.COUNTY)
    assert sight_of_matter(TOWN.oversight_of(report)) is None
    assert sight_of_matter(TOWN.meeting()) is None


@pytest.mark.parametrize(
    ("aggregate", "told"),
    [
        ("information", risk.RiskInformationCollected),
        ("warning", risk.WarningJoined),
        ("disposition", risk.DispositionOverdue),
    ],
)
def test_what_risk_tells_of_has_a_number_and_says_from_whom_it_is_kept_by_then(
    aggregate: str, told: Callable[..., Message]
) -> None:
    said = told(number="景村险〔2026〕3号", recused_accounts=[ACCOUNT], visible_to=common.LEVEL_TOWN)

    event = TOWN.tell(said, aggregate, "1")

    assert reference_of(event).cited == "景村险〔2026〕3号"
    assert sight_of_matter(event) == Sight(Level.TOWN, None, (ACCOUNT,))


@pytest.mark.parametrize(
    ("aggregate", "told"),
    [
        ("information", risk.RiskInformationRestricted),
        ("warning", risk.WarningRaised),
        ("warning", risk.WarningRestricted),
        ("disposition", risk.DispositionRestricted),
        ("disposition", risk.DispositionRecorded),
        ("oversight", watch.OversightRestricted),
        ("effect", watch.ReportEffectTold),
        ("effect", agency.CaseEffectTold),
    ],
)
def test_what_comes_of_a_warning_is_kept_from_the_accounts_and_the_cadres_that_the_event_names(
    aggregate: str, told: Callable[..., Message]
) -> None:
    said = told(recused_accounts=[ACCOUNT], recused_cadres=[CADRE], visible_to=common.LEVEL_TOWN)

    event = TOWN.tell(said, aggregate, "1")

    assert reference_of(event).sight == Sight(Level.TOWN, None, (ACCOUNT, CADRE))


def test_what_was_missed_concerns_the_post_of_its_unit() -> None:
    missed = watch.MeetingMissed(unit="611021101.finance", month="2026-02", visible_to=common.LEVEL_UNIT)

    reference = reference_of(TOWN.tell(missed, "post", "611021101.finance"))

    assert (reference.resource, reference.unit) == ("tenants/611021101/posts/611021101.finance", "611021101.finance")


def test_changes_of_the_organisation_name_the_unit_in_their_resources() -> None:
    unit = gateway.Unit(name="tenants/611021101/units/611021101.finance")
    cadre = gateway.Cadre(name=CADRE, unit=unit.name)

    of_unit = reference_of(TOWN.tell(gateway.UnitChanged(unit=unit), "unit", "611021101.finance"))
    of_cadre = reference_of(TOWN.tell(gateway.CadreChanged(cadre=cadre), "cadre", "wang-lei"))

    assert (of_unit.resource, of_unit.unit) == (unit.name, "611021101.finance")
    assert (of_cadre.resource, of_cadre.unit, of_cadre.sight.subject) == (CADRE, "611021101.finance", None)


@pytest.mark.parametrize("said", [common.LEVEL_UNSPECIFIED, 9])
def test_what_says_no_level_that_we_know_is_for_the_county_alone(said: int) -> None:
    assert level_of(TOWN.tell(watch.ReportStarted(visible_to=said), "report", "1")) is Level.COUNTY


@pytest.mark.parametrize("type", sorted(event_messages()))
def test_every_event_of_the_contract_can_stand_in_a_feed(type: str) -> None:
    service, aggregate, _ = type.split(".")

    event = TOWN.tell(event_messages()[type](), aggregate, "1")

    assert reference_of(event).resource == resource_of(event)
    assert aggregate in COLLECTIONS or aggregate in {
        "tenant",
        "settings",
        "session",
        "calendar",
        "duty",
        "record",
        "effect",
    }
    assert (type in told(service)) == (type not in UNTOLD)
    assert service in SERVICES
