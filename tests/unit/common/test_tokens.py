from __future__ import annotations

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from services.common.access import Grant, Role
from services.common.errors import Unauthenticated, Unavailable
from services.common.token_keys import PublishedKeys, from_document, keys_at_url, keys_in_file, new_key, to_document
from services.common.tokens import TokenSigner, TokenVerifier

ISSUER = "https://gateway.test"
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
OFFICER = "tenants/611021101/accounts/liwei"
GRANTS = (Grant(Role.TOWN_DISCIPLINE, "611021101"), Grant(Role.SUPERVISOR, "611021101200"))


class RealTime:
    def __init__(self) -> None:
        self.instant = NOON.timestamp()

    def __call__(self) -> float:
        return self.instant


class Publication:
    """What the gateway publishes, and how often it was asked."""

    def __init__(self, *keys: OKPKey) -> None:
        self.keys = list(keys)
        self.asked = 0
        self.broken = False

    async def read(self) -> bytes:
        self.asked += 1
        await asyncio.sleep(0)
        if self.broken:
            raise ConnectionRefusedError
        return to_document(self.keys).encode()


@pytest.fixture
def time() -> RealTime:
    return RealTime()


@pytest.fixture
def key() -> OKPKey:
    return new_key()


@pytest.fixture
def publication(key: OKPKey) -> Publication:
    return Publication(key)


@pytest.fixture
def signer(key: OKPKey, time: RealTime) -> TokenSigner:
    return TokenSigner(ISSUER, [key], now=time)


@pytest.fixture
def verifier(publication: Publication, time: RealTime) -> TokenVerifier:
    return TokenVerifier(ISSUER, PublishedKeys(publication.read, pause=0), now=time)


async def test_a_token_tells_what_was_signed(signer: TokenSigner, verifier: TokenVerifier) -> None:
    token, expires = signer.sign(OFFICER, GRANTS, cadre="tenants/611021101/cadres/7", client="mark")

    claims = await verifier.verify(token)

    assert (claims.subject, claims.grants) == (OFFICER, GRANTS)
    assert (claims.cadre, claims.client) == ("tenants/611021101/cadres/7", "mark")
    assert claims.expires == expires == NOON + timedelta(minutes=15)


async def test_a_verified_token_is_remembered_until_it_expires(
    signer: TokenSigner, verifier: TokenVerifier, time: RealTime
) -> None:
    token, expires = signer.sign(OFFICER, GRANTS)
    claims = await verifier.verify(token)

    time.instant = expires.timestamp() - 1
    assert verifier.remembered(token) is claims

    time.instant = expires.timestamp()
    assert verifier.remembered(token) is None
    with pytest.raises(Unauthenticated) as refused:
        await verifier.verify(token)
    assert refused.value.reason == "TOKEN_EXPIRED"


async def test_a_token_for_another_audience_does_not_hold(key: OKPKey, verifier: TokenVerifier, time: RealTime) -> None:
    token, _ = TokenSigner(ISSUER, [key], audience="elsewhere", now=time).sign(OFFICER, GRANTS)

    with pytest.raises(Unauthenticated):
        await verifier.verify(token)


async def test_a_token_of_another_issuer_does_not_hold(key: OKPKey, verifier: TokenVerifier, time: RealTime) -> None:
    token, _ = TokenSigner("https://else.test", [key], now=time).sign(OFFICER, GRANTS)

    with pytest.raises(Unauthenticated):
        await verifier.verify(token)


async def test_a_token_signed_by_an_unpublished_key_does_not_hold(verifier: TokenVerifier, time: RealTime) -> None:
    token, _ = TokenSigner(ISSUER, [new_key()], now=time).sign(OFFICER, GRANTS)

    with pytest.raises(Unauthenticated):
        await verifier.verify(token)


async def test_a_foreign_key_under_a_published_id_does_not_hold(
    key: OKPKey, verifier: TokenVerifier, time: RealTime
) -> None:
    forger = OKPKey.import_key({**new_key().as_dict(private=True), "kid": str(key.kid)})
    token, _ = TokenSigner(ISSUER, [forger], now=time).sign(OFFICER, GRANTS)

    with pytest.raises(Unauthenticated):
        await verifier.verify(token)


async def test_the_published_key_is_no_shared_secret(key: OKPKey, verifier: TokenVerifier) -> None:
    claims = {"iss": ISSUER, "aud": "minshao", "sub": "x", "exp": int(NOON.timestamp()) + 60, "roles": []}
    public = base64.urlsafe_b64decode(str(key.as_dict(private=False)["x"]) + "=")
    forged = jwt.encode({"alg": "HS256", "kid": str(key.kid)}, claims, OctKey.import_key(public), algorithms=["HS256"])
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": str(key.kid)}).encode()).decode().rstrip("=")
    unsigned = f"{header}.{forged.split('.')[1]}."

    for token in (forged, unsigned):
        with pytest.raises(Unauthenticated):
            await verifier.verify(token)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "令牌", "." * 5, "ey" * 5000, "eyJhbGciOiJFZDI1NTE5In0.e30.AA"])
