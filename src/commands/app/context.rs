//! What every verb works with.

use std::time::Duration;

use super::environment::environment;
use crate::archive::in_place::{ArchiveReader, Cache, Fetched};
use crate::archive::{self, WantedCopies};
use crate::cli::DbType;
use crate::db::queries::namespaces::NamespaceRow;
use crate::db::queries::policies;
use crate::db::queries::roles::{self, Acting};
use crate::db::queries::sync;
use crate::db::{Connector, Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::namespace::{self, Namespace};
use crate::settings::{Confirmation, RunMode, Settings, Verbosity};
use crate::stop::Stop;
use crate::store::{Store, StoreUrl};
use crate::ui::Ui;

/// Settings, a voice, and the wish to stop.
pub struct Context {
    /// What was asked for.
    pub settings: Settings,
    /// Who speaks.
    pub ui: Ui,
    /// Whether to stop.
    pub stop: Stop,
    /// What the command does.
    pub effect: Effect,
}

/// Whether a command changes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It looks: where not everything can be seen, it says so.
    Reads,
    /// It needs to see everything, and to keep what it writes.
    Changes,
}

impl Context {
    /// Whether only the plan is asked for.
    pub fn is_plan(&self) -> bool {
        self.settings.run == RunMode::Plan
    }

    /// Says by which hashes the store can be told from one that somebody has changed. That they cannot be read fails nothing:
    /// the next run says them.
    pub async fn tell_manifests_to_keep(&self, db: &Db, scope: &Scope) {
        match sync::unfollowed_manifests(db.client(), scope.namespace()).await {
            Ok(hashes) => self.tell_to_keep(scope.namespace(), &hashes),
            Err(e) => self.ui.warn(&e.to_string()),
        }
    }

    /// Says these, the newest first.
    pub fn tell_to_keep(&self, namespace: &str, hashes: &[String]) {
        let what = match hashes {
            [] => return,
            [one] => format!("the newest manifest of namespace {namespace} has SHA-256 {one}: keep it"),
            more => format!(
                "the newest manifests of namespace {namespace}, which no other ones follow, have SHA-256 {}: keep them",
                more.join(" ")
            ),
        };
        self.ui.note(&format!("{what} in another place; archives sync --expect-manifest then proves the store by it"));
    }

    /// Opens sessions.
    pub fn connector(&self) -> Result<Connector> {
        self.settings.connector(&environment)
    }

    /// A session.
    pub async fn connect(&self) -> Result<Db> {
        self.sound(self.connector()?.connect().await?)
    }

    /// The session, where its settings let it see every message and keep what it writes. Who only reads is told.
    fn sound(&self, db: Db) -> Result<Db> {
        match self.effect {
            Effect::Changes => db.require_sound("looking at the session's settings")?,
            Effect::Reads => {
                for unsound in &db.unsound {
                    self.ui.warn(&format!(
                        "{}: messages may be missing from what follows; {}",
                        unsound.what(),
                        unsound.hint()
                    ));
                }
            }
        }
        Ok(db)
    }

    /// A session, whether or not the database has `TimescaleDB`, unless `--db-type` says that it must.
    pub async fn connect_any(&self) -> Result<Db> {
        self.connect_by(&self.settings.any_connector(&environment)?).await
    }

    async fn connect_by(&self, connector: &Connector) -> Result<Db> {
        self.sound(match self.settings.db_type {
            DbType::Timescale => connector.connect().await?,
            DbType::Auto | DbType::Postgres => connector.connect_plain().await?,
        })
    }

    /// A session, and the namespace to work on, which must be a hypertable.
    pub async fn namespace(&self) -> Result<(Db, Namespace)> {
        let db = self.connect_by(&self.connector()?).await?;
        let namespace = namespace::open(&db, &self.settings.namespace).await?;
        self.act_as_owner(&db, &namespace.scope).await?;
        Ok((db, namespace))
    }

    /// Has a superuser's session go on as the namespace's owner where that one may do the work; otherwise it is told of.
    pub async fn act_as_owner(&self, db: &Db, scope: &Scope) -> Result<()> {
        if let Acting::Superuser { owner } = roles::act_as_owner(db.client(), scope).await? {
            let name = scope.namespace();
            self.ui.warn(&format!(
                "namespace {name} belongs to role {owner}, which lacks rights that this program needs, and {} is a superuser: \
                 whatever {owner} has put there runs with a superuser's rights; eventodb-admin namespaces grants {name} \
                 --role {owner} --as operator prints what it lacks; then connect as that role",
                db.server.user
            ));
        }
        Ok(())
    }

