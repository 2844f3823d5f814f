//! `archives sync`: what the store knows and the ledger does not.

use crate::archive::{
    self, Claims, Entering, FoundManifest, LifecycleLock, ManifestStatus, Origin, Proofs, RemovalCheck, Survey, Taking,
    Trust, Unencrypted,
};
use crate::cli::SyncArchives;
use crate::commands::app::{CommandOutcome, Context};
use crate::db::queries::holds;
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::store::{ObjectKey, Store, StoreUrl};
use crate::text::shell_url;
use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// An archive that was found in the store.
    SurveyedRecord {
        /// Its number in the ledger, once it has one.
        archive_id: Option<i64>,
        /// Where it stands in the ledger now, or would: `dropped` where its messages are nowhere else, `rehydrated` where
        /// they are live as well, `expired` where another archive has taken its place.
        state: &'static str,
        /// The first instant of its range.
        range_start: Time,
        /// The instant after its range.
        range_end: Time,
        /// Messages.
        messages: i64,
        /// The lowest global position.
        first_global_position: Option<i64>,
        /// The highest global position.
        last_global_position: Option<i64>,
        /// Bytes stored.
        stored_bytes: i64,
        /// The manifest's key.
        manifest_object: String,
    }
}

impl Tabular for SurveyedRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Right("ARCHIVE"),
        TableColumn::Left("STATE"),
        TableColumn::Left("RANGE"),
        TableColumn::Right("MESSAGES"),
        TableColumn::Right("STORED"),
        TableColumn::Left("MANIFEST"),
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            human::or_dash(self.archive_id, |id| id.to_string()),
            self.state.to_owned(),
            human::range(self.range_start.0, self.range_end.0),
            human::count(self.messages),
            human::bytes(self.stored_bytes),
            self.manifest_object.clone(),
        ]
    }
}

impl From<&FoundManifest> for SurveyedRecord {
    fn from(entry: &FoundManifest) -> Self {
        let manifest = &entry.manifest;
        let signed = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        Self {
            archive_id: entry.archive_id,
            state: entry.standing.state().as_str(),
            range_start: manifest.range_start.into(),
            range_end: manifest.range_end.into(),
            messages: signed(manifest.messages),
            first_global_position: manifest.first_global_position,
            last_global_position: manifest.last_global_position,
            stored_bytes: signed(manifest.data.stored.bytes),
            manifest_object: entry.key.to_string(),
        }
    }
}

/// What a survey looks at, and whose archives it may enter.
struct SurveyScope<'a> {
    scope: &'a Scope,
    store: &'a Store,
    taking: &'a Taking,
}

async fn survey(context: &Context, db: &mut Db, wanted: &SurveyScope<'_>, origin: &mut Origin) -> Result<Survey> {
    let (mut stores, mut proofs) = (context.stores().await?, Proofs::default());
    let (scope, progress, stop) = (wanted.scope, &context.ui, &context.stop);
    let mut look = RemovalCheck { db, scope, stores: &mut stores, proofs: &mut proofs, progress, stop };
    archive::survey(&mut look, wanted.store, origin, wanted.taking).await
}

