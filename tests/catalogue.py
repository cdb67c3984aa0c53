"""What PostgreSQL's own catalogue says of a service's database, held against the rules and the declared tables.

Rows of tenants are walled in by declarations that are easily forgotten. So the catalogue is read back, and everything
that is not as it must be is named: tables without row security, keys that begin with anything but the tenant, views
that look through their owner's eyes, rights that nobody declared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import asyncpg
import sqlalchemy as sa

from services.common.migrations.foundation import RELAY, SWEEPER
from services.common.schema import POLICY

CONDITION = "(tenant = NULLIF(current_setting('app.tenant'::text, true), ''::text))"

TABLES = """
    SELECT c.relname AS name, c.relrowsecurity AS secured, c.relforcerowsecurity AS forced,
           pg_get_userbyid(c.relowner) AS owner,
           EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant'
                   AND a.attnotnull AND a.atttypid = 'text'::regtype) AS has_tenant,
           EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary) AS has_key
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"""
POLICIES = """
    SELECT tablename AS table, policyname AS name, permissive, roles::text[], lower(cmd) AS command, qual, with_check
    FROM pg_policies WHERE schemaname = 'public'"""
KEYS = """
    SELECT c.relname AS table, k.relname AS name, pg_get_indexdef(i.indexrelid, 1, true) AS first
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class k ON k.oid = i.indexrelid
    WHERE c.relnamespace = 'public'::regnamespace AND (i.indisunique OR i.indisexclusion)"""
REFERENCES = """
    SELECT r.conrelid::regclass::text AS table, r.conname AS name, r.confrelid::regclass::text AS target,
           (SELECT attname FROM pg_attribute WHERE attrelid = r.conrelid AND attnum = r.conkey[1]) AS here,
           (SELECT attname FROM pg_attribute WHERE attrelid = r.confrelid AND attnum = r.confkey[1]) AS there
    FROM pg_constraint r WHERE r.contype = 'f' AND r.connamespace = 'public'::regnamespace"""
VIEWS = """
    SELECT relname AS name, relkind AS kind, coalesce(reloptions, '{}') AS options
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')"""
RIGHTS = """
    SELECT c.relname AS on, a.grantee, lower(a.privilege_type) AS right, a.is_grantable AS onward, NULL AS column
    FROM pg_class c, aclexplode(c.relacl) a WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner
    UNION ALL
    SELECT c.relname, a.grantee, lower(a.privilege_type), a.is_grantable, t.attname
    FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a
    WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner"""
GRANTED = (
    f"SELECT g.*, CASE g.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(g.grantee) END AS role FROM ({RIGHTS}) g"
)
DEFINERS = "SELECT proname AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef"
ROLES = """
    SELECT r.rolname AS name, r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication
           OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid)
           OR (r.rolname NOT LIKE '%\\_owner' AND has_schema_privilege(r.oid, 'public', 'CREATE')) AS mighty
    FROM pg_roles r WHERE r.rolname LIKE $1 || '\\_%'"""


@dataclass(frozen=True)
class Declared:
    """What a service says of its tables."""

    service: str
    exempt: frozenset[str]
    """Tables that belong to no tenant."""
    rights: Mapping[str, frozenset[str]]
    """What the application may do with each table, or with columns of it: `update (state)`."""

    @classmethod
    def by(cls, service: str, collections: Iterable[sa.MetaData]) -> Declared:
        tables = [table for collection in collections for table in collection.tables.values()]
        return cls(
            service,
            frozenset(table.name for table in tables if "exempt" in table.info) | {"alembic_version"},
            {table.name: frozenset(table.info["app"]) for table in tables},
        )


async def faults(connection: asyncpg.Connection[asyncpg.Record], declared: Declared) -> list[str]:
    """Everything in the database that breaks a rule, each as a sentence that begins with where it is."""
    found: list[str] = []
    tables = await connection.fetch(TABLES)
    walled = {row["name"] for row in tables} - declared.exempt
    found += _walls([row for row in tables if row["name"] in walled], declared)
    found += _policies(await connection.fetch(POLICIES), walled, declared.service)
    found += _keys(await connection.fetch(KEYS), walled)
    found += _references(await connection.fetch(REFERENCES), walled)
    found += _views(await connection.fetch(VIEWS))
    found += _rights(await connection.fetch(GRANTED), declared)
    found += [f"{row['name']}: a function with its owner's rights" for row in await connection.fetch(DEFINERS)]
    roles = await connection.fetch(ROLES, declared.service)
    found += [f"{row['name']}: a role with more than its duty" for row in roles if row["mighty"]]
    return sorted(found)


