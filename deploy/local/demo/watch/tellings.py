"""What people tell, and what becomes of it: the material of which the reports are made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Way(Enum):
    """Which way a report takes."""

    ANSWERED = "answered by its unit within the week"
    LATE = "answered after the deadline"
    FORGOTTEN = "never answered: overdue, escalated, escalated again"
    CONTESTED = "answered, contested by the reporter, answered again one level up"
    MAJOR = "classified as major, answered by the town within the month"
    LEADER = "about the leader of the unit: rerouted to the town"
    UNLINKED = "about nobody in particular: the town links it, the unit answers it"
    MAYOR = "about a leader of the town: the county handles it"
    EXTENDED = "granted a week more, answered within it"
    CONFLICT = "its officer has a conflict and leaves it"
    REFUSED = "not accepted, with a reason"
    OPINION = "an opinion, answered, and the answer published"
    SUPERVISED = "overdue, put under oversight by the county, answered late"


@dataclass(frozen=True, slots=True)
class Telling:
    """What someone tells."""

    matter: str
    about: str
    text: str


ACCUSATIONS = (
    Telling("MATTER_NEGLECT_OF_DUTY", "经办干部", "低保申请材料交了三个月，一直说在办理，没有任何答复。"),
    Telling("MATTER_INTERESTS", "经办干部", "退耕还林补助款少发了两亩地，问了几次都说以后再说。"),
    Telling("MATTER_POLICY", "经办干部", "危房改造名额没有开会讨论，也没有公示，直接就定下来了。"),
    Telling("MATTER_IMAGE", "值班干部", "上班时间办公室没有人，群众跑了三趟都没有办成事。"),
    Telling("MATTER_ABUSE_OF_POWER", "经办干部", "办理合疗报销时索要好处，不送烟就拖着不办。"),
    Telling("MATTER_INTERESTS", "经办干部", "修路占了自家的地，说好的补偿一年了没有兑现。"),
    Telling("MATTER_NEGLECT_OF_DUTY", "经办干部", "邻里纠纷找了四次，没有人来调解，矛盾越来越大。"),
    Telling("MATTER_POLICY", "经办干部", "公益岗位的人员没有在村务公开栏公布，大家都不知道是怎么选的。"),
)

OPINIONS = (
    Telling("MATTER_POLICY", "村务公开", "建议村务公开栏每月按时更新，把低保和救济名单写清楚。"),
    Telling("MATTER_IMAGE", "办事态度", "希望窗口干部说话态度好一些，多解释两句政策。"),
    Telling("MATTER_NEGLECT_OF_DUTY", "路灯", "村口路灯坏了两个多月，晚上孩子放学不安全，请尽快修理。"),
    Telling("MATTER_INTERESTS", "饮水", "夏天自来水经常停，建议停水前在群里通知一声。"),
)

ANSWERS = {
    "FINDING_SUBSTANTIATED": "经调查，反映情况属实。已责成经办人当面说明情况，并在三日内办结。",
    "FINDING_PARTLY": "经调查，反映情况部分属实。手续已经补齐，款项本月发放。",
    "FINDING_UNSUBSTANTIATED": "经调查，会议记录和公示照片齐全，未发现所反映的问题。",
    "FINDING_UNVERIFIABLE": "经走访三户群众，现有线索无法查实，欢迎继续提供情况。",
}

WAYS = (
    *(Way.ANSWERED,) * 5,
    *(Way.LATE,) * 2,
    *(Way.OPINION,) * 4,
    *(Way.UNLINKED,) * 2,
    Way.FORGOTTEN,
    Way.CONTESTED,
    Way.CONTESTED,
    Way.MAJOR,
    Way.MAJOR,
    Way.LEADER,
    Way.REFUSED,
)
"""The ways of one town's reports. What is rare (`MAYOR`, `EXTENDED`, `CONFLICT`, `SUPERVISED`) happens once in the
county, in towns of its own."""

CHANNELS = (
    "CHANNEL_WEB",
    "CHANNEL_COMPLAINT_BOX",
    "CHANNEL_SUPERVISOR",
    "CHANNEL_TELEPHONE",
    "CHANNEL_ORAL",
    "CHANNEL_WEB",
    "CHANNEL_DISCIPLINE",
)
OPINION_CHANNELS = ("CHANNEL_OPINION_BOX", "CHANNEL_WEB", "CHANNEL_OPINION_BOX", "CHANNEL_SUPERVISOR")
