"""A real PostgreSQL for the tests: started once for the session, gone afterwards."""

import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest

_running = []
FIXED = {"django_content_type", "auth_permission"}
"""Written with the tables and never after; so nothing has to be written again after each emptying."""
EMPTY = """
DO $$ DECLARE name text; filled boolean; BEGIN
  FOREACH name IN ARRAY ARRAY[{tables}] LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO filled;
    IF filled THEN EXECUTE format('DELETE FROM %I', name); END IF;
  END LOOP;
END $$;
"""


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config, parser, args):  # type: ignore[no-untyped-def]
    """Before Django reads its settings. STEELYARD_TEST_DATABASE_URL names a server to use instead."""
    home = Path(tempfile.mkdtemp(prefix="sy-", dir="/tmp"))
    os.environ["STEELYARD_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "steelyard.assembly.settings"
    if url := os.environ.get("STEELYARD_TEST_DATABASE_URL"):
        os.environ["STEELYARD_DATABASE_URL"] = url
        _running.append((None, None, home))
        return
    if any(arg.startswith("-n") for arg in args) and "PYTEST_XDIST_WORKER" not in os.environ:
        _running.append((None, None, home))
        return  # it runs no test itself: each of its workers starts a server of its own
    from steelyard.assembly.postgres import OWNER, own_cluster

    cluster = own_cluster(home, durable=False)
    server = cluster.start()
    os.environ["STEELYARD_DATABASE_URL"] = cluster.url(OWNER)
    os.environ["STEELYARD_TEST_APP_URL"] = cluster.url()
    _running.append((server, cluster, home))


def pytest_configure(config):  # type: ignore[no-untyped-def]
    """Transactional tests end by emptying every table. The ledger's triggers refuse that, rightly; only a
    superuser of the test cluster can step round them, as here."""
    from django.core.management.commands import flush
    from django.db import OperationalError
    from django.db.backends.postgresql.operations import DatabaseOperations

    def sql_flush(self, style, tables, **options):  # type: ignore[no-untyped-def]
        """Only what has rows: emptying two hundred empty tables each time costs more than most tests. The locks are
        those that TRUNCATE takes, so what another process is still writing is waited for, and emptied too."""
        tables = [table for table in tables if table not in FIXED]
        if not tables:
            return []
        quoted = ", ".join(self.quote_name(table) for table in tables)
        return [
            "SET session_replication_role = replica;",
            f"LOCK TABLE {quoted} IN ACCESS EXCLUSIVE MODE;",
            EMPTY.format(tables=", ".join(f"'{table}'" for table in tables)),
            "SET session_replication_role = DEFAULT;",
        ]

    flush.emit_post_migrate_signal = lambda *_, **__: None
    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign]
    flushing = DatabaseOperations.execute_sql_flush

    def execute_sql_flush(self, sql_list):  # type: ignore[no-untyped-def]
        """A process of ours that is still at work may be in the way of emptying every table at once: then again."""
        for _ in range(9):
            try:
                return flushing(self, sql_list)
            except OperationalError as fault:
                if "deadlock" not in str(fault):
                    raise
        return flushing(self, sql_list)

    DatabaseOperations.execute_sql_flush = execute_sql_flush  # type: ignore[method-assign]


def pytest_unconfigure(config):  # type: ignore[no-untyped-def]
    from steelyard.assembly.postgres import remove

    while _running:
        server, cluster, home = _running.pop()
        if server:
            server.send_signal(signal.SIGINT)  # "fast": does not wait for connections that a failed test left
            server.wait(30)
            remove(cluster)
        shutil.rmtree(home, ignore_errors=True)