    /// Tells of a superuser's session that goes on as one on a namespace of somebody else's, in whose schema a superuser has put
    /// things that its owner could not replace.
    pub async fn warn_of_owner(&self, db: &Db, scope: &Scope) -> Result<()> {
        if let Some(owner) = roles::foreign_owner(db.client(), scope).await? {
            self.ui.warn(&format!(
                "namespace {} belongs to role {owner}, some of what is in its schema to a superuser, and {} is one: whatever \
                 {owner} has put there runs with a superuser's rights meanwhile; ALTER … OWNER TO {owner} for what is in schema \
                 {} ends that",
                scope.namespace(),
                db.server.user,
                scope.schema()
            ));
        }
        Ok(())
    }

    /// A session, and the namespace to work on, whatever its layout, unless `--db-type` says which it must be.
    pub async fn any_namespace(&self) -> Result<(Db, Namespace)> {
        let db = self.connect_any().await?;
        let namespace = namespace::open_any(&db, &self.settings.namespace).await?;
        self.check_layout(&namespace.row)?;
        self.act_as_owner(&db, &namespace.scope).await?;
        Ok((db, namespace))
    }

    /// Refuses a namespace that is not what `--db-type` says.
    pub fn check_layout(&self, row: &NamespaceRow) -> Result<()> {
        let why = match (self.settings.db_type, row.is_hypertable) {
            (DbType::Timescale, false) => format!("--db-type timescale, and {}.messages is a plain table", row.schema),
            (DbType::Postgres, true) => format!("--db-type postgres, and {}.messages is a hypertable", row.schema),
            _ => return Ok(()),
        };
        Err(Error::new(Kind::Unsupported, format!("opening namespace {}", row.name))
            .because(why)
            .hint("leave --db-type out: what a namespace is, is found out"))
    }

    /// Goes on where the operator confirms by typing `expected`, or has with `--yes`; a signal ends the wait.
    pub async fn confirm(&self, doing: String, expected: String) -> Result<()> {
        self.ask(self.settings.confirmation, doing, expected).await
    }

    /// As [`Context::confirm`] where there is a terminal to ask at. Scripts that have always run the verb go on.
    pub async fn confirm_at_terminal(&self, doing: String, expected: String) -> Result<()> {
        if Ui::can_ask() { self.confirm(doing, expected).await } else { Ok(()) }
    }