pub(super) async fn run(context: &Context, args: &SyncArchives) -> Result<CommandOutcome> {
    let (mut db, namespace) = context.namespace().await?;
    let store = context.existing_store(&db, &namespace.scope, "rebuilding the ledger").await?;
    let (scope, ui, stop) = (&namespace.scope, &context.ui, &context.stop);
    let entering = if args.expired { Entering::Forgotten } else { Entering::Expected };
    let unencrypted = if args.allow_unencrypted { Unencrypted::Entered } else { Unencrypted::LeftOut };
    let taking = Taking { entering, trust: Trust { unencrypted, expected: args.expected.clone() } };
    let is_proven = !args.expected.is_empty();
    let wanted = SurveyScope { scope, store: &store, taking: &taking };
    if context.is_plan() {
        let mut origin = Origin::of(&db, scope, &args.from).await?;
        let survey = survey(context, &mut db, &wanted, &mut origin).await?;
        origin.check_named(&store)?;
        let new = new_ones(&survey);
        let is_checked = origin.has_claims || !new.is_empty() || survey.others > 0;
        if !origin.is_fresh
            && is_checked
            && let Some(e) = context.refusal(&db, scope, Ok(store.clone())).await
        {
            return Err(e);
        }
        tell(context, &survey, is_proven);
        plan_holds(context, &db, scope, &store).await?;
        context.warn_of_unplaced(&db, scope, Some(store.url())).await?;
        return end(context, &survey, &new, (scope.namespace(), store.url()));
    }
    let mut lock = LifecycleLock::take(db, scope, ui).await?;
    let mut origin = Origin::of(lock.db(), scope, &args.from).await?;
    let mut claims = Claims::default();
    if origin.has_claims && !origin.is_fresh {
        claims.of(&mut lock, scope, &store).await?;
    }
    let mut survey = survey(context, lock.db(), &wanted, &mut origin).await?;
    origin.check_named(&store)?;
    let new = new_ones(&survey);
    if !origin.is_fresh && (!new.is_empty() || survey.others > 0) {
        claims.of(&mut lock, scope, &store).await?;
    }
    tell(context, &survey, is_proven);
    // First of all, so that they bind whatever becomes of the rest.
    enter_holds(context, lock.db(), scope, &store).await?;
    archive::apply_survey(&mut lock, scope, &store, &mut survey, ui, stop).await?;
    let learned = archive::learn_locks(&mut lock, scope, &store).await?;
    if learned > 0 {
        let found = human::plural(usize::try_from(learned).unwrap_or(usize::MAX), "archive");
        ui.note(&format!("of {found} the ledger had another lock than the store, and has the store's now"));
    }
    context.warn_of_unplaced(lock.db(), scope, Some(store.url())).await?;
    context.warn_of_last_positions(lock.db(), scope).await?;
    claims.end(&mut lock, scope, ui).await;
    end(context, &survey, &new, (scope.namespace(), store.url()))
}

/// Enters the holds that only the store has.
async fn enter_holds(context: &Context, db: &Db, scope: &Scope, store: &Store) -> Result<()> {
    let done = archive::enter_stored(db, scope, store).await?;
    for case in &done.entered {
        context.ui.note(&format!("a hold of case {case} was entered in the database again"));
    }
    for case in &done.left {
        context.ui.warn(&format!(
            "a hold of case {case} is in the store alone, where it binds: entering it in the database takes the owner of the \
             namespace and, where it is encrypted, an identity of one of its recipients"
        ));
    }
    Ok(())
}

async fn plan_holds(context: &Context, db: &Db, scope: &Scope, store: &Store) -> Result<()> {
    let known = holds::list(db.client(), scope.namespace()).await?;
    for stored in archive::read_stored_holds(store, scope.namespace()).await? {
        if known.iter().all(|row| row.hold.id != stored.hold.id) {
            context.ui.note(&format!("a hold of case {} would be entered in the database again", stored.hold.case));
        }
    }
    Ok(())
}

fn tell(context: &Context, survey: &Survey, is_proven: bool) {
    for finding in &survey.findings {
        context.ui.error(&Error::new(Kind::Verification, "looking through the store").because(finding.text.clone()));
    }
    for (n, headless) in survey.headless.iter().enumerate() {
        let e = Error::new(Kind::Verification, "looking through the store").because(headless.to_string());
        // The same for all: said once, behind the last.
        let is_last = n + 1 == survey.headless.len();
        context.ui.error(&e.hint_if_any(is_last.then_some(archive::WAY_OUT_OF_HEADLESS)));
    }
    if survey.lineages.len() > 1 {
        let from = survey.lineages.iter().fold(String::new(), |all, lineage| all + " --from " + lineage);
        context.ui.note(&format!(
            "eventodb-admin archives sync{from} enters all that were left out, if they are all to be this \
                                  database's"
        ));
    }
    for entry in &survey.entries {
        if !entry.held_by.is_empty() {
            let others: Vec<_> = entry.held_by.iter().map(ObjectKey::as_str).collect();
            context.ui.note(&format!("{}: all of its messages are in {}", entry.key, others.join(" ")));
            warn_of_older(context, survey, entry);
        }
        if let (ManifestStatus::Partly { alone }, true) = (entry.standing, context.is_plan()) {
            context.ui.note(&format!("{}: {}", entry.key, partly(entry, alone)));
        }
    }
    let is_buried = |e: &&FoundManifest| e.is_deleted && !matches!(e.standing, ManifestStatus::Known(_));
    match survey.entries.iter().filter(is_buried).count() {
        _ if !is_proven => {}
        0 => {}
        n => context.ui.note(&format!(
            "of {} the store says that it was deleted, and nothing proves that; each is listed as expired",
            human::plural(n, "archive")
        )),
    }
    if survey.is_forgotten {
        context
            .ui
            .note("eventodb-admin archives sync --expired enters what the ledger gave up and what is nowhere else");
    }
}

