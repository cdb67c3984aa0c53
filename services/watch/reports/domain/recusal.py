"""Who sees a report, who reads its text, who handles it: recusal 回避 and levels (domain: watch, Recusal).

Whoever a report is about neither sees it nor handles it. A matter moved up stays hidden below. `visibility` says the
same as SQL, for lists, counts and exports; a property test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.common.access import Actor, Role
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.terms import Kind, Level

HANDLING_ROLES = frozenset({Role.UNIT_OFFICER, Role.BRANCH_SECRETARY})
"""The roles that handle reports inside a unit."""
POST_ROLES = frozenset({Role.SUPERVISOR, Role.REGISTRAR, Role.BRANCH_SECRETARY, Role.UNIT_LEADER})
"""The roles that see the register of their own unit's post."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person as the rules of sight know them."""

    account: str
    cadre: str | None = None
    """Id of the cadre whose account it is."""
    handles_for: frozenset[str] = frozenset()
    """Codes of the units for which the person handles reports."""
    post_of: frozenset[str] = frozenset()
    """Codes of the units whose post's register the person sees."""
    brings_for: frozenset[str] = frozenset()
    """Codes of the units of whose posts the person is supervisor."""
    registers_for: frozenset[str] = frozenset()
    """Codes of the units of whose posts the person is registrar."""
    assigns_for: frozenset[str] = frozenset()
    """Codes of the units inside which the person names officers: as their branch secretary."""
    belongs_to: frozenset[str] = frozenset()
    """Codes of the units in which the person has any role at all, whatever admitted the call."""
    town: bool = False
    """Town discipline officer of this town."""
    county: bool = False
    """County discipline officer."""
    figures_up_to: Level | None = None
    """Sees figures of the whole town without its reports, up to this level: the county viewer of all, the town party
    committee of what has not moved up to the county, where matters of its own members are."""

    @staticmethod
    def of(actor: Actor, tenant: str) -> Viewer:
        """The viewer that an actor is in a tenant: what they may by the grants that admitted the call, and what they
        are by all that they hold.

        Ids of cadres are those of their own tenant: the county's `discipline-officer` is not the town's.
        """
        home, _, cadre = (actor.cadre or "").rpartition("/cadres/")
        return Viewer(
            account=actor.name,
            cadre=cadre if home == f"tenants/{tenant}" else None,
            handles_for=actor.scopes(*HANDLING_ROLES),
            post_of=actor.scopes(*POST_ROLES),
            brings_for=actor.scopes(Role.SUPERVISOR),
            registers_for=actor.scopes(Role.REGISTRAR),
            assigns_for=actor.scopes(Role.BRANCH_SECRETARY),
            belongs_to=actor.belongs_to,
            town=actor.has(Role.TOWN_DISCIPLINE),
            county=actor.has(Role.COUNTY_DISCIPLINE),
            figures_up_to=_figures(actor),
        )


def _figures(actor: Actor) -> Level | None:
    if actor.has(Role.COUNTY_VIEWER):
        return Level.COUNTY
    return Level.TOWN if actor.has(Role.TOWN_PARTY_COMMITTEE) else None


def accused_as_whole(report: Report) -> tuple[str, ...]:
    """Code of the unit that an accusation is about as a whole, if any: whoever has any role there is recused."""
    as_whole = report.kind is Kind.ACCUSATION and report.subject_cadre is None
    return (report.subject_unit,) if as_whole and report.subject_unit else ()


def recused(report: Report, viewer: Viewer) -> bool:
    """Whether the report is about the viewer, about the viewer's unit as a whole, or left by the viewer."""
    if viewer.cadre is not None and viewer.cadre == report.subject_cadre:
        return True
    if viewer.account in report.conflicted:
        return True
    return not viewer.belongs_to.isdisjoint(accused_as_whole(report))


def sees(report: Report, viewer: Viewer) -> bool:
    """Whether the report exists for the viewer: in reads, lists, counts, timelines and exports."""
    if recused(report, viewer):
        return False
    if viewer.county or (viewer.town and report.level <= Level.TOWN):
        return True
    if report.brought_by == viewer.account and report.unit in viewer.brings_for:
        return True
    return report.level is Level.UNIT and (report.organ in viewer.handles_for or report.unit in viewer.post_of)


def handles(report: Report, viewer: Viewer) -> bool:
    """Whether the viewer belongs to the organ that handles the report."""
    if recused(report, viewer):
        return False
    if report.level is Level.UNIT:
        return report.organ in viewer.handles_for
    return viewer.town if report.level is Level.TOWN else viewer.county


def decides_above(report: Report, viewer: Viewer) -> bool:
    """Whether the viewer belongs to the level above the one that handles the report; the county is above itself."""
    return not recused(report, viewer) and (viewer.town if report.level.above is Level.TOWN else viewer.county)


def reads_text(report: Report, viewer: Viewer) -> bool:
    """Whether the viewer may read what was told: who handles it, and whoever wrote it down.

    The text of an opinion is read by whoever sees the report.
    """
    return reads_handling(report, viewer) or (sees(report, viewer) and report.brought_by == viewer.account)


def reads_handling(report: Report, viewer: Viewer) -> bool:
    """Whether the viewer may read what became of it: link, reasons, answer. Whoever brought it reads what they wrote
    and no more; of an opinion nothing is kept from those who see it."""
    return sees(report, viewer) and (report.kind is Kind.OPINION or handles(report, viewer))


def may_reveal(report: Report, viewer: Viewer) -> bool:
    """Whether the viewer may look at who reported: only the discipline officer who handles it, its named officer."""
    return handles_as_discipline(report, viewer) and report.officer == viewer.account


def handles_as_discipline(report: Report, viewer: Viewer) -> bool:
    """Whether the viewer is a discipline officer of the level that handles the report."""
    return report.level is not Level.UNIT and handles(report, viewer)


def may_hand_over(report: Report, viewer: Viewer) -> bool:
    """Whether the viewer may give the report to another officer of the organ: its officer, and who assigns there."""
    if not handles(report, viewer):
        return False
    assigns = report.level is not Level.UNIT or report.organ in viewer.assigns_for
    return assigns or report.officer == viewer.account


def may_link(report: Report, viewer: Viewer) -> bool:
    """Whether the viewer may say whom the report is about: who handles it, or the level above; and as long as nobody
    has, those who keep the register of its post."""
    if handles(report, viewer) or decides_above(report, viewer):
        return True
    keeps_register = report.unit in viewer.registers_for | viewer.assigns_for
    return keeps_register and not report.subject.linked and sees(report, viewer)


def acts_for_reporter(report: Report, viewer: Viewer) -> bool:
    """Whether the viewer may do what a reporter does who is not on line: who handles it, the level above, who brought
    it, and the registrar of its post."""
    near = report.brought_by == viewer.account or report.unit in viewer.registers_for
    return handles(report, viewer) or decides_above(report, viewer) or (near and sees(report, viewer))


def highest_level(viewer: Viewer) -> Level:
    """The highest level of which the viewer is."""
    if viewer.county:
        return Level.COUNTY
    return Level.TOWN if viewer.town else Level.UNIT
