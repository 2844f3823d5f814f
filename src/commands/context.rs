//! What every verb works with.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use super::environment;
use crate::archive::reach::{Cache, Fetched, Reach};
use crate::archive::{
    self, ArchiveRow, Away, ClaimStores, ClaimedStore, Claims, Destination, LifecycleLock, Making, OpenStores,
    WantedCopies,
};
use crate::cli::DbType;
use crate::db::queries::ledger;
use crate::db::queries::namespaces::NamespaceRow;
use crate::db::queries::policies;
use crate::db::queries::roles::{self, Acting};
use crate::db::queries::sync;
use crate::db::{Connector, Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::namespace::{self, Namespace};
use crate::settings::{Confirmation, Run, Settings, Verbosity};
use crate::stop::Stop;
use crate::store::{Frozen, ObjectKey, Store, StoreUrl};
use crate::ui::Ui;

/// Settings, a voice, and the wish to stop.
pub(super) struct Context {
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
pub(super) enum Effect {
    /// It looks: where not everything can be seen, it says so.
    Reads,
    /// It needs to see everything, and to keep what it writes.
    Changes,
}

impl Context {
    /// Whether only the plan is asked for.
    pub fn is_plan(&self) -> bool {
        self.settings.run == Run::Plan
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
        let policy = policies::list(db.client(), Some(scope.namespace())).await?.pop();
        policy.and_then(|(_, policy, _)| policy.store_url).map(|url| url.parse()).transpose()
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

    async fn to_write(&self, db: &Db, scope: &Scope, url: &StoreUrl) -> Result<Store> {
        let settings = &self.settings.store_settings;
        settings.age.check()?;
        match url {
            StoreUrl::File { .. } if archive::must_be_there(db, scope, &url.to_string()).await? => {
                Store::open_existing(url, settings).await.map_err(archive::folder_is_missing)
            }
            _ => Store::open(url, settings).await,
        }
    }

    /// The stores in which a namespace's archives are wanted: the one that was asked for, the policy's, and its copies.
    pub async fn wanted(&self, db: &Db, scope: &Scope, doing: &str) -> Result<WantedCopies> {
        let given = self.settings.store()?.map(|url| url.to_string());
        let policy = policies::list(db.client(), Some(scope.namespace())).await?.pop().map(|(_, policy, _)| policy);
        let wanted = WantedCopies::by(policy.as_ref(), given.as_deref());
        if wanted.stores.is_empty() {
            // It says what to do.
            self.store_url(db, scope, doing).await?;
        }
        Ok(wanted)
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
            return opened.map_err(archive::folder_is_missing);
        }
        opened
    }

    /// Archives, to be read where they lie, also while they are encrypted to others.
    pub fn reach(&self) -> Result<Reach> {
        Ok(self.reach_until(self.stop.clone())?.asking(self.connector()?))
    }

    /// The same, until another stop.
    pub fn reach_until(&self, stop: Stop) -> Result<Reach> {
        let settings = &self.settings;
        let cache = settings.cache.as_ref().map(|c| Cache::new(c.dir.clone(), c.bytes));
        Ok(Reach::new(settings.reading_store()?, settings.store_settings.clone(), cache, stop))
    }

    /// Says with `-v` what was read from stores.
    pub fn tell_fetched(&self, reach: &Reach) {
        let read = reach.fetched();
        if self.settings.speech.verbosity >= Verbosity::Verbose && read.archives > 0 {
            self.ui.note(&fetched(read));
        }
    }

    /// Stores by their addresses, whichever was asked for.
    pub fn stores_to_write(&self) -> Stores<'_> {
        Stores {
            context: self,
            given: None,
            opened: HashMap::new(),
            mirrors: HashMap::new(),
            told: HashSet::new(),
            claims: Claims::default(),
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

    /// Stores of archives.
    pub async fn stores(&self) -> Result<Stores<'_>> {
        let given = match self.settings.reading_store()? {
            Some(url) => Some(Store::open_existing(&url, &self.settings.store_settings).await?),
            None => None,
        };
        Ok(Stores { given, ..self.stores_to_write() })
    }
}

/// What was read, for people.
pub(super) fn fetched(read: Fetched) -> String {
    format!(
        "read {} archives: {} bytes fetched in {} requests, {} bytes from the cache",
        read.archives, read.bytes, read.requests, read.cached_bytes
    )
}

/// What was done with an archive. Where it failed because an object lies in an archive storage class, all its objects are
/// asked for at once, so that one wait is enough.
pub(super) async fn thawing<T>(store: &Store, archive: &ArchiveRow, done: Result<T>) -> Result<T> {
    match done {
        Err(e) if Frozen::is_cause_of(&e) => {
            let names = [&archive.manifest_key, &archive.heads_key, &archive.object_key];
            let keys: Vec<_> = names.into_iter().flatten().map(ObjectKey::new).collect::<Result<_>>()?;
            match Box::pin(store.thaw(&keys)).await {
                Err(all) => Err(all.while_doing(format!("archive {}", archive.id))),
                Ok(()) => Err(e),
            }
        }
        done => done,
    }
}

/// Whether an archive that was read, and was not what was stored, is in another store as well: it is read from there from now
/// on.
pub(super) fn turn_to_next_copy(store: &Store, archive: &ArchiveRow, e: &Error) -> Result<bool> {
    if e.kind() != Kind::Verification || archive.copies.is_empty() {
        return Ok(false);
    }
    let mut is_left = false;
    for key in [&archive.heads_key, &archive.object_key].into_iter().flatten() {
        is_left |= store.pass_over(&ObjectKey::new(key)?);
    }
    Ok(is_left)
}

/// Stores of archives, each opened once: those that the ledger names, unless `--store` says where they have gone.
pub(super) struct Stores<'a> {
    context: &'a Context,
    given: Option<Store>,
    opened: HashMap<String, Store>,
    /// Several that have the same archives, by their addresses.
    mirrors: HashMap<Vec<String>, Store>,
    /// Those whose absence was told.
    told: HashSet<String>,
    claims: Claims,
}

impl Stores<'_> {
    /// Whether the user named the store.
    pub fn is_given(&self) -> bool {
        self.given.is_some()
    }

    /// The store that an archive is in; what it does not give is read from the stores of the archive's other copies.
    pub async fn of(&mut self, archive: &ArchiveRow) -> Result<Store> {
        if let Some(store) = &self.given {
            return Ok(store.clone());
        }
        let doing = || format!("opening the store of archive {}", archive.id);
        let Some(url) = &archive.store_url else {
            return Err(Error::failed(doing()).because("the ledger names none").hint("add --store"));
        };
        if archive.copies.is_empty() {
            return self.at(url).await.map_err(|e| e.while_doing(doing()));
        }
        let urls: Vec<String> = std::iter::once(url).chain(&archive.copies).cloned().collect();
        if let Some(store) = self.mirrors.get(&urls) {
            return Ok(store.clone());
        }
        let (mut there, mut first_error) = (Vec::new(), None);
        for url in &urls {
            match self.at(url).await {
                Ok(store) => there.push(store),
                Err(e) => {
                    self.tell_away(url, &e);
                    first_error.get_or_insert(e);
                }
            }
        }
        let mut there = there.into_iter();
        let Some(first) = there.next() else {
            // At least one was tried.
            return Err(first_error.unwrap_or_else(|| Error::failed("opening stores")).while_doing(doing()));
        };
        let store = first.with_others(there.collect());
        self.mirrors.insert(urls, store.clone());
        Ok(store)
    }

    /// Says once that a store is done without.
    pub fn tell_away(&mut self, url: &str, why: &Error) {
        if self.told.insert(url.to_owned()) {
            self.context.ui.warn(&format!("{url} is away, and this run does without it: {why}"));
        }
    }

    /// The store that a run which changes an archive works on, once it is known to be this database's: the one that the ledger
    /// names, or the next copy where that is away.
    pub async fn claimed(
        &mut self,
        lock: &mut LifecycleLock,
        scope: &Scope,
        archive: &ArchiveRow,
    ) -> Result<ClaimedStore> {
        if let Some(store) = self.given.clone() {
            return self.claims.of(lock, scope, &store).await;
        }
        let first = archive::first_of(lock, scope, self, archive).await?;
        if let Some((url, why)) = &first.instead_of {
            self.tell_away(url, why);
        }
        Ok(first.store)
    }

    /// Where chunks are archived to: the stores in which they are wanted.
    pub async fn destination(
        &mut self,
        lock: &mut LifecycleLock,
        scope: &Scope,
        wanted: &WantedCopies,
    ) -> Result<Destination> {
        let (to, away) = archive::destination(lock, scope, self, wanted).await?;
        for Away { url, why } in &away {
            self.tell_away(url, why);
        }
        Ok(to)
    }

    /// Where the chunk of an archive goes that is live: the archive's own store first, then those in which it is wanted as well.
    pub async fn back_to(
        &mut self,
        lock: &mut LifecycleLock,
        scope: &Scope,
        archive: &ArchiveRow,
    ) -> Result<Destination> {
        let first = self.claimed(lock, scope, archive).await?;
        let policy = policies::list(lock.db().client(), Some(scope.namespace())).await?.pop();
        let url = first.url().to_string();
        let wanted = WantedCopies::by(policy.as_ref().map(|(_, policy, _)| policy), Some(&url));
        if self.given.is_some() || wanted.stores.len() < 2 {
            return Ok(Destination { before_drop: wanted.before_drop, ..Destination::alone(first) });
        }
        self.destination(lock, scope, &wanted).await
    }

    /// Looks before anything is changed whether the stores of all these archives are this database's. What else is amiss
    /// with a store is told by the archive that needs it.
    pub async fn claim_all(
        &mut self,
        lock: &mut LifecycleLock,
        scope: &Scope,
        archives: impl IntoIterator<Item = &ArchiveRow>,
    ) -> Result<()> {
        let mut seen = HashSet::new();
        for archive in archives {
            if !seen.insert(&archive.store_url) {
                continue;
            }
            match self.claimed(lock, scope, archive).await {
                Err(e) if e.kind() == Kind::Conflict => return Err(e),
                _ => {}
            }
        }
        Ok(())
    }

    /// Makes the copies of these archives that the policy wants. One that fails is told: the night makes it.
    pub async fn make_missing(&mut self, lock: &mut LifecycleLock, scope: &Scope, ids: &BTreeSet<i64>) -> Result<()> {
        let policy =
            policies::list(lock.db().client(), Some(scope.namespace())).await?.pop().map(|(_, policy, _)| policy);
        let Some(policy) = policy.filter(|policy| !policy.copies.is_empty() && !self.is_given()) else { return Ok(()) };
        let wanted = WantedCopies::by(Some(&policy), policy.store_url.as_deref());
        let context = self.context;
        for id in ids {
            let archive = ledger::get(lock.db().client(), scope.namespace(), *id).await?;
            for url in archive::missing_copies(&wanted, &archive) {
                let copied = async {
                    let (from, to) = (self.of(&archive).await?, self.made_at(lock, scope, url).await?);
                    let (progress, stop) = (&context.ui, &context.stop);
                    let making = Making { db: lock.db().client(), from: &from, progress, stop };
                    archive::make_copy(&making, &to, &archive).await
                };
                match copied.await {
                    Err(e) if e.kind().is_stop() => return Err(e),
                    Err(e) if archive::is_away(&e) => self.tell_away(url, &e),
                    Err(e) => context.ui.warn(&e.to_string()),
                    Ok(()) => {}
                }
            }
        }
        Ok(())
    }

    /// Removes copies of archives whose own objects are gone, and says which could not be.
    pub async fn clear_copies(&mut self, lock: &mut LifecycleLock, scope: &Scope) -> Result<()> {
        let context = self.context;
        let cleared = archive::clear_copies(lock, scope, self, &context.stop).await?;
        for e in cleared.by_store().values() {
            context.ui.warn(&format!("{e}; the next run tries again"));
        }
        Ok(())
    }

    /// The run has changed what it had to.
    pub async fn end(self, lock: &mut LifecycleLock, scope: &Scope) {
        self.claims.end(lock, scope, &self.context.ui).await;
    }
}