def _walls(tables: Iterable[asyncpg.Record], declared: Declared) -> Iterator[str]:
    for table in tables:
        for holds, fault in (
            (table["has_tenant"], "has no tenant column that is text and not null"),
            (table["has_key"], "has no primary key"),
            (table["secured"], "has no row security"),
            (table["forced"], "does not force row security on its owner"),
            (table["owner"] == f"{declared.service}_owner", f"belongs to {table['owner']}"),
            (table["name"] in declared.rights, "is declared nowhere"),
        ):
            if not holds:
                yield f"{table['name']}: {fault}"


def _policies(policies: Sequence[asyncpg.Record], walled: set[str], service: str) -> Iterator[str]:
    guarded = set()
    for policy in policies:
        roles = {role.removeprefix(f"{service}_") for role in policy["roles"]}
        if policy["name"] == POLICY:
            if (policy["command"], roles, policy["permissive"]) != ("all", {"public"}, "PERMISSIVE"):
                yield f"{policy['table']}: the policy of tenants does not hold for all and everything"
            if {policy["qual"], policy["with_check"]} != {CONDITION}:
                yield f"{policy['table']}: the policy of tenants has another condition"
            guarded.add(policy["table"])
        elif any((policy["table"], role, policy["command"]) not in _spanning() for role in roles):
            yield f"{policy['table']}: {policy['name']} lets {', '.join(sorted(roles))} see more than one tenant"
    yield from (f"{table}: has no policy" for table in walled - guarded)


def _spanning() -> set[tuple[str, str, str]]:
    """The only policies that let a role see more than one tenant: table, role, command."""
    return {
        (table, role, right.split()[0])
        for role, tables in (("relay", RELAY), ("sweeper", SWEEPER))
        for table, rights in tables.items()
        for right in rights
    }


def _keys(keys: Iterable[asyncpg.Record], walled: set[str]) -> Iterator[str]:
    for key in keys:
        if key["table"] in walled and key["first"] != "tenant":
            yield f"{key['table']}: the key {key['name']} begins with {key['first']}"


def _references(references: Iterable[asyncpg.Record], walled: set[str]) -> Iterator[str]:
    for reference in references:
        if reference["table"] in walled and (reference["here"], reference["there"]) != ("tenant", "tenant"):
            yield f"{reference['table']}: the reference {reference['name']} does not begin with the tenant"
        if reference["table"] not in walled and reference["target"] in walled:
            yield f"{reference['table']}: refers to rows of tenants, and is not one of their tables"


def _views(views: Iterable[asyncpg.Record]) -> Iterator[str]:
    for view in views:
        if view["kind"] == b"m":
            yield f"{view['name']}: a materialized view has no row security"
        elif not {"security_invoker=true", "security_invoker=on", "security_invoker=1"} & set(view["options"]):
            yield f"{view['name']}: a view without security_invoker"


def _rights(granted: Iterable[asyncpg.Record], declared: Declared) -> Iterator[str]:
    wanted = {
        (table, f"{declared.service}_{role}", command, column)
        for role, tables in (("app", declared.rights), ("relay", RELAY), ("sweeper", SWEEPER))
        for table, rights in tables.items()
        for right in rights
        for command, column in _by_column(right)
    }
    held = {(row["on"], row["role"], row["right"], row["column"]) for row in granted}
    yield from (f"{right[0]}: {_told(right)} is one right too many" for right in held - wanted)
    yield from (f"{right[0]}: {_told(right)} is declared and not granted" for right in wanted - held)
    yield from (f"{row['on']}: {row['role']} may hand its rights on" for row in granted if row["onward"])


def _by_column(right: str) -> Iterator[tuple[str, str | None]]:
    """`update (number, hash)` as one right for each column."""
    command, _, columns = right.partition(" ")
    named = re.findall(r"\w+", columns)
    yield from ((command, column) for column in named or [None])


def _told(right: tuple[str, str, str, str | None]) -> str:
    _, role, command, column = right
    return f"{role} {command}" + (f" ({column})" if column else "")
