"""The words of the domain (§1): each list holds all of them, in the order and under the numbers of the contract."""

from __future__ import annotations

from itertools import pairwise

import pytest
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from minshao.risk import v1 as pb

from services.common.words import Word
from services.risk.analysis.domain import Colour
from services.risk.aspects import Aspect
from services.risk.dispositions.domain import UNIT_SEVERITIES, Severity
from services.risk.positions.domain import Standing
from services.risk.powers.domain import Extent, Kind
from services.risk.publicity_sessions.domain import Kind as KindOfSession
from services.risk.risk_points.domain import Level, Method
from services.risk.scopes import Scope


@pytest.mark.parametrize(
    ("words", "contract", "labels"),
    [
        (Standing, pb.Position.Standing, "领导 承办 其他"),
        (Kind, pb.Power.Kind, "决策 司法 行政执法 行政许可 部门管理 执行 综合协调"),
        (Extent, pb.Power.Extent, "决定性 部分"),
        (Level, pb.RiskPoint.Level, "岗位 股室 单位"),
        (Aspect, pb.RiskInformation.Aspect, "思想道德 岗位职责 业务流程 制度机制 外部环境"),
        (Method, pb.RiskPoint.Method, "个人找 群众提 互相查 领导点 组织评"),
        (Scope, pb.Scope, "本单位 本镇 社会"),
        (Severity, pb.Disposition.Severity, "风险提示 批评教育 诫勉谈话 责令纠错 依纪依法查处"),
        (KindOfSession, pb.PublicitySession.Kind, "会议 专栏 局域网 简报"),
    ],
)
def test_the_words_are_those_of_the_domain(words: type[Word], contract: EnumTypeWrapper, labels: str) -> None:
    assert [each.label for each in words] == labels.split()
    assert [int(each) for each in words] == sorted(contract.values())[1:]
    assert all(contract.Name(each).endswith(f"_{each.name}") for each in words)


def test_risk_points_lie_in_the_aspects_in_which_information_lies() -> None:
    assert pb.RiskPoint.Aspect.values() == pb.RiskInformation.Aspect.values()


def test_severity_and_colour_rise() -> None:
    assert all(milder < graver for milder, graver in pairwise(Severity))
    assert all(each < Severity.ADMONITION for each in UNIT_SEVERITIES)
    assert [each.label for each in sorted(Colour)][-3:] == ["黄色", "橙色", "红色"]
