"""Cases as the contract shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import minshao.agency.v1 as pb

from services.agency.cases.acting import Acting, name_of
from services.agency.cases.domain.applicant import Applicant, read_identity_number, read_phone
from services.agency.cases.domain.case import APPLICANTS, Case, Part
from services.agency.cases.domain.lapsing import supply_by
from services.agency.cases.explanations import Explained
from services.agency.cases.texts import Told
from services.common.access import county_of, tenant_of_unit
from services.common.inputs import read_name
from services.common.instants import stamp
from services.common.workdays import Pause


def read_applicant(typed: pb.Case.Applicant, today: date) -> Applicant:
    """Who applies, as it was typed. Raises Invalid with the field."""
    number = typed.identity_number
    return Applicant(
        read_name("applicant.name", typed.name),
        read_phone("applicant.phone", typed.phone),
        read_identity_number("applicant.identity_number", number, today) if number else "",
    )


def encode(acting: Acting, case: Case, applicant: Applicant | None) -> pb.Case:
    """A case with its dates as they follow from the calendar today, or as they stood when it was decided.

    `applicant` only for whom it is meant.
    """
    promise = acting.promise(case)
    shown = pb.Case(
        name=name_of(case),
        number=case.number,
        point=f"tenants/{case.tenant}/points/{case.point}",
        item=f"tenants/{county_of(case.tenant)}/items/{case.item}",
        item_version=case.item_version,
        state=pb.Case.State.ValueType(case.state),
        owner=case.owner,
        offered_to=case.offered_to or "",
        receive_time=stamp(case.receive_time),
        complete_date=str(case.complete_date or ""),
        accept_date=str(case.accept_date or ""),
        lacking=case.lacking,
        supply_by=str(supply_by(case, acting.dated.calendar) or ""),
        owed=case.owed,
        owed_until=str(case.owed_until or ""),
        notice_count=case.notices,
        parts=[_part(acting, case, part) for part in case.parts],
        pauses=[_pause(pause) for pause in case.pauses],
        promised_date=str(promise.last_day or ""),
        provisional=promise.provisional,
        overdue=promise.overdue,
        outcome=pb.Case.Outcome.ValueType(case.outcome or 0),
        decide_date=str(case.decide_date or ""),
        tell_date=str(case.tell_date or ""),
        handed_in=hand_ins(case),
        consultation=f"tenants/{case.tenant}/consultations/{case.consultation}" if case.consultation else "",
        debt_overdue=case.debt_overdue(acting.today),
    )
    if applicant is not None:
        shown.applicant.CopyFrom(
            pb.Case.Applicant(name=applicant.name, phone=applicant.phone, identity_number=applicant.identity_number)
        )
    return shown


def hand_ins(case: Case) -> list[pb.Case.HandIn]:
    """What the applicant has said to have handed in, and nobody has confirmed yet."""
    missing = {*case.lacking, *case.owed}
    return [
        pb.Case.HandIn(material=each.material, date=str(each.on)) for each in case.handed_in if each.material in missing
    ]


def encode_days(explained: Explained) -> list[pb.ExplainedDay]:
    return [pb.ExplainedDay(date=str(day.on), counted=day.counted, text=day.text) for day in explained.days]


def show_materials(shown: pb.Case | pb.CaseView, words: Mapping[str, str]) -> None:
    """Puts what further materials are called in the place of their numbers."""
    shown.lacking[:] = [words.get(name, name) for name in shown.lacking]
    for each in shown.handed_in:
        each.material = words.get(each.material, each.material)


def show_evidence(shown: pb.Case, evidences: Mapping[str, Sequence[str]]) -> None:
    """Adds what shows that each special procedure was begun, by the desk's code."""
    for part in shown.parts:
        for pause, evidence in zip(part.pauses, evidences.get(part.desk.rpartition("/")[2], ()), strict=False):
            pause.evidence = evidence


def show_told(shown: pb.Case, told: Told) -> None:
    """Adds what is said to the applicant, and how."""
    shown.delay_reason, shown.manner = told.delay_reason, told.manner
    shown.result, shown.remedies = told.result, told.remedies


def _pause(pause: Pause) -> pb.Case.Pause:
    ground = 0 if pause.ground is APPLICANTS else pb.Case.Ground.Value(f"GROUND_{pause.ground.name}")
    return pb.Case.Pause(
        ground=pb.Case.Ground.ValueType(ground), start_date=str(pause.start), end_date=str(pause.end or "")
    )


def _part(acting: Acting, case: Case, part: Part) -> pb.Case.Part:
    due = case.due_of(part, acting.dated.calendar) if part.running and case.state.open else None
    return pb.Case.Part(
        step=part.step + 1,
        tier=int(part.tier),
        desk=f"tenants/{tenant_of_unit(part.desk)}/units/{part.desk}",
        days=part.days,
        start_date=str(part.start or ""),
        end_date=str(part.end or ""),
        due_date=str(due.last_day) if due else "",
        paused=part.running and part.paused,
        pauses=[_pause(pause) for pause in part.pauses],
    )
