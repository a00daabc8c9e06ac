"""What is written stays: refused by trigger for everybody, and by rights for the role that serves."""

from django.db import migrations

KEPT = ("entry", "record", "roomkey", "position", "checkpoint")

TRIGGERS = """
CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The table % is append-only: % refused. Correct a ledger entry with a new entry.',
    TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION ledger_forward_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.size < OLD.size OR NEW.assigned < OLD.assigned OR NEW.epoch < OLD.epoch OR NEW.origin <> OLD.origin
     OR NEW.size > NEW.assigned OR (NEW.size = OLD.size AND OLD.note <> '' AND NEW.root <> OLD.root) THEN
    RAISE EXCEPTION 'The head of the ledger moves forward only.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER forward_only BEFORE UPDATE ON ledger_head
  FOR EACH ROW EXECUTE FUNCTION ledger_forward_only();
CREATE TRIGGER kept BEFORE DELETE ON ledger_head FOR EACH ROW EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON ledger_head
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
""" + "".join(
    f"""
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON ledger_{table}
  FOR EACH ROW EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON ledger_{table}
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
"""
    for table in KEPT
)

# The role exists in our own cluster; on another server the operator names it the same to get this wall.
RIGHTS = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'steelyard_app') THEN
    REVOKE ALL ON {kept}, ledger_head FROM steelyard_app;
    GRANT SELECT, INSERT ON {kept}, ledger_head TO steelyard_app;
    GRANT UPDATE ON ledger_head TO steelyard_app;
  END IF;
END $$;
""".format(kept=", ".join(f"ledger_{table}" for table in KEPT))


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(
            TRIGGERS,
            "".join(
                f"DROP TRIGGER kept ON ledger_{table}; DROP TRIGGER kept_whole ON ledger_{table};"
                for table in (*KEPT, "head")
            )
            + "DROP TRIGGER forward_only ON ledger_head;"
            "DROP FUNCTION ledger_append_only(); DROP FUNCTION ledger_forward_only();",
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
