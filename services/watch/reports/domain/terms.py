"""The words of a report, numbered as in `minshao.watch.v1.Report` and labelled as people read them."""

from __future__ import annotations

from services.common.words import Word


class Kind(Word):
    ACCUSATION = 1, "检举投诉"
    OPINION = 2, "意见建议"


class Matter(Word):
    UNSPECIFIED = 0, "未注明"
    POLICY = 1, "执行方针政策"
    IMAGE = 2, "损害形象"
    INTERESTS = 3, "损害利益"
    ABUSE_OF_POWER = 4, "以权谋私"
    NEGLECT_OF_DUTY = 5, "失职渎职"


class Channel(Word):
    SUPERVISOR = 1, "监督员"
    COMPLAINT_BOX = 2, "投诉箱"
    OPINION_BOX = 3, "征求意见箱"
    ORAL = 4, "口头反映"
    DISCIPLINE = 5, "直接提交纪委"
    WEB = 6, "网络"
    TELEPHONE = 7, "电话"
    SYSTEM = 8, "系统转办"


class Mode(Word):
    NOBODY = 0, "无反映人"
    """The system made it from an event: nobody is told, and nobody accepts or contests the answer."""
    NAMED = 1, "署名"
    ANONYMOUS = 2, "匿名"
    THROUGH_SUPERVISOR = 3, "监督员转递"


class Class(Word):
    """The classification: it decides the period."""

    UNDECIDED = 0, "未定性"
    GENERAL = 1, "一般问题"
    MAJOR = 2, "重大问题"


class Finding(Word):
    ELSEWHERE = 0, "另行答复"
    """What the system had made it from was answered where it stands: nothing was investigated here."""
    SUBSTANTIATED = 1, "属实"
    PARTLY = 2, "部分属实"
    UNSUBSTANTIATED = 3, "不属实"
    UNVERIFIABLE = 4, "无法查实"

    @property
    def substantiated(self) -> bool:
        """Whether anything of the report was true."""
        return self in (Finding.SUBSTANTIATED, Finding.PARTLY)


class Satisfaction(Word):
    UNSAID = 0, "未评价"
    SATISFIED = 1, "满意"
    DISSATISFIED = 2, "不满意"
    SILENT = 3, "逾期未提异议"


class Level(Word):
    """Who handles a report; the next level is the next number. The county has none above it."""

    UNIT = 1, "单位（支部）"
    TOWN = 2, "镇纪委"
    COUNTY = 3, "县纪委监委"

    @property
    def above(self) -> Level:
        """The next level up; the county's is itself."""
        return Level(min(self + 1, Level.COUNTY))


class Cause(Word):
    """Why another organ handles a report, numbered as in `ReportRerouted.Cause`."""

    SUBJECT = 1, "被反映人为单位负责人"
    TOWN_LEADERSHIP = 2, "涉及镇领导或镇纪委"
    MAJOR = 3, "重大问题"
    REOPENED = 4, "反映人不满意"
    CONFLICT = 5, "回避"
    LINKED = 6, "已明确被反映人"
    UNIT_RETIRED = 7, "承办单位已撤销"
