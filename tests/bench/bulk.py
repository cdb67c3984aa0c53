"""Registers, open cases and risk information as they are after years: made by the superuser, whom no row security
binds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import asyncpg

YEAR = 2000
"""The year of the numbers that are made up here, so that they meet none that a service has given."""

ID = "lpad({n}::text, 32, '0')"
"""The id of the n-th report, case or piece of risk information."""

POSITION = "md5({unit} || '/' || {n})"
POWER = "md5({position} || '/' || {n})"
"""The ids of the n-th position of a unit, and of the n-th power of a position."""


async def fill_register(
    connection: asyncpg.Connection, tenants: Sequence[str], count: int, *, still_open: bool = False
) -> None:
    """Adds so many reports, the n-th to the tenant n modulo their number: one a minute back from now, in forty units;
    half of them the units' own matters, half the town's; all of them still open, or one in twenty."""
    tenant = f"(ARRAY[{', '.join(repr(each) for each in tenants)}])[1 + n % {len(tenants)}]"
    time = "now() - n * interval '1 minute'"
    unit = f"{tenant} || '.u' || (n % 40)"
    made: Mapping[str, str] = {
        "tenant": tenant,
        "id": ID.format(n="n"),
        "number": "'景村监〔' || 2000 || '〕' || n || '号'",
        "register": tenant,
        "year": str(YEAR),
        "serial": "n",
        "unit": unit,
        "level": "1 + n % 2",
        "organ": f"CASE n % 2 WHEN 0 THEN {unit} ELSE {tenant} || '.discipline' END",
        "state": "1" if still_open else "CASE n % 20 WHEN 0 THEN 1 ELSE 5 END",
        "receive_time": time,
        "register_time": time,
        "period_start": time,
        "first_due_time": f"{time} + interval '8 days'",
        "due_time": f"{time} + interval '8 days'",
    }
    await _fill(connection, "reports", made, count, "SELECT * FROM reports LIMIT 1")


async def fill_cases(connection: asyncpg.Connection, tenants: Sequence[str], deadlines: int) -> int:
    """Adds open cases of a village, like the one that was accepted last, until there are so many deadlines more; the
    n-th case to the tenant n modulo their number. Returns how many deadlines each has."""
    sample = await connection.fetchrow(
        "SELECT tenant, id FROM cases WHERE state = 3 ORDER BY receive_time DESC LIMIT 1"
    )
    assert sample is not None
    of_case = f"tenant = '{sample['tenant']}' AND split_part(owner, '/', 1) = '{sample['id']}'"
    each = int(await connection.fetchval(f"SELECT count(*) FROM deadlines WHERE {of_case}"))
    count = deadlines // each
    tenant = f"(ARRAY[{', '.join(repr(each) for each in tenants)}])[1 + n % {len(tenants)}]"
    case = {"tenant": tenant, "case": ID.format(n="n"), "id": ID.format(n="n")}
    villages = "SELECT tenant, min(unit) AS village FROM points WHERE tier = 1 GROUP BY tenant"
    village = f"(SELECT village FROM ({villages}) v WHERE v.tenant = {tenant})"
    number = {"number": "'景村镇代〔' || 2000 || '〕' || n || '号'", "point": village}
    this = f"SELECT * FROM {{}} WHERE tenant = '{sample['tenant']}' AND \"{{}}\" = '{sample['id']}'"
    await _fill(connection, "cases", case | number, count, this.format("cases", "id"))
    await _fill(connection, "case_parts", case, count, this.format("case_parts", "case"))
    owner = {"tenant": tenant, "owner": f"{ID.format(n='n')} || substr(sample.owner, 33)"}
    await _fill(connection, "deadlines", owner, count, f"SELECT * FROM deadlines WHERE {of_case}")
    return each


async def fill_decided(connection: asyncpg.Connection, tenants: Sequence[str], year: int, count: int) -> None:
    """Adds so many cases that were received and decided in a year, at every point of the towns, one in ten of them
    late; the n-th to the n-th point."""
    points = await connection.fetch("SELECT tenant, unit FROM points WHERE tenant = ANY ($1) ORDER BY unit", tenants)
    units = f"(ARRAY[{', '.join(repr(row['unit']) for row in points)}])[1 + n % {len(points)}]"
    day = f"date '{year}-01-05' + (n % 340)::int"
    case = {
        "tenant": f"left({units}, 9)",
        "id": "'d' || lpad(n::text, 31, '0')",
        "number": f"{units} || '代〔{year}〕' || n || '号'",
        "point": units,
        "owner": f"'tenants/' || left({units}, 9) || '/accounts/' || {units}",
        "state": "5",
        "outcome": "1",
        "receive_time": f"({day})::timestamptz",
        "receive_date": day,
        "promised_date": f"{day} + 10",
        "decide_date": f"{day} + CASE n % 10 WHEN 0 THEN 12 ELSE 8 END",
        "tell_date": f"{day} + 12",
    }
    await _fill(connection, "cases", case, count, "SELECT * FROM cases WHERE state = 3 LIMIT 1")
    # What the service writes when it decides a case.
    await connection.execute(
        "INSERT INTO case_outcomes SELECT tenant, id, point, owner, handling, decide_date, outcome, 17, 12,"
        " decide_date > promised_date, FALSE, notices = 0, FALSE FROM cases WHERE id LIKE 'd00000%'"
    )
    await connection.execute("ANALYZE case_outcomes")


async def fill_desk(connection: asyncpg.Connection, desk: str, towns: Sequence[str], count: int) -> None:
    """Adds so many open cases to the desk of a department, the n-th of the town n modulo their number; they came on the
    last seventy days, and each has twenty."""
    town = f"(ARRAY[{', '.join(repr(each) for each in towns)}])[1 + n % {len(towns)}]"
    start = "current_date - n % 70"
    made: Mapping[str, str] = {
        "tenant": f"'{desk.partition('.')[0]}'",
        "case": f"'tenants/' || {town} || '/cases/' || {ID.format(n='n')}",
        "step": "3",
        "desk": f"'{desk}'",
        "town": town,
        "number": "'景村镇代〔' || 2000 || '〕' || n || '号'",
        "unit": f"{town} || '203'",
        "item": "'SH-01'",
        "state": "3",
        "start_date": start,
        "due_date": f"{start} + 20",
        "promised_date": f"{start} + 25",
    }
    await _fill(connection, "desk_entries", made, count, "SELECT 1")


async def fill_inventories(connection: asyncpg.Connection, positions: int, powers: int, unit: str = "") -> None:
    """Gives each unit, or one, so many positions with so many powers each, where it has them not."""
    await connection.execute(
        f"""
        INSERT INTO positions (tenant, id, version, unit, section, title, standing, grade, grade_time, retired)
        SELECT tenant, {POSITION.format(unit="id", n="n")}, 1, id, '综合股', '岗位' || n, 2, 3, now(), FALSE
        FROM inventories, generate_series(1, {positions}) AS n WHERE $1 IN ('', id) ON CONFLICT DO NOTHING""",
        unit,
    )
    await connection.execute(
        f"""
        INSERT INTO powers (tenant, id, version, unit, position, title, kind, extent, basis, boundary, responsibility,
            importance, frequency, discretion, key_area, grade, proposed_grade, flagged, grade_time, rule_time, retired)
        SELECT tenant, {POWER.format(position="id", n="n")}, 1, unit, id, '民生资金审核权' || n, 2, 2,
            '《社会救助暂行办法》第十一条；《陕西省社会救助实施办法》第九条',
            '只审核材料是否齐全、情况是否属实，不得自行增减条件', '对审核意见负责；造成资金流失的承担直接责任',
            2, 2, '核查方式由经办人决定', '', 3, 3, FALSE, now(), now(), FALSE
        FROM positions, generate_series(1, {powers}) AS n WHERE $1 IN ('', unit) ON CONFLICT DO NOTHING""",
        unit,
    )
    await connection.execute("ANALYZE positions, powers")


async def fill_risk_points(connection: asyncpg.Connection, unit: str, each: int) -> None:
    """Adds so many confirmed risk points to each power of a unit, with a control measure each."""
    await connection.execute(
        f"""
        INSERT INTO risk_points (tenant, id, version, unit, level, position, section, power, aspect, method,
            manifestation, state, state_time, create_time)
        SELECT tenant, md5(id || '/' || n), 1, unit, 1, position, '', id, 1 + n % 5, 1 + n % 5,
            '审核时优亲厚友，对不符合条件的申请放宽标准，或者对符合条件的申请故意拖延', 5, now(), now()
        FROM powers, generate_series(1, {each}) AS n WHERE unit = $1""",
        unit,
    )
    await connection.execute(
        "INSERT INTO risk_controls (tenant, risk_point, number, measure, owner_position, due_date)"
        " SELECT tenant, id, 1, '两人审核、入户核查并留存影像，结果在村务公开栏公示七天', position, current_date + 90"
        " FROM risk_points WHERE unit = $1",
        unit,
    )


async def fill_information(connection: asyncpg.Connection, count: int) -> int:
    """Adds so many pieces of risk information of the last 360 days, spread evenly over the units of the county, half of
    them about a position and a power of the unit; those of one unit in a hundred weigh more. One in ten is seen only
    above the unit. Returns how many units there are."""
    units = await connection.fetch("SELECT tenant, id FROM inventories ORDER BY id")
    tenant, unit = (
        f"(ARRAY[{', '.join(repr(row[each]) for row in units)}])[1 + n % {len(units)}]" for each in ("tenant", "id")
    )
    chance = "(hashint8(n)::bigint + 2147483648)"
    heavy = f"n % {len(units)} % 100 = 0"
    position = POSITION.format(unit=unit, n=f"(1 + {chance} / 360 % 4)")
    about = f"CASE {chance} / 1440 % 2 WHEN 0 THEN {{}} END"
    piece = {
        "tenant": tenant,
        "id": ID.format(n="n"),
        "level": f"CASE WHEN n % 10 > 0 THEN 1 WHEN length({tenant}) = 6 THEN 3 ELSE 2 END",
    }
    information = {
        "version": "1",
        "number": f"'景村险〔{YEAR}〕' || n || '号'",
        "source": "'bench/' || n",
        "origin": "''",
        "cadres": "'{}'",
        "accounts": "'{}'",
        "units": "'{}'",
        "collector_level": "NULL",
        "collect_time": f"now() - {chance} % 360 * interval '1 day'",
    }
    entry = {
        "information": ID.format(n="n"),
        "ordinal": "0",
        "current": "TRUE",
        "unit": unit,
        "cadre": "NULL",
        "position": about.format(position),
        "power": about.format(POWER.format(position=position, n=f"(1 + {chance} / 2880 % 2)")),
        "kind": f"1 + {chance} / 5760 % 11",
        "aspect": f"1 + {chance} % 5",
        "day": f"current_date - ({chance} % 360)::int",
        "grade": f"CASE WHEN {heavy} THEN 1 ELSE 3 END",
        "key_area": heavy,
        "key_link": "FALSE",
        "withdrawn": "FALSE",
        "known_time": "now()",
        "author": "'system/risk'",
        "create_time": "now()",
    }
    await _fill(connection, "risk_information", piece | information, count, "SELECT 1")
    await _fill(connection, "risk_information_entries", piece | entry, count, "SELECT 1")
    return len(units)


async def _fill(connection: asyncpg.Connection, table: str, made: Mapping[str, str], count: int, sample: str) -> None:
    """Adds the rows of the sample so many times, with the columns that are made for the n-th."""
    rows = await connection.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position", table
    )
    names = [row[0] for row in rows]
    columns = ", ".join(f'"{name}"' for name in names)
    values = ", ".join(made.get(name, f'sample."{name}"') for name in names)
    async with connection.transaction():
        # What the rows refer to is there: to look for it row by row would take longer than to write them.
        await connection.execute("SET LOCAL session_replication_role = replica")
        indexes = await _take_indexes_away(connection, table) if count > 100_000 else []
        await connection.execute(
            f"INSERT INTO {table} ({columns}) SELECT {values}"
            f" FROM generate_series(1, {count}) AS n, ({sample}) AS sample"
        )
        for index in indexes:
            await connection.execute(index)
    await connection.execute(f"ANALYZE {table}")


async def _take_indexes_away(connection: asyncpg.Connection, table: str) -> list[str]:
    """Drops the indexes of a table but the primary key, and returns what makes them again: that is much faster than to
    fill them row by row."""
    rows = await connection.fetch(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = $1 AND indexname <> $1 || '_pkey'", table
    )
    for name, _ in rows:
        await connection.execute(f"DROP INDEX {name}")
    return [definition for _, definition in rows]
