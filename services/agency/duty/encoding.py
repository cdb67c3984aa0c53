"""Rosters and absences as the contract shows them."""

from __future__ import annotations

import minshao.agency.v1 as pb

from services.agency.duty.domain.absence import Absence
from services.agency.duty.domain.roster import Roster, Shift
from services.agency.points.opening import point_name
from services.common.database import Tx
from services.common.instants import stamp


def encode_roster(tx: Tx, roster: Roster) -> pb.Roster:
    return pb.Roster(
        name=f"tenants/{tx.tenant}/rosters/{roster.id}",
        point=point_name(tx, roster.point),
        day=roster.day.isoformat(),
        shifts=[_shift(shift) for shift in roster.shifts],
    )


def encode_absence(tx: Tx, absence: Absence, reason: str) -> pb.Absence:
    """An absence; `reason` only for whom it is meant."""
    return pb.Absence(
        name=f"tenants/{tx.tenant}/absences/{absence.id}",
        officer=absence.officer,
        deputy=absence.deputy,
        first_day=absence.first_day.isoformat(),
        last_day=absence.last_day.isoformat(),
        return_day=str(absence.return_day or ""),
        reason=reason,
        declarer=absence.declarer,
        create_time=stamp(absence.create_time),
        points=[point_name(tx, unit) for unit in absence.points],
    )


def _shift(shift: Shift) -> pb.Shift:
    return pb.Shift(
        officer=shift.officer,
        planned=shift.planned,
        state=pb.Shift.State.ValueType(shift.state),
        check_in_time=stamp(shift.check_in_time),
        check_out_time=stamp(shift.check_out_time),
        closed_by_midnight=shift.closed_by_midnight,
    )
