"""An edition with all that stands on paper beside what it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.common.periods import in_words, local_date
from services.risk.catalogues.content import Content
from services.risk.catalogues.domain import Draft, Edition
from services.risk.catalogues.encoding import Approval

TITLE = "廉政风险管理目录"


@dataclass(frozen=True, slots=True)
class Printed:
    edition: Draft | Edition
    content: Content
    approval: Approval | None
    """None for a draft."""
    printed: date

    @property
    def which(self) -> str:
        return f"第{self.edition.number}版" if isinstance(self.edition, Edition) else self.edition.state.label

    @property
    def file_name(self) -> str:
        return f"{self.content.unit_title}{TITLE}（{self.which}）"

    @property
    def dated(self) -> str:
        """When it was published, or the draft compiled."""
        if isinstance(self.edition, Edition):
            return f"发布日期：{in_words(local_date(self.edition.publish_time))}"
        return f"编制日期：{in_words(local_date(self.edition.compile_time))}"

    @property
    def voted(self) -> str:
        """How the leadership approved it, in figures; empty for a draft."""
        if self.approval is None:
            return ""
        item, meeting = self.approval.item, self.approval.meeting
        votes = f"赞成 {len(item.votes_for)} 人，反对 {len(item.votes_against)} 人，弃权 {len(item.abstentions)} 人"
        return f"{in_words(meeting.date)}领导班子会议审定：参会 {len(meeting.attendees)} 人，{votes}"
