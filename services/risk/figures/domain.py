"""What is counted of a unit, a town or the county: collected, found and done in a period, and how it stands. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from services.common.counts import Counts
from services.common.words import Word


class Figure(Word):
    """What is counted; called, and numbered, as the field of the contract."""

    INFORMATION_REPORT_SUBSTANTIATED = 1, "反映查实"
    INFORMATION_REPORT_PARTLY_SUBSTANTIATED = 2, "反映部分属实"
    INFORMATION_REPORT_OVERDUE = 3, "反映逾期"
    INFORMATION_CASE_OVERDUE = 4, "代理件逾期"
    INFORMATION_NOTICE_REPEATED = 5, "重复补正告知"
    INFORMATION_INSPECTION = 6, "监督检查"
    INFORMATION_AUDIT = 7, "审计"
    INFORMATION_PETITION = 8, "信访"
    INFORMATION_MEDIA = 9, "舆情"
    INFORMATION_SELF_FOUND = 10, "自查"
    INFORMATION_OTHER = 11, "其他"
    INFORMATION_ETHICS = 12, "思想道德"
    INFORMATION_DUTY = 13, "岗位职责"
    INFORMATION_PROCESS = 14, "业务流程"
    INFORMATION_INSTITUTION = 15, "制度机制"
    INFORMATION_ENVIRONMENT = 16, "外部环境"

    WARNINGS_YELLOW = 21, "黄色预警"
    WARNINGS_ORANGE = 22, "橙色预警"
    WARNINGS_RED = 23, "红色预警"
    WARNINGS_ETHICS = 24, "思想道德"
    WARNINGS_DUTY = 25, "岗位职责"
    WARNINGS_PROCESS = 26, "业务流程"
    WARNINGS_INSTITUTION = 27, "制度机制"
    WARNINGS_ENVIRONMENT = 28, "外部环境"
    RISK_POINTS_ETHICS = 29, "思想道德"
    RISK_POINTS_DUTY = 30, "岗位职责"
    RISK_POINTS_PROCESS = 31, "业务流程"
    RISK_POINTS_INSTITUTION = 32, "制度机制"
    RISK_POINTS_ENVIRONMENT = 33, "外部环境"

    WARNINGS_ANSWERED_IN_TIME = 41, "预警按期处置"
    WARNINGS_ANSWERED_LATE = 42, "预警逾期处置"
    DISPOSITIONS_REMINDER = 43, "风险提示"
    DISPOSITIONS_CRITICISM = 44, "批评教育"
    DISPOSITIONS_ADMONITION = 45, "诫勉谈话"
    DISPOSITIONS_CORRECTION = 46, "责令纠错"
    DISPOSITIONS_INVESTIGATION = 47, "依纪依法查处"
    CORRECTIONS_DONE_IN_TIME = 48, "按期纠错"
    CORRECTIONS_DONE_LATE = 49, "逾期纠错"
    INVESTIGATIONS_VIOLATION = 50, "查实违纪违法"
    INVESTIGATIONS_NO_VIOLATION = 51, "未发现违纪违法"

    POSITIONS_GRADE_1 = 61, "一级风险岗位"
    POSITIONS_GRADE_2 = 62, "二级风险岗位"
    POSITIONS_GRADE_3 = 63, "三级风险岗位"
    POSITIONS_UNGRADED = 64, "未定级岗位"
    POWERS_GRADE_1 = 65, "一级风险权力"
    POWERS_GRADE_2 = 66, "二级风险权力"
    POWERS_GRADE_3 = 67, "三级风险权力"
    WARNINGS_OPEN_YELLOW = 68, "待处置黄色预警"
    WARNINGS_OPEN_ORANGE = 69, "待处置橙色预警"
    WARNINGS_OPEN_RED = 70, "待处置红色预警"
    WARNINGS_OPEN_LATE = 71, "预警逾期未处置"
    CORRECTIONS_OPEN = 72, "纠错中"
    CORRECTIONS_OPEN_LATE = 73, "逾期未纠错"
    INVESTIGATIONS_HANDED_OVER = 74, "已移交未受理"
    INVESTIGATIONS_OPEN = 75, "查处中"
    RISK_POINTS_STANDING = 76, "已确认风险点"
    POSITIONS_UNPROTECTED = 77, "一级岗位无风险点"

    @property
    def field(self) -> str:
        """Its name in the contract."""
        return self.name.lower()


FIGURES: Mapping[str, Figure] = {figure.field: figure for figure in Figure}


class Figures(Counts[Figure]):
    """The figures of whatever was counted."""
