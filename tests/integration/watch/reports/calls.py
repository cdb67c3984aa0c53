"""The calls with which people try something."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from google.protobuf.message import Message
from minshao.watch import v1 as pb

from services.common.instants import stamp
from tests.integration.watch.reports.told import About, Told, day
from tests.luonan_town import Town


def subject_of(town: Town, about: About) -> pb.Subject:
    return pb.Subject(
        about="村干部",
        cadre=town.cadre(about.cadre) if about.cadre else "",
        unit=town.unit_name(about.unit) if about.unit else "",
        town_leadership=about.leaders,
    )


def request_of(town: Town, action: str, report: Told, **given: Any) -> Message:
    """What is sent to try the action."""
    name = report.name
    by_code = {"parent": town.name, "code": report.code}
    make: dict[str, Any] = {
        "link": lambda about: pb.LinkSubjectRequest(name=name, subject=subject_of(town, about)),
        "classify": lambda major: pb.ClassifyReportRequest(name=name, classification=2 if major else 1),
        "raised": lambda: pb.RaiseReportRequest(name=name, reason="涉及金额较大"),
        "assign": lambda officer: pb.AssignReportRequest(name=name, officer=town.account(officer)),
        "hand_over": lambda officer: pb.HandOverReportRequest(name=name, officer=town.account(officer), reason="病假"),
        "start": lambda: pb.StartInvestigationRequest(name=name),
        "ask": lambda days: pb.RequestMoreTimeRequest(name=name, days=days, reason="等待档案"),
        "decide": lambda granted: pb.DecideMoreTimeRequest(name=name, granted=granted, reason="属实"),
        "answer": lambda finding: pb.AnswerReportRequest(name=name, finding=f"FINDING_{finding}", text="已办。"),  # type: ignore[arg-type]
        "refuse": lambda: pb.RefuseReportRequest(name=name, reason="法院已受理"),
        "close": lambda: pb.CloseReportRequest(name=name, confirmation="当面表示满意"),
        "accept": lambda: pb.AcceptAnswerRequest(**by_code),
        "reopen": lambda: pb.ReopenReportRequest(name=name, reason="没有调查"),
        "contest": lambda: pb.ContestAnswerRequest(**by_code, reason="没有调查"),
        "tell": lambda: pb.TellAnswerRequest(
            name=name, telling=pb.Telling(teller="包村干部", manner="上门", tell_time=stamp(town.clock.now()))
        ),
        "publish": lambda: pb.PublishAnswerRequest(name=name, title="路灯", answer="已修好。"),
        "write": lambda: pb.PostMessageRequest(name=name, text="请补充时间地点。"),
        "write_back": lambda: pb.PostReceiptMessageRequest(**by_code, text="上个月。"),
        "reveal": lambda: pb.RevealIdentityRequest(name=name, reason="当面核实"),
        "conflict": lambda: pb.DeclareConflictRequest(name=name, reason="亲戚"),
        "oversee": lambda days: pb.OrderOversightRequest(
            parent=town.name,
            report=name,
            note="请尽快办理",
            last_day=str(day(town.clock.now()) + timedelta(days=days)),
        ),
    }
    request: Message = make[action](**given)
    return request
