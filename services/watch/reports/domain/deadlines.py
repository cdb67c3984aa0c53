"""Which deadlines a report has, as a function of what is known of it: storing one and moving one is a difference."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from services.watch.reports.domain import clocks
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.states import State
from services.watch.reports.domain.terms import Class, Level

DUE_SOON = "report.due_soon"
OVERDUE = "report.overdue"
ESCALATION = "report.escalation"
SILENCE = "report.silence"
RECEIPT_EXPIRY = "report.receipt_expiry"
SHREDDING = "report.shredding"


def deadlines_of(report: Report) -> Mapping[str, datetime]:
    """The deadlines of a report by kind. What has fired already may still be in it: its time does not change."""
    if report.state.open:
        return _of_open(report)
    if report.state is State.ANSWERED and report.answer_time is not None:
        return {SILENCE: clocks.contest_before(report.answer_time)}
    return {}


def _of_open(report: Report) -> Mapping[str, datetime]:
    due = {
        OVERDUE: report.due_time,
        DUE_SOON: clocks.due_soon(report.classification, report.due_time),
    }
    if _county_waits(report):
        major = report.classification is Class.MAJOR
        due[ESCALATION] = report.due_time if major else clocks.escalation_time(report.due_time)
    return due


def _county_waits(report: Report) -> bool:
    """Whether overdue was announced to the town only. Told once, the county is not told again in this period, whoever
    handles the report by then; and where it handles the report itself there is nothing to tell."""
    announced = report.announced_period == report.period
    return announced and report.escalated_level is Level.TOWN and report.level is not Level.COUNTY
