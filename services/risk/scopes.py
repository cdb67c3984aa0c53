"""The circles 范围 in which things are shown, and people may speak about them (domain §1.4)."""

from __future__ import annotations

from services.common.words import Word


class Scope(Word):
    UNIT = 1, "本单位"
    TOWN = 2, "本镇"
    EVERYBODY = 3, "社会"
