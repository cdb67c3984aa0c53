"""The people of the town, what each may try, and what somebody is to a report."""

from __future__ import annotations

from tests.integration.watch.reports.told import TOWN, UNIT, Told

HOMES = {
    "village-secretary": "village",
    "village-officer": "village",
    "village-registrar": "village",
    "wanglei": "village",
    "finance-secretary": "finance",
    "finance-clerk": "finance",
}
"""Units of the people who have a role in one."""
UNITS_OF_CADRES = {**HOMES, "village-head": "village", "finance-head": "finance", "mayor": "government-office"}
OF_TOWN, OF_COUNTY = ("discipline-1", "discipline-2"), ("county-1", "county-2")
PEOPLE = (*HOMES, *OF_TOWN, *OF_COUNTY)
SUPERVISOR = "wanglei"
LEADERS_OF_UNITS = ("village-head", "finance-head")
LEADERS_OF_THE_TOWN = ("mayor", *OF_TOWN)

ABOVE = {*OF_TOWN, *OF_COUNTY}
DECIDERS = {"village-secretary", "finance-secretary", *ABOVE}
HANDLERS = {"village-officer", "finance-clerk", *DECIDERS}
POST = {"wanglei", "village-registrar"}
ADMITTED = {
    "link": {"village-registrar", *DECIDERS},
    **dict.fromkeys(("classify", "raised", "assign", "refuse", "publish"), DECIDERS),
    **dict.fromkeys(("start", "ask", "answer", "close", "hand_over", "hand_over_all", "write"), HANDLERS),
    **dict.fromkeys(("decide", "reveal", "oversee"), ABOVE),
    **dict.fromkeys(("conflict", "tell", "reopen"), POST | HANDLERS),
    "answer_oversight": HANDLERS,
}
"""Who may try what at all."""


def recused(report: Told, who: str) -> bool:
    home = HOMES.get(who)
    of_the_unit = not report.opinion and not report.about.cadre and report.about.unit
    return who == report.about.cadre or who in report.left or bool(home and of_the_unit == home)


def sees(report: Told, who: str) -> bool:
    if recused(report, who):
        return False
    if who in OF_COUNTY:
        return True
    if who in OF_TOWN:
        return report.level <= TOWN
    if who == report.brought_by == SUPERVISOR:
        return True
    at_post = who not in ("village-officer", "finance-clerk") and HOMES[who] == report.unit
    return report.level == UNIT and (handles(report, who) or at_post)


def handles(report: Told, who: str) -> bool:
    """Whether somebody belongs to the organ, and nothing keeps them from the report."""
    if report.level == UNIT:
        of_organ = who in HANDLERS and HOMES.get(who) == report.organ
    else:
        of_organ = who in (OF_TOWN if report.level == TOWN else OF_COUNTY)
    return of_organ and not recused(report, who)


def is_next_level(report: Told, who: str) -> bool:
    return who in (OF_TOWN if report.level == UNIT else OF_COUNTY) and not recused(report, who)


def assigns(report: Told, who: str) -> bool:
    """Whether somebody names officers in the organ."""
    return who in DECIDERS and handles(report, who)


def may_link(report: Told, who: str) -> bool:
    at_post = who in ("village-registrar", *DECIDERS) and HOMES.get(who) == report.unit
    unlinked = not (report.about.cadre or report.about.unit)
    return handles(report, who) or is_next_level(report, who) or (at_post and unlinked and sees(report, who))


def acts_for_reporter(report: Told, who: str) -> bool:
    near = who == report.brought_by or (who == "village-registrar" and report.unit == "village")
    return handles(report, who) or is_next_level(report, who) or (near and sees(report, who))
