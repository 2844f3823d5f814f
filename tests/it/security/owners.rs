//! Code that the owner of a namespace has put there, while a superuser works on it.

use super::cli::{sql, try_sql};
use super::one_namespace::Two;
use super::roles::{Role, quoted};

/// A namespace that an operator has made, with code of the operator's on the table that is read before all others.
struct Owned {
    two: Two,
    operator: Role,
    name: String,
}

impl Owned {
    fn new(code: &str) -> Option<Self> {
        let two = Two::new()?;
        let operator = two.role(&two.alpha, "operator", &[]);
        let name = format!("{}own", two.alpha.namespace);
        two.run(&two.alpha, &operator, &["namespaces", "create", &name]).succeeds();
        let owned = Self { two, operator, name };
        owned.as_operator(
            "CREATE FUNCTION tsdb_NAME.deed() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
               IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN EXECUTE 'ALTER ROLE ROLE SUPERUSER'; END IF;
               RETURN 1;
             END $$",
        );
        owned.as_operator(code);
        Some(owned)
    }

    fn as_operator(&self, statement: &str) {
        let statement = statement
            .replace("NAME", &self.name)
            .replace("ALTER ROLE ROLE", &format!("ALTER ROLE {}", quoted(&self.operator.name)));
        assert_eq!(try_sql(&self.operator.url, &statement), Ok(String::new()), "{statement}");
    }

    /// The superuser's run leaves the operator what it was.
    fn stays_itself(&self, args: &[&str]) {
        let out =
            self.two.alpha.run(&[&["--namespace", &self.name, "--store", &self.two.alpha.store()], args].concat());
        assert_ne!(out.code, 2, "{args:?}: {out:?}");
        let is_super = format!("SELECT rolsuper FROM pg_roles WHERE rolname = '{}'", self.operator.name);
        assert_eq!(sql(&self.two.alpha.db_url, &is_super), "f", "{args:?}: {out:?}");
    }
}

#[test]
fn an_index_on_the_table_of_migrations_runs_no_code_as_a_superuser() {
    let Some(owned) = Owned::new(
        "CREATE FUNCTION tsdb_NAME.evil(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN tsdb_NAME.deed(); END $$;
         CREATE INDEX evil ON tsdb_NAME._admin_migrations ((tsdb_NAME.evil(1)))",
    ) else {
        return;
    };
    owned.stays_itself(&["policy", "set", "--archive-after", "0d", "--store", &owned.two.alpha.store()]);
    for args in [
        &["namespaces", "show"][..],
        &["namespaces", "upgrade", "--all", "--dry-run"],
        &["namespaces", "upgrade", "--all"],
        &["doctor"],
        &["coverage"],
        &["report", "--all-namespaces"],
        &["report", "--all-namespaces", "--coverage"],
        &["policy", "show", "--all-namespaces"],
        &["policy", "plan", "--all-namespaces"],
        &["chunks", "list"],
        &["lifecycle", "run", "--all-namespaces", "--dry-run"],
        &["lifecycle", "run", "--all-namespaces"],
        &["drill", "run"],
        &["streams", "list"],
    ] {
        owned.stays_itself(args);
    }
}

#[test]
fn an_upgrade_runs_triggers_of_a_namespaces_owner_as_that_one() {
    let Some(owned) = Owned::new(
        "CREATE FUNCTION tsdb_NAME.evil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
           PERFORM tsdb_NAME.deed(); RETURN NEW;
         END $$;
         CREATE TRIGGER evil BEFORE INSERT OR UPDATE ON tsdb_NAME._admin_migrations FOR EACH ROW EXECUTE FUNCTION tsdb_NAME.evil();
         DELETE FROM tsdb_NAME._admin_migrations WHERE version = 0",
    ) else {
        return;
    };
    owned.stays_itself(&["namespaces", "upgrade", "--all"]);
    let lacking = format!("SELECT count(*) FROM tsdb_{}._admin_migrations WHERE version = 0", owned.name);
    assert_eq!(sql(&owned.two.alpha.db_url, &lacking), "1", "it was upgraded");
}