async def test_what_is_no_token_does_not_hold(token: str, verifier: TokenVerifier) -> None:
    with pytest.raises(Unauthenticated):
        await verifier.verify(token)


@pytest.mark.parametrize(
    "strange",
    [{"roles": "TOWN_DISCIPLINE"}, {"roles": [["TOWN_DISCIPLINE"]]}, {"sub": 7}, {"exp": "soon"}, {"aud": []}],
)
async def test_claims_of_another_shape_do_not_hold(
    strange: dict[str, object], key: OKPKey, verifier: TokenVerifier
) -> None:
    claims = {"iss": ISSUER, "aud": "minshao", "sub": "x", "exp": int(NOON.timestamp()) + 60, "roles": [], **strange}
    token = jwt.encode({"alg": "Ed25519", "kid": str(key.kid)}, claims, key, algorithms=["Ed25519"])

    with pytest.raises(Unauthenticated):
        await verifier.verify(token)


async def test_a_role_of_a_later_version_is_passed_over(key: OKPKey, verifier: TokenVerifier) -> None:
    roles = [["SOMEBODY_LATER", "611021101.finance"], ["REGISTRAR", "611021101200"]]
    claims = {"iss": ISSUER, "aud": "minshao", "sub": "x", "exp": int(NOON.timestamp()) + 60, "roles": roles}
    token = jwt.encode({"alg": "Ed25519", "kid": str(key.kid)}, claims, key, algorithms=["Ed25519"])

    assert (await verifier.verify(token)).grants == (Grant(Role.REGISTRAR, "611021101200"),)


async def test_after_a_rotation_tokens_of_both_keys_hold(
    key: OKPKey, publication: Publication, signer: TokenSigner, verifier: TokenVerifier, time: RealTime
) -> None:
    before, _ = signer.sign(OFFICER, GRANTS)
    await verifier.verify(before)
    newer = new_key()
    publication.keys = [newer, key]

    after, _ = TokenSigner(ISSUER, [newer, key], now=time).sign(OFFICER, GRANTS)

    assert (await verifier.verify(after)).subject == OFFICER
    assert (await verifier.verify(before)).subject == OFFICER


async def test_a_withdrawn_key_takes_its_remembered_tokens_along(
    publication: Publication, signer: TokenSigner, verifier: TokenVerifier, time: RealTime
) -> None:
    stolen, _ = signer.sign(OFFICER, GRANTS)
    await verifier.verify(stolen)
    newer = new_key()
    publication.keys = [newer]

    await verifier.verify(TokenSigner(ISSUER, [newer], now=time).sign(OFFICER, GRANTS)[0])

    assert verifier.remembered(stolen) is None
    with pytest.raises(Unauthenticated):
        await verifier.verify(stolen)


async def test_invented_key_ids_do_not_make_us_ask_without_end(publication: Publication) -> None:
    keys = PublishedKeys(publication.read, pause=60)

    found = [await keys.find(f"invented-{number}") for number in range(50)]

    assert found == [None] * 50
    assert publication.asked == 1


async def test_callers_that_need_the_same_keys_wait_for_one_reading(key: OKPKey, publication: Publication) -> None:
    keys = PublishedKeys(publication.read, pause=60)

    found = await asyncio.gather(*(keys.find(str(key.kid)) for _ in range(20)))

    assert [each and each.kid for each in found] == [key.kid] * 20
    assert publication.asked == 1


async def test_without_any_keys_a_caller_is_told_to_try_again(publication: Publication) -> None:
    publication.broken = True

    with pytest.raises(Unavailable):
        await PublishedKeys(publication.read).find("any")


async def test_keys_once_read_outlast_a_gateway_that_is_away(key: OKPKey, publication: Publication) -> None:
    keys = PublishedKeys(publication.read, refresh=0, pause=0)
    await keys.find(str(key.kid))
    publication.broken = True

    assert await keys.find(str(key.kid)) is not None
    assert publication.asked == 2


async def test_keys_are_read_from_a_file(key: OKPKey, tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text(to_document([key]))

    found = await keys_in_file(file).find(str(key.kid))

    assert found is not None
    assert found.as_dict() == key.as_dict(private=False)


def test_published_documents_hold_no_private_key(key: OKPKey) -> None:
    assert '"d"' not in to_document([key])
    assert from_document(to_document([key], private=True))[0].is_private


def test_keys_of_other_sorts_in_a_set_are_passed_over(key: OKPKey) -> None:
    others = [OctKey.generate_key().as_dict(), OKPKey.generate_key("X25519").as_dict(private=False)]
    document = json.dumps({"keys": [*others, key.as_dict(private=False)]})

    assert [each.kid for each in from_document(document)] == [key.kid]


@pytest.mark.parametrize("document", ["", "[]", "{}", '{"keys": []}', '{"keys": [{"kty": "OKP"}]}', '{"keys": 3}'])
def test_what_is_no_key_set_is_refused(document: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_document(document)


def test_keys_come_over_http_only() -> None:
    with pytest.raises(ValueError, match="http"):
        keys_at_url("file:///etc/passwd")