/// Where one that was made before holds all that a later one does, and more: that may have been deleted in between.
fn warn_of_older(context: &Context, survey: &Survey, entry: &FoundManifest) {
    let is_older = |e: &&FoundManifest| {
        entry.held_by.contains(&e.key)
            && e.manifest.created_at < entry.manifest.created_at
            && e.manifest.messages > entry.manifest.messages
    };
    for older in survey.entries.iter().filter(is_older) {
        context.ui.warn(&format!(
            "{} has {} messages, and {}, which was made later, {} of them: if the others were deleted in between, they are back \
             with it",
            older.key, older.manifest.messages, entry.key, entry.manifest.messages
        ));
    }
}

fn partly(entry: &FoundManifest, alone: i64) -> String {
    format!(
        "of its {} messages {alone} are in it alone, the others are live or in other archives as well: it does not count as a \
         whole, and is entered as expired",
        entry.manifest.messages
    )
}

fn new_ones(survey: &Survey) -> Vec<usize> {
    let entries = survey.entries.iter().enumerate();
    entries.filter(|(_, e)| !matches!(e.standing, ManifestStatus::Known(_))).map(|(n, _)| n).collect()
}

fn end(context: &Context, survey: &Survey, new: &[usize], of: (&str, &StoreUrl)) -> Result<CommandOutcome> {
    let (ui, (namespace, store)) = (&context.ui, of);
    ui.list(new.iter().map(|n| SurveyedRecord::from(&survey.entries[*n])))?;
    let known = survey.entries.len() - new.len();
    if survey.entries.is_empty() && survey.findings.is_empty() && survey.headless.is_empty() {
        ui.warn(&format!(
            "nothing of namespace {namespace} lies in {store}: are this the store and the name that it was archived by?"
        ));
    }
    let found = human::plural(new.len(), "archive");
    if context.is_plan() {
        ui.note(&format!("{found} would be entered, {known} known already; a plan: nothing has changed"));
    } else {
        ui.note(&format!("{found} entered, {known} known already"));
        if survey.copies > 0 {
            let n = i64::try_from(survey.copies).unwrap_or(i64::MAX);
            ui.note(&format!(
                "{0} that the ledger has in another store lie here as well; eventodb-admin archives copy --all --to {1} proves \
                 them, and has them count",
                crate::text::counted(n, "archive"),
                shell_url(&store)
            ));
        }
        for entry in &survey.entries {
            if let (ManifestStatus::Partly { alone }, Some(id)) = (entry.standing, entry.archive_id) {
                let e = Error::new(Kind::Verification, format!("entering archive {id}"))
                    .because(partly(entry, alone))
                    .hint(format!("eventodb-admin archives rehydrate {id} puts in what is missing"));
                ui.error(&e);
            }
        }
        for id in survey.entries.iter().filter(|e| e.was_given_up_meanwhile()).filter_map(|e| e.archive_id) {
            let e = Error::new(Kind::Verification, format!("looking for archive {id}"))
                .because(
                    "the store says that it was deleted, and its messages given up, after this database was backed up",
                )
                .hint(format!(
                    "eventodb-admin namespaces recount {} --accept-missing has the counts follow",
                    crate::text::shell_word(namespace)
                ));
            ui.error(&e);
        }
        if let Some(owner) = survey.adopted_from.as_ref().filter(|_| !new.is_empty()) {
            ui.note(&format!(
                "they are of database {owner}; eventodb-admin archives claim --store {} makes the store this database's: until \
                 then nothing in it can be changed from here",
                shell_url(&store)
            ));
        }
        if !new.is_empty() {
            ui.note("eventodb-admin archives verify --all proves their data; archives rehydrate brings it back");
        }
    }
    let is_undone =
        |e: &FoundManifest| matches!(e.standing, ManifestStatus::Partly { .. }) || e.was_given_up_meanwhile();
    let is_told = survey.findings.is_empty() && survey.headless.is_empty();
    let is_whole = is_told && !survey.entries.iter().any(is_undone);
    Ok(if is_whole { CommandOutcome::Done } else { CommandOutcome::Failed(Kind::Verification) })
}
