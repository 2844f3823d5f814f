//! What is to be encrypted again, and what others can still open.

use std::collections::{BTreeSet, HashSet};

use futures::{StreamExt, stream};

use crate::archive::{
    self, ArchiveRow, ClaimStores, Exposed, ExposureQuery, Manifest, Objects, RecipientChange, Recipients, Rekeyed,
    WantedRecipients, Within,
};
use crate::commands::app::{ArchiveStores, Context, Failures, thawing};
use crate::db::queries::ledger;
use crate::db::{Db, Scope};
use crate::error::{Error, Result};
use crate::store::{Store, StrayUpload};
use crate::text;

/// Manifests that are read at a time.
const READERS: usize = 8;

/// An archive that is to be encrypted to others.
#[derive(Debug, Clone)]
pub struct RekeyTarget {
    /// The archive.
    pub row: ArchiveRow,
    /// Who is to open it.
    pub recipients: Recipients,
    /// Whether it is not encrypted yet.
    pub is_plain: bool,
}

/// What is to be done.
pub struct RekeyPlan {
    change: RecipientChange,
    within: Within,
    /// Archives to encrypt again, oldest first.
    pub targets: Vec<RekeyTarget>,
    /// Archives that are encrypted as they are to be, or stay as they are.
    pub settled: HashSet<i64>,
    /// Objects that open for somebody who is not to open them.
    pub exposed: Vec<Exposed>,
    /// Archives whose objects an earlier run has marked to go.
    pub erasing: Vec<ArchiveRow>,
    /// Uploads that were never ended, each with an archive of the same store.
    pub uploads: Vec<(ArchiveRow, StrayUpload)>,
    /// Stores of copies that could not be looked through, which was told.
    unseen: HashSet<String>,
}

/// Objects of a store that open for somebody who is not to open them.
type ExposedInStore = (Store, Vec<Exposed>);

impl RekeyPlan {
    /// Reads the manifests of all archives that are meant, and looks through their stores. Changes nothing. What is wrong with a
    /// single archive is a failure of its own.
    pub async fn choose(
        context: &Context,
        db: &Db,
        scope: &Scope,
        (change, ids): (RecipientChange, &[i64]),
        (stores, failures): (&mut ArchiveStores<'_>, &mut Failures<'_>),
    ) -> Result<Self> {
        let archives = ledger::list(db.client(), scope.namespace()).await?;
        let meant = meant(db, scope, &archives, ids).await?;
        let ranges = || meant.iter().map(|row| (row.range_start, row.range_end)).collect();
        let within = if ids.is_empty() { Within::Namespace } else { Within::Ranges(ranges()) };
        let erasing = archives.iter().filter(|a| a.objects == Objects::Erasing).cloned().collect();
        let (targets, settled, exposed, uploads) = (Vec::new(), HashSet::new(), Vec::new(), Vec::new());
        let unseen = HashSet::new();
        let mut chosen = Self { change, within, targets, settled, exposed, erasing, uploads, unseen };
        let stays_plain = chosen.read(context, &meant, (stores, failures)).await?;
        if let Within::Ranges(_) = chosen.within {
            // Of the other parts of these ranges nothing was asked.
            let others = archives.iter().filter(|a| a.state.is_kept() && meant.iter().all(|m| m.id != a.id));
            chosen.settled.extend(others.map(|other| other.id));
        }
        if stays_plain > 0 {
            let (is, s) = if stays_plain == 1 { ("is", "s") } else { ("are", "") };
            context.ui.note(&format!(
                "{} {is} not encrypted and stay{s} so: --add encrypts what is not encrypted yet",
                counted(stays_plain)
            ));
        }
        let own = stores_of(context, db, scope, &archives, stores).await?;
        for (url, found) in chosen.in_copies(db, scope, (&archives, &own), stores).await? {
            match found {
                Ok((_, found)) => chosen.exposed.extend(found),
                Err(e) => {
                    let doing = format!("looking through {url} for what is open to others");
                    failures.add("store", &url, Error::failed(doing).because(e));
                    chosen.unseen.insert(url);
                }
            }
        }
        for (of, store) in own {
            let look = chosen.look(scope, &archives);
            chosen.exposed.extend(archive::exposed(&store, look).await?);
            if chosen.change.may_remove() {
                let left = archive::unfinished_uploads(&store, scope.namespace(), &chosen.within).await?;
                chosen.uploads.extend(left.into_iter().map(|upload| (of.clone(), upload)));
            }
        }
        Ok(chosen)
    }

