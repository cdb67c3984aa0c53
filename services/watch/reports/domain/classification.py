"""What class the rules propose for a report, and why. A person decides (domain: watch, Handling)."""

from __future__ import annotations

from dataclasses import dataclass

from services.watch.reports.domain.terms import Class, Kind, Matter

REPEATED = 3
"""So many reports about the same subject within thirty days propose a major one."""

GRAVE_WORDS = ("贪污", "挪用", "受贿", "行贿", "索要", "截留", "虚报", "冒领", "殴打", "强占", "威胁", "报复")


@dataclass(frozen=True, slots=True)
class Proposal:
    """The class that the rules propose, with their reasons in words."""

    classification: Class
    reasons: tuple[str, ...]


def propose(kind: Kind, matter: Matter, text: str, subject_leads: bool, recent_about_subject: int) -> Proposal:
    """Proposes a class: an opinion is general; an accusation is major for any of the reasons that are returned.

    `subject_leads`: the subject leads a unit or the town. `recent_about_subject`: other reports about the same
    subject in the last thirty days.
    """
    if kind is Kind.OPINION:
        return Proposal(Class.GENERAL, ("意见建议按一般问题办理",))
    reasons = []
    if matter is Matter.ABUSE_OF_POWER:
        reasons.append("反映以权谋私")
    if subject_leads:
        reasons.append("被反映人为领导干部")
    if recent_about_subject + 1 >= REPEATED:
        reasons.append(f"三十日内对同一对象的反映达到{recent_about_subject + 1}件")
    if words := [word for word in GRAVE_WORDS if word in text]:
        reasons.append("内容涉及" + "、".join(words))
    if reasons:
        return Proposal(Class.MAJOR, tuple(reasons))
    return Proposal(Class.GENERAL, ("未发现重大问题情形",))
