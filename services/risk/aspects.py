"""The aspects 方面 in which risks lie (domain §1.4)."""

from __future__ import annotations

from services.common.words import Word


class Aspect(Word):
    ETHICS = 1, "思想道德"
    DUTY = 2, "岗位职责"
    PROCESS = 3, "业务流程"
    INSTITUTION = 4, "制度机制"
    ENVIRONMENT = 5, "外部环境"
