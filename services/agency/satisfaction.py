"""What somebody says of a point, on a supervision card or at a conduct appraisal."""

from __future__ import annotations

from services.common.words import Word


class Satisfaction(Word):
    """Three levels, from the best; numbers are those of `minshao.agency.v1.Satisfaction`."""

    SATISFIED = 1, "满意"
    FAIR = 2, "基本满意"
    DISSATISFIED = 3, "不满意"
