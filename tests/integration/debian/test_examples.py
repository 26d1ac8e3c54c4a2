"""The example files of `packaging/postgres` that no other test starts a server from."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest

from tests.integration.debian.cluster import EXAMPLES, DebianServer, as_postgres
from tests.integration.shared_db.wire_client import WireClient, new_case

pytestmark = pytest.mark.postgres


@pytest.fixture
def compose(debian: None) -> dict[str, Any]:
    """The compose file as Debian's YAML reads it (no Docker runs here)."""
    read = "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)"
    done = subprocess.run(
        ["/usr/bin/python3", "-c", read],
        input=(EXAMPLES / "compose.yaml").read_bytes(), capture_output=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def test_every_image_is_a_name_without_a_registry_and_every_service_is_hardened(compose):
    for name, service in compose["services"].items():
        assert "." not in service["image"].split("/")[0], name
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["restart"]


def test_secrets_come_from_files_and_every_file_of_ours_is_there(compose):
    text = (EXAMPLES / "compose.yaml").read_text(encoding="utf-8")
    to_make = {"tls", "secrets", "archive", "pgbouncer"}
    assert "mkdir -p tls secrets archive pgbouncer\n" in text
    database = compose["services"]["database"]
    assert [n for n in database["environment"] if "PASSWORD" in n] == ["POSTGRES_PASSWORD_FILE"]
    assert database["healthcheck"]["test"][0] == "CMD"
    for service in compose["services"].values():
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            if source.startswith("./") and source[2:] not in to_make:
                assert (EXAMPLES / source).is_file(), source
                assert volume.endswith(":ro")
    assert all(each["file"].startswith("./secrets/") for each in compose["secrets"].values())


def test_places_in_the_containers_are_those_of_the_configuration(compose):
    conf = (EXAMPLES / "postgresql.conf").read_text(encoding="utf-8")
    pooler = (EXAMPLES / "pgbouncer.ini").read_text(encoding="utf-8")
    mounted = {
        name: [volume.split(":")[1] for volume in service["volumes"]]
        for name, service in compose["services"].items()
    }
    for place in re.findall(r"'(/(?:etc|var)/[\w./]+)'", conf):
        assert any(place.startswith(each) for each in mounted["database"]), place
    for place in re.findall(r"= (/[\w./]+)", pooler):
        assert any(place.startswith(each) for each in mounted["pooler"]), place


def test_every_setting_of_the_example_is_known_to_the_newest_postgresql_too(embedded):
    names = set(
        re.findall(
            r"^(\w+) =", (EXAMPLES / "postgresql.conf").read_text(encoding="utf-8"), re.MULTILINE
        )
    )
    rows = embedded.execute("SELECT lower(name) FROM pg_settings").fetchall()
    known = {row[0] for row in rows}
    assert len(names) > 40
    # The embedded one was built without TLS.
    assert {name for name in names if not name.startswith("ssl")} <= known


def test_every_line_of_pg_hba_is_understood_the_commented_single_sign_on_too(pg_server):
    file = pg_server.home / "pg_hba.conf"
    before = file.read_text(encoding="utf-8")
    assert before.count("# hostssl  ") == 1
    try:
        # Only looked at: the server goes on with what it has until it is told to reload.
        file.write_text(before.replace("# hostssl  ", "hostssl  "), encoding="utf-8")
        with pg_server.superuser() as owner:
            rows = owner.execute(
                "SELECT auth_method, options, error FROM pg_hba_file_rules"
            ).fetchall()
    finally:
        file.write_text(before, encoding="utf-8")
    assert [row for row in rows if row[2]] == []
    ((options,),) = [row[1:2] for row in rows if row[0] == "gss"]
    assert {"krb_realm=TRUST.EXAMPLE", "map=d2a"} <= set(options)


def test_monitoring_can_ask_all_of_its_questions(shared, pg_server: DebianServer):
    new_case(WireClient(shared, "ward"))
    as_postgres(*pg_server.psql(), "-c", "ALTER ROLE d2a_monitor PASSWORD 'watching'")
    with shared.superuser() as owner:
        owner.execute(f"GRANT CONNECT ON DATABASE {shared.database.name} TO d2a_monitor")
    url = (
        f"host=127.0.0.1 port={pg_server.port} dbname={shared.database.name}"
        " user=d2a_monitor password=watching"
    )
    told = as_postgres(
        "psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", "-",
        stdin=(EXAMPLES / "monitoring.sql").read_text(encoding="utf-8"),
    )  # fmt: skip
    assert "feed_delay|0.0" in told
    assert "unknown" not in told
    assert "Marker" not in told
