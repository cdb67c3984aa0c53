"""What is told in confidence, in words that stand nowhere else."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta


def planted(what: str) -> str:
    """A word that stands nowhere else."""
    return f"{what}{secrets.token_hex(6)}"


GRAVE = "截留、冒领"
"""Words of the accusation for which the rules propose a class: to be quoted as little as the rest of it."""

SEALED = {
    "identity": "赵",
    "accusation": f"{GRAVE}，收了我三百元",
    "about": "财政所的人",
    "linked": "其实是那位干事",
    "message": "我晚上在家",
    "organ's message": "请补充收据",
    "answer": "已经退还",
    "last answer": "县里已经核实",
    "look": "当面核实",
    "county's look": "县里要核实",
    "contest": "没有退给我",
    "more time": "等银行流水",
    "more time's decision": "同意等流水",
    "conflict": "他是我表弟",
    "hand-over": "出差两周",
    "refusal": "已由法院受理",
    "class": "按一般问题",
    "raise": "涉及多人",
    "confirmation": "当面说满意",
    "opinion": "路灯一直不亮",
    "oversight": "三日内查清那张收据",
    "oversight's answer": "收据已经找到",
    "oversight of a unit": "查一查出纳的亲戚",
    "oversight of a unit's answer": "出纳的亲戚已退出",
    "teller": "包村的李某",
    "manner of telling": "在他姐姐家里",
    "raised at a meeting": "有人说会计拿回扣",
    "raised and reported": "都说他家盖房用了公料",
    "applicant": "孙",
    "urging": "他家老人等着用钱",
    "urging's answer": "老人的证明明天补来",
    "asked in a consultation": "他儿子坐过牢能不能申请",
    "answered in a consultation": "他儿子的事不影响",
    "applicant on line": "钱",
    "result of a case": "家里收入超过标准",
    "remedies": "可以找他在县里的表哥代写复议申请",
    "manner of telling the result": "托他女儿带话",
    "note of an inspection": "值班的老周不在",
    "finding": "老周代签了三天",
    "mending": "老周已经检讨",
    "finding sent back": "老周又没来",
    "comment of a rating": "窗口的小伙子骂人",
    "answer to a rating": "已请当事人道歉",
    "objection to an answer": "至今没有来道歉",
    "holder of a card": "钱",
    "opinion on a card": "代办员让我跑了三趟",
    "people's diary": "张三家屋顶漏雨",
    "facts of accountability": "收了钱家两条烟",
    "view of the officer": "烟当天就退了",
    "reason of a measure": "退烟属实仍应提醒",
    "work report": "本月最难办的是钱家的低保",
    "progress of a measure": "老郑不肯报岗位职责",
    "note of publicity": "老郑在会上发了火",
    "opinion on a risk point": "会计的小舅子开着打印店",
    "objection to a risk point": "打印店的账一直没有公开",
    "answer to an objection": "已让小舅子退出",
    "withdrawal of a risk point": "小舅子已经去了外省",
    "minutes of a leadership": "会上有人替小舅子说情",
    "risk information": "审计发现出纳借支未还",
    "correction of risk information": "出纳是替他父亲借的",
    "reason for lowering a warning": "三张借条是同一笔钱",
    "disposition": "约谈出纳并限期还款",
    "persons of a disposition": "出纳吴",
    "check of a correction": "他父亲卖了牛还清",
    "reason for a milder disposition": "他父亲住院",
    "result of an investigation": "查明借支用于治病",
    "overview of a risk review": "本月主要是出纳借支",
    "improvements of a risk review": "不再由一家人管账和钱",
}
"""What ends up sealed beside a report, an oversight, a meeting, a case, an inspection, another record of a point, what
a leading group did, a risk point, risk information, a warning, a disposition or a risk review, by its name, as it
begins."""


def identity_number() -> str:
    """One of nobody that we know, with the right check digit (GB 11643)."""
    born = date(1930, 1, 1) + timedelta(days=secrets.randbelow(20_000))
    first = f"110105{born:%Y%m%d}{secrets.randbelow(1000):03}"
    weighted = sum(2 ** (17 - place) * int(digit) for place, digit in enumerate(first))
    return f"{first}{'10X98765432'[weighted % 11]}"


@dataclass
class Told:
    """Every word that must be found nowhere, by its name. More come as they are made up."""

    words: dict[str, str] = field(default_factory=lambda: {name: planted(begin) for name, begin in SEALED.items()})

    def __post_init__(self) -> None:
        self.words["grave words"] = GRAVE
        self.words["contact"] = f"139{secrets.randbelow(10**8):08}"
        self.words["applicant's telephone"] = f"138{secrets.randbelow(10**8):08}"
        self.words["applicant's identity number"] = identity_number()
        self.words["telephone on line"] = f"137{secrets.randbelow(10**8):08}"
        self.words["identity number on line"] = identity_number()
        # Of a network that is for documentation only; see RFC 5737.
        self.words["address of a citizen"] = f"203.0.113.{secrets.randbelow(200) + 20}"

    def __getitem__(self, name: str) -> str:
        return self.words[name]

    def add(self, name: str, word: str) -> str:
        """Remembers a word, and returns it."""
        self.words[name] = word
        return word
