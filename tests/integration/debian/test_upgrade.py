"""The server's upgrades and copies, by PostgreSQL's programs: desks go on as if nothing were."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from d2a_desktop.shared_db import check
from d2a_desktop.shared_db.server_process import reachable_binaries, wheel_binaries
from tests.integration.debian import cluster
from tests.integration.debian.cluster import DebianServer, as_postgres
from tests.integration.debian.packages import postgres_programs
from tests.integration.shared_db.wire_client import WireClient, new_case
from tests.shared_databases import Database, System, make_template

pytestmark = pytest.mark.postgres


def test_pg_upgrade_carries_the_transaction_numbers_over_so_that_no_new_epoch_is_needed(
    debian, authority, tmp_path
):
    server = cluster.make(tmp_path, authority)
    try:
        name, system_id, orgs, people = make_template(server)
        url = f"postgresql://{server.user}@127.0.0.1:{server.port}/{name}"
        database = Database(url, server.passfile, name, server.port)
        system = System(database, system_id, orgs, people)
        ward, hub = WireClient(system, "ward"), WireClient(system, "hub")
        scope = new_case(ward, bed="1")
        ward.pull()
        hub.hello()
        _close(system)
        _upgrade(server)
        # What was there, what was never pulled, and what comes after: one session, one feed.
        ward.hello()
        assert ward.patch("spell", scope, bed="2").status == "ok"
        later = new_case(ward)
        assert ward.pull() == 3
        assert ward.insert("referral", later, status="sent", kind="full", reference="R-1")
        hub.hello()
        hub.pull()
        assert set(hub.seen("spell")) == {later}
        with database.admin() as connection:
            report = check.check(connection, audit=True)
            assert connection.info.server_version >= 180000
        assert not [found for found in report.findings if found.severe], report
        _close(system)
    finally:
        cluster.remove(server)


def _close(system: System) -> None:
    for each in system.opened:
        each.close()


def _upgrade(server: DebianServer) -> None:
    """Upgrade to the newest PostgreSQL here and start that, where the old one was."""
    newest = reachable_binaries(wheel_binaries()) / "bin"
    home = server.home
    cluster.stop(home, mode="fast")
    old, data = home / "old", home / "data"
    data.rename(old)
    as_postgres(
        str(newest / "initdb"), "-D", str(data), "-U", "postgres", "-E", "UTF8",
        "--locale-provider=libc", "--locale=C.UTF-8", "--no-sync",
    )  # fmt: skip
    as_postgres(
        str(newest / "pg_upgrade"), "-b", str(postgres_programs()), "-B", str(newest),
        "-d", str(old), "-D", str(data), "-U", "postgres", "-s", str(home / "sockets"),
        "--link", "--no-sync", cwd=str(home / "archive"),
    )  # fmt: skip
    # The newest one here was built without TLS; on this computer it does without.
    conf = home / "postgresql.conf"
    lines = conf.read_text(encoding="utf-8").splitlines(keepends=True)
    conf.write_text("".join(each for each in lines if not each.startswith("ssl")), encoding="utf-8")
    (home / "pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n", encoding="utf-8")
    cluster.start(home, server.port, newest)


def test_a_base_backup_is_taken_over_tls_by_a_role_that_can_do_nothing_else(pg_server, tmp_path):
    as_postgres(*pg_server.psql(), "-c", "ALTER ROLE d2a_backup PASSWORD 'copying'")
    target = pg_server.home / "base"
    where = f"host=127.0.0.1 port={pg_server.port} user=d2a_backup password=copying sslmode=require"
    try:
        as_postgres(
            str(postgres_programs() / "pg_basebackup"), "-d", where, "-D", str(target),
            "-X", "stream", "-c", "fast",
        )  # fmt: skip
        as_postgres(str(postgres_programs() / "pg_verifybackup"), str(target))
        archived = list((pg_server.home / "archive").iterdir())
        assert archived, "archive_command of the example has written nothing"
    finally:
        shutil.rmtree(target, ignore_errors=True)
    assert Path(pg_server.home / "data").is_dir()