    /// As [`Context::confirm`], whatever `--yes` says where `given` is [`Confirmation::Ask`].
    pub async fn ask(&self, given: Confirmation, doing: String, expected: String) -> Result<()> {
        let ui = self.ui.clone();
        let asked = tokio::task::spawn_blocking(move || ui.confirm(given, &doing, &expected));
        let stopped = async {
            while self.stop.check().is_ok() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::select! {
            answer = asked => answer.map_err(|e| Error::failed("asking to confirm").because(e))?,
            () = stopped => self.stop.check(),
        }
    }

    /// The store asked for, or else the one of the namespace's policy.
    pub async fn named_store(&self, db: &Db, scope: &Scope) -> Result<Option<StoreUrl>> {
        if let Some(url) = self.settings.store()? {
            return Ok(Some(url));
        }
        let policy = policies::of(db.client(), scope.namespace()).await?;
        let of_policy = policy.and_then(|policy| policy.store_url).map(|url| url.parse()).transpose();
        of_policy.map_err(|e: Error| e.while_doing(format!("reading the policy of namespace {}", scope.namespace())))
    }

    /// The same, which `doing` cannot do without.
    async fn store_url(&self, db: &Db, scope: &Scope, doing: &str) -> Result<StoreUrl> {
        match self.named_store(db, scope).await? {
            Some(url) => Ok(url),
            None => Err(Error::usage(doing).because("no store is given").hint(
                "add --store s3://bucket/prefix or --store file:///dir, set EVENTODB_STORE, or keep it with policy set \
                 --store",
            )),
        }
    }

    /// That store, to write to. A folder that archives are kept in is not made anew where it is missing.
    pub async fn store(&self, db: &Db, scope: &Scope, doing: &str) -> Result<Store> {
        self.to_write(db, scope, &self.store_url(db, scope, doing).await?).await
    }

    pub async fn to_write(&self, db: &Db, scope: &Scope, url: &StoreUrl) -> Result<Store> {
        let settings = &self.settings.store_settings;
        settings.age.check()?;
        match url {
            StoreUrl::File { .. } if archive::must_be_there(db, scope, &url.to_string()).await? => {
                Store::open_existing(url, settings).await.map_err(|e| archive::folder_is_missing(e, url))
            }
            _ => Store::open(url, settings).await,
        }
    }

    /// The stores in which a namespace's archives are wanted: the one that was asked for, the policy's, and its copies.
    pub async fn wanted(&self, db: &Db, scope: &Scope, doing: &str) -> Result<WantedCopies> {
        let given = self.settings.store()?.map(|url| url.to_string());
        let policy = policies::of(db.client(), scope.namespace()).await?;
        if let (Some(given), Some(of_policy)) = (&given, policy.as_ref().and_then(|p| p.store_url.as_ref()))
            && given != of_policy
        {
            self.ui.warn(&format!(
                "the policy of namespace {} has its archives in {of_policy}: what is archived now goes to {given}",
                scope.namespace()
            ));
        }
        let wanted = WantedCopies::by(policy.as_ref(), given.as_deref());
        if wanted.stores.is_empty() {
            // It says what to do.
            self.store_url(db, scope, doing).await?;
        }
        Ok(wanted)
    }

    /// The first of the stores in which archives are wanted that is there; why the first of all is away, where none is.
    pub async fn first_there(&self, db: &Db, scope: &Scope, wanted: &WantedCopies) -> Result<Store> {
        let mut first = None;
        for url in &wanted.stores {
            let asked = async {
                let store = self.to_write(db, scope, &url.parse()?).await?;
                // Where there is no other one, whoever uses it finds out.
                if wanted.stores.len() > 1 {
                    store.check().await?;
                }
                Ok(store)
            };
            match asked.await {
                Err(why) if archive::is_away(&why) => {
                    first.get_or_insert(why);
                }
                asked => return asked,
            }
        }
        Err(first.unwrap_or_else(|| Error::usage("looking for the store").because("none is given")))
    }

    /// That store, which may be anew: it is about to be claimed.
    pub async fn any_store(&self, db: &Db, scope: &Scope, doing: &str) -> Result<Store> {
        let (url, settings) = (self.store_url(db, scope, doing).await?, &self.settings.store_settings);
        match Store::open_existing(&url, settings).await {
            Err(e) if e.kind() == Kind::NotFound && !self.is_plan() => Store::open(&url, settings).await,
            opened => opened,
        }
    }

    /// That store, which must be there already.
    pub async fn existing_store(&self, db: &Db, scope: &Scope, doing: &str) -> Result<Store> {
        let url = self.store_url(db, scope, doing).await?;
        let opened = Store::open_existing(&url, &self.settings.store_settings).await;
        if opened.is_err() && archive::must_be_there(db, scope, &url.to_string()).await? {
            return opened.map_err(|e| archive::folder_is_missing(e, &url));
        }
        opened
    }

    /// Archives, to be read where they lie, also while they are encrypted to others.
    pub fn archive_reader(&self) -> Result<ArchiveReader> {
        Ok(self.archive_reader_until(self.stop.clone())?.asking(self.settings.any_connector(&environment)?))
    }

    /// The same, until another stop.
    pub fn archive_reader_until(&self, stop: Stop) -> Result<ArchiveReader> {
        let settings = &self.settings;
        let cache = settings.cache.as_ref().map(|c| Cache::new(c.dir.clone(), c.bytes));
        Ok(ArchiveReader::new(settings.reading_store()?, settings.store_settings.clone(), cache, stop))
    }

    /// Says with `-v` what was read from stores.
    pub fn tell_fetched(&self, reader: &ArchiveReader) {
        self.tell_fetched_with(reader, String::new);
    }

    /// The same, with something more at its end.
    pub fn tell_fetched_with(&self, reader: &ArchiveReader, more: impl FnOnce() -> String) {
        let read = reader.fetched();
        if self.settings.speech.verbosity >= Verbosity::Verbose && read.archives > 0 {
            self.ui.note(&format!("{}{}", fetched(read), more()));
        }
    }

    /// Empties the cache of this machine: parts of archives that are gone may be in it.
    pub fn empty_cache(&self) -> Result<()> {
        let Some(cache) = &self.settings.cache else { return Ok(()) };
        Cache::new(cache.dir.clone(), cache.bytes).clear().map_err(|e| {
            let doing = format!("emptying the cache {}", cache.dir.display());
            Error::failed(doing).because(e).hint("delete that folder")
        })
    }
}

/// What was read, for people.
fn fetched(read: Fetched) -> String {
    let some = |n: u64, one: &str| crate::text::counted(i64::try_from(n).unwrap_or(i64::MAX), one);
    format!(
        "read {}: {} bytes fetched in {}, {} bytes from the cache",
        some(read.archives, "archive"),
        read.bytes,
        some(read.requests, "request"),
        read.cached_bytes
    )
}