    fn look<'a>(&'a self, scope: &'a Scope, archives: &'a [ArchiveRow]) -> ExposureQuery<'a> {
        let (change, within, settled) = (&self.change, &self.within, &self.settled);
        ExposureQuery { namespace: scope.namespace(), change, within, archives, settled }
    }

    /// What each archive's manifest says of its recipients. Returns how many are not encrypted and stay so.
    async fn read(
        &mut self,
        context: &Context,
        meant: &[ArchiveRow],
        (stores, failures): (&mut ArchiveStores<'_>, &mut Failures<'_>),
    ) -> Result<usize> {
        let mut opened = Vec::with_capacity(meant.len());
        for row in meant {
            match stores.of(row).await {
                Ok(store) => opened.push((row, store)),
                Err(e) => failures.add("archive", &row.id.to_string(), e),
            }
        }
        let mut stays_plain = 0;
        let mut read = stream::iter(opened)
            .map(|(row, store)| async move { (row, encryption_of(context, row, &store).await) })
            .buffered(READERS);
        while let Some((row, encryption)) = read.next().await {
            let encryption = match encryption {
                Ok(manifest) => manifest.encryption,
                Err(e) => {
                    context.stop.check()?;
                    failures.add("archive", &row.id.to_string(), e);
                    continue;
                }
            };
            match self.change.wanted(encryption.as_ref()) {
                WantedRecipients::To(recipients) => {
                    self.targets.push(RekeyTarget { row: row.clone(), recipients, is_plain: encryption.is_none() });
                }
                WantedRecipients::AsItIs => {
                    self.settled.insert(row.id);
                }
                WantedRecipients::StaysPlain => {
                    self.settled.insert(row.id);
                    stays_plain += 1;
                }
            }
        }
        Ok(stays_plain)
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty() && self.exposed.is_empty() && self.erasing.is_empty() && self.uploads.is_empty()
    }

    /// Whether every store could be looked through.
    pub fn has_seen_all(&self) -> bool {
        self.unseen.is_empty()
    }

    /// Archives in whose stores something would change.
    pub fn meant(&self) -> impl Iterator<Item = &ArchiveRow> {
        let old = self.exposed.iter().filter_map(|exposed| exposed.row.as_ref());
        let uploads = self.uploads.iter().map(|(of, _)| of);
        self.targets.iter().map(|target| &target.row).chain(old).chain(&self.erasing).chain(uploads)
    }

    /// Fails where an archive would be left that nobody, or nobody here, could open.
    pub fn refuse(&self, context: &Context) -> Result<()> {
        let keys = &context.settings.store_settings.age;
        let check = |t: &RekeyTarget| Rekeyed { archive: &t.row, recipients: &t.recipients }.check(keys);
        self.targets.iter().try_for_each(check)
    }

    /// What others can open now, in every store that could be looked through before.
    pub async fn exposed_now(
        &self,
        context: &Context,
        db: &Db,
        scope: &Scope,
        stores: &mut ArchiveStores<'_>,
    ) -> Result<Vec<(Store, Exposed)>> {
        let archives = ledger::list(db.client(), scope.namespace()).await?;
        let own = stores_of(context, db, scope, &archives, stores).await?;
        let mut all = Vec::new();
        for (url, found) in self.in_copies(db, scope, (&archives, &own), stores).await? {
            let (store, found) = found.map_err(|e| e.while_doing(format!("looking through {url}")))?;
            all.extend(found.into_iter().map(|exposed| (store.clone(), exposed)));
        }
        for (_, store) in own {
            let found = archive::exposed(&store, self.look(scope, &archives)).await?;
            all.extend(found.into_iter().map(|exposed| (store.clone(), exposed)));
        }
        Ok(all)
    }

    /// Looks through the stores that only copies are in, or were to be made in.
    async fn in_copies(
        &self,
        db: &Db,
        scope: &Scope,
        (archives, own): (&[ArchiveRow], &[(ArchiveRow, Store)]),
        stores: &mut ArchiveStores<'_>,
    ) -> Result<Vec<(String, Result<ExposedInStore>)>> {
        let mut all = Vec::new();
        if stores.is_given() {
            return Ok(all);
        }
        let copies = archive::list_copies(db.client(), scope.namespace(), None).await?;
        let urls: BTreeSet<String> =
            copies.into_iter().filter(|copy| copy.state.is_in_store()).map(|copy| copy.store_url).collect();
        let is_own = |url: &String| own.iter().any(|(_, store)| store.url().to_string() == **url);
        for url in urls.into_iter().filter(|url| !is_own(url) && !self.unseen.contains(url)) {
            let looked = async {
                let store = stores.at(&url).await?;
                store.check().await?;
                let found = archive::exposed(&store, self.look(scope, archives)).await?;
                Ok((store, found))
            };
            let looked = looked.await;
            all.push((url, looked));
        }
        Ok(all)
    }

    /// Says where the settings do not fit what was asked for: what is archived next goes by them.
    pub fn tell_of_settings(&self, context: &Context) {
        let (left_out, named) = self.change.unlike_settings();
        let list = |names: &Recipients| names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let place = "--age-recipients-file or EVENTODB_AGE_RECIPIENTS";
        if !named.is_empty() {
            context.ui.warn(&format!(
                "{place} still names {}: what is archived next is encrypted to it, too; take it out there",
                list(&named)
            ));
        }
        if !left_out.is_empty() {
            context.ui.warn(&format!(
                "{place} does not name {}: what is archived next is not encrypted to it; add it there",
                list(&left_out)
            ));
        }
    }
}