impl ClaimStores for Stores<'_> {
    async fn at(&mut self, url: &str) -> Result<Store> {
        if let Some(store) = self.opened.get(url) {
            return Ok(store.clone());
        }
        let parsed: StoreUrl = url.parse()?;
        let store = Store::open_existing(&parsed, &self.context.settings.store_settings).await.map_err(|e| {
            match self.context.effect {
                // It may only not be mounted.
                Effect::Changes => archive::folder_is_missing(e),
                Effect::Reads => archive::missing_means_lost(e, format!("opening the store {url}")),
            }
        })?;
        self.opened.insert(url.to_owned(), store.clone());
        Ok(store)
    }

    async fn claimed_at(&mut self, lock: &mut LifecycleLock, scope: &Scope, url: &str) -> Result<ClaimedStore> {
        let store = self.at(url).await?;
        self.claims.of(lock, scope, &store).await
    }

    async fn made_at(&mut self, lock: &mut LifecycleLock, scope: &Scope, url: &str) -> Result<ClaimedStore> {
        let store = match self.opened.get(url) {
            Some(store) => store.clone(),
            None => self.context.to_write(lock.db(), scope, &url.parse()?).await?,
        };
        self.opened.insert(url.to_owned(), store.clone());
        self.claims.of(lock, scope, &store).await
    }
}

impl OpenStores for Stores<'_> {
    fn trusts(&self, url: &StoreUrl) -> bool {
        self.is_given() || self.context.settings.store().is_ok_and(|asked| asked.as_ref() == Some(url))
    }

    async fn open(&mut self, archive: &ArchiveRow) -> Result<Store> {
        self.of(archive).await
    }
}
