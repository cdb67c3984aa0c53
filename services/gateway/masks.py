"""Updates by field mask: the fields that a request names, and no others."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from services.common.errors import Invalid
from services.common.rpc.validation import violations_of

M = TypeVar("M", bound=Message)


def merged(current: M, given: M, mask: FieldMask, updatable: Collection[str], field: str) -> M:
    """The current resource with the masked fields of the given one, held against the rules of the contract.

    `field` is the path of the resource in its request. Raises Invalid for an empty mask, a path that cannot be
    updated, and a value that breaks a rule.
    """
    if not mask.paths or not set(mask.paths) <= set(updatable):
        raise Invalid("update_mask", f"可以更新：{'、'.join(sorted(updatable))}。", reason="UPDATE_MASK")
    result = type(current)()
    result.CopyFrom(current)
    mask.MergeMessage(given, result)
    if violations := violations_of(result):
        first = violations[0]
        raise Invalid(f"{field}.{first.field}", first.description, reason=first.reason)
    return result