/// The archives that are to be encrypted again: those with these numbers, or all that are kept.
async fn meant(db: &Db, scope: &Scope, archives: &[ArchiveRow], ids: &[i64]) -> Result<Vec<ArchiveRow>> {
    if ids.is_empty() {
        return Ok(archives.iter().filter(|a| a.state.is_kept()).cloned().collect());
    }
    let mut rows: Vec<ArchiveRow> = Vec::with_capacity(ids.len());
    for id in ids {
        let row = ledger::get(db.client(), scope.namespace(), *id).await?;
        if !row.state.is_kept() {
            return Err(Error::failed(format!("encrypting archive {id} again"))
                .because(format!("it is {}: the store holds no proven copy", row.state))
                .hint(archive::not_kept(
                    &row,
                    "eventodb-admin archives list shows those that can be encrypted again",
                )));
        }
        if rows.iter().all(|r| r.id != *id) {
            rows.push(row);
        }
    }
    Ok(rows)
}

async fn encryption_of(context: &Context, row: &ArchiveRow, store: &Store) -> Result<Manifest> {
    context.stop.check()?;
    let read = archive::read_manifest(store, row).await;
    thawing(store, row, read).await
}

/// The stores that the namespace is known to have archives in, each with one of them.
async fn stores_of(
    context: &Context,
    db: &Db,
    scope: &Scope,
    archives: &[ArchiveRow],
    stores: &mut ArchiveStores<'_>,
) -> Result<Vec<(ArchiveRow, Store)>> {
    let mut found: Vec<(ArchiveRow, Store)> = Vec::new();
    let mut seen = HashSet::new();
    for row in archives.iter().filter(|a| a.state.is_kept() || a.objects != Objects::Deleted) {
        let Some(url) = row.store_url.as_deref().filter(|url| seen.insert((*url).to_owned())) else { continue };
        if !archive::is_known_store(db, scope, stores, url).await? {
            context.ui.warn(&format!(
                "archive {} lies in {url}, which is not looked at: it is neither the policy's store nor one that a kept \
                 archive of the namespace is in; --store says that it is one",
                row.id
            ));
            continue;
        }
        let store = stores.of(row).await?;
        if found.iter().all(|(_, other)| other.url() != store.url()) {
            found.push((row.clone(), store));
        }
    }
    Ok(found)
}

/// So many archives.
fn counted(n: usize) -> String {
    text::counted(i64::try_from(n).unwrap_or(i64::MAX), "archive")
}
