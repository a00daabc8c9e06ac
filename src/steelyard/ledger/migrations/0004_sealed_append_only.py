"""What is written apart stays as well; a matter's mark may go, when the matter may be told."""

from django.db import migrations

KEPT = ("sealedentry", "sealedposition", "disclosed")

TRIGGERS = """
CREATE FUNCTION ledger_signed_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.number <> OLD.number OR NEW.hour <> OLD.hour OR OLD.note <> '' THEN
    RAISE EXCEPTION 'A block of the sealed log is signed once.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER signed_once BEFORE UPDATE ON ledger_sealedblock
  FOR EACH ROW EXECUTE FUNCTION ledger_signed_once();
CREATE TRIGGER kept BEFORE DELETE ON ledger_sealedblock FOR EACH ROW EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER kept_whole BEFORE TRUNCATE ON ledger_sealedblock
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

RIGHTS = """
DO $$ BEGIN
  IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'steelyard_app') THEN
    REVOKE ALL ON {kept}, ledger_sealedblock, ledger_sealedkey FROM steelyard_app;
    GRANT SELECT, INSERT ON {kept} TO steelyard_app;
    GRANT SELECT, INSERT, UPDATE ON ledger_sealedblock TO steelyard_app;
    GRANT SELECT, INSERT, DELETE ON ledger_sealedkey TO steelyard_app;
  END IF;
END $$;
""".format(kept=", ".join(f"ledger_{table}" for table in KEPT))


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_sealed_log")]

    operations = [
        migrations.RunSQL(
            TRIGGERS,
            "".join(
                f"DROP TRIGGER kept ON ledger_{table}; DROP TRIGGER kept_whole ON ledger_{table};"
                for table in (*KEPT, "sealedblock")
            )
            + "DROP TRIGGER signed_once ON ledger_sealedblock; DROP FUNCTION ledger_signed_once();",
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
