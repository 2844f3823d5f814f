//! `holds`: what is to be kept for a case.

use std::collections::HashSet;

use crate::archive::{
    self, ClaimedStore, Claims, HoldScope, Holds, LifecycleLock, Placing, StoredHold, read_stored_holds,
};
use crate::cli::{HoldsVerb, ListHolds, PlaceHold, ReleaseHold};
use crate::commands::app::{Context, Ended, Failures, Step};
use crate::db::queries::holds::{self as queries, HoldRow};
use crate::db::queries::{lifecycle, whereabouts};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::messages::{CategoryName, StreamName};
use crate::store::{Store, StoreUrl};
use crate::text;
use crate::ui::record::{Time, record};
use crate::ui::{Column, Tabular, human};

/// Percent-encoded, it is part of an object's name.
const LONGEST_CASE: usize = 180;

record! {
    /// A hold.
    HoldRecord {
        /// The namespace.
        namespace: String,
        /// The case.
        case: String,
        /// The stream that is held.
        stream: Option<String>,
        /// The category that is held.
        category: Option<String>,
        /// Messages from this instant on.
        from: Option<Time>,
        /// Messages before this instant.
        to: Option<Time>,
        /// What somebody has written beside it.
        note: Option<String>,
        /// When it was placed.
        placed_at: Time,
        /// By whom.
        placed_by: String,
        /// When it was released.
        released_at: Option<Time>,
        /// By whom.
        released_by: Option<String>,
        /// Whether it is in force in the database.
        in_database: bool,
        /// Stores that have it; each of them binds.
        stores: Vec<String>,
        /// Stores of the namespace that lack it, where it is in force.
        lacking: Vec<String>,
    }
}

impl Tabular for HoldRecord {
    const COLUMNS: &'static [Column] = &[
        Column::Left("CASE"),
        Column::Left("HOLDS"),
        Column::Left("PLACED"),
        Column::Left("BY"),
        Column::Left("RELEASED"),
        Column::Left("DATABASE"),
        Column::Left("STORES"),
        Column::Left("LACKING"),
        Column::Left("NOTE"),
    ];

    fn cells(&self) -> Vec<String> {
        let all = |urls: &[String]| if urls.is_empty() { "-".to_owned() } else { urls.join(" ") };
        let scope = HoldScope {
            stream: self.stream.clone(),
            category: self.category.clone(),
            from: self.from.map(|t| t.0),
            to: self.to.map(|t| t.0),
        };
        vec![
            self.case.clone(),
            scope.to_string(),
            human::time(self.placed_at.0),
            self.placed_by.clone(),
            human::or_dash(self.released_at, |t| human::time(t.0)),
            if self.in_database { "yes" } else { "no" }.to_owned(),
            all(&self.stores),
            all(&self.lacking),
            human::or_dash(self.note.clone(), |note| note),
        ]
    }
}

impl HoldRecord {
    /// A hold, and which stores have it. Nobody can say it of one that could not be asked.
    fn new(namespace: &str, row: HoldRow, in_database: bool, asked: &Asked) -> Self {
        let HoldRow { hold, released_at, released_by } = row;
        let has = |(_, holds): &&(Store, Vec<StoredHold>)| holds.iter().any(|stored| stored.hold.id == hold.id);
        let there = &asked.there;
        let urls = |meant: bool| there.iter().filter(move |a| has(a) == meant).map(|(s, _)| s.url().to_string());
        let stores: Vec<String> = urls(true).collect();
        let is_over = !in_database && stores.is_empty();
        let lacking = urls(false).chain(asked.silent.iter().cloned()).collect();
        Self {
            namespace: namespace.to_owned(),
            lacking: if is_over { Vec::new() } else { lacking },
            stores,
            case: hold.case,
            stream: hold.scope.stream,
            category: hold.scope.category,
            from: hold.scope.from.map(Time),
            to: hold.scope.to.map(Time),
            note: hold.note,
            placed_at: hold.placed_at.into(),
            placed_by: hold.placed_by,
            released_at: released_at.map(Time),
            released_by,
            in_database,
        }
    }
}

/// The namespace's stores.
#[derive(Debug, Default)]
struct Asked {
    /// Those that answered, and the holds that they have.
    there: Vec<(Store, Vec<StoredHold>)>,
    /// The addresses of those that could not be asked.
    silent: Vec<String>,
}

impl Asked {
    /// What one has said, if it has a say; why it has said nothing is told.
    fn add(&mut self, url: String, read: Result<Option<(Store, Vec<StoredHold>)>>, failures: &mut Failures<'_>) {
        match read {
            Ok(read) => self.there.extend(read),
            Err(e) => {
                failures.add("store", &url, e);
                self.silent.push(url);
            }
        }
    }
}

pub(super) async fn run(context: &Context, verb: HoldsVerb) -> Result<Ended> {
    match verb {
        HoldsVerb::Place(args) => place(context, args).await,
        HoldsVerb::List(args) => list(context, &args).await,
        HoldsVerb::Release(args) => release(context, &args).await,
    }
}

/// What a missing folder means, where no archive is known to be in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NoFolder {
    /// It is made.
    Make,
    /// There is nothing in it.
    Skip,
}

/// The addresses of the namespace's stores: those of its policy and its archives, and the one that was asked for; `--store` names
/// the one that is in the place of all.
async fn known(context: &Context, db: &Db, scope: &Scope) -> Result<Vec<String>> {
    if let Some(url) = context.settings.reading_store()? {
        return Ok(vec![url.to_string()]);
    }
    let mut urls = whereabouts::stores(db.client(), scope.namespace()).await?;
    if let Some(url) = context.settings.store()?.map(|url| url.to_string())
        && !urls.contains(&url)
    {
        urls.push(url);
    }
    Ok(urls)
}

async fn open(context: &Context, db: &Db, scope: &Scope, url: &str, no_folder: NoFolder) -> Result<Option<Store>> {
    let (url, settings) = (url.parse::<StoreUrl>()?, &context.settings.store_settings);
    match Store::open_existing(&url, settings).await {
        Err(e) if e.kind() == Kind::NotFound => {
            if archive::must_be_there(db, scope, &url.to_string()).await? {
                return Err(archive::folder_is_missing(e, &url));
            }
            match no_folder {
                NoFolder::Make => Store::open(&url, settings).await.map(Some),
                NoFolder::Skip => Ok(None),
            }
        }
        opened => opened.map(Some),
    }
}

/// The holds that are known to the database and the namespace's stores, for a verb that takes messages out of the database.
pub(super) async fn in_force(context: &Context, db: &Db, scope: &Scope) -> Result<Holds> {
    let mut holds = Holds::of(db, scope).await?;
    let (mut is_asked, mut away) = (false, Vec::new());
    for url in known(context, db, scope).await? {
        let opened = async {
            let Some(store) = open(context, db, scope, &url, NoFolder::Skip).await? else { return Ok(None) };
            store.check().await?;
            Ok::<_, Error>(Some(store))
        };
        match opened.await {
            Ok(None) => {}
            Ok(Some(store)) => {
                holds = holds.and_in(&store, scope).await?;
                is_asked = true;
            }
            Err(e) if archive::is_away(&e) => away.push((url, e)),
            Err(e) => return Err(e),
        }
    }
    // One store has what all have: without any, the database's word stands alone.
    for (url, e) in away {
        if !is_asked {
            return Err(e);
        }
        context.ui.warn(&format!("{url} is away, and was not asked for holds: {e}"));
    }
    Ok(holds)
}

fn checked_case(case: &str) -> Result<String> {
    let (case, doing) = (case.trim(), "looking at --case");
    if case.is_empty() {
        return Err(Error::usage(doing).because("it is empty").hint("it is what whoever asks for the hold calls it"));
    }
    if case.chars().any(text::is_unprintable) {
        return Err(Error::usage(doing).because("it has characters that cannot be shown"));
    }
    let length: usize = case.bytes().map(|b| if b.is_ascii_alphanumeric() || b"-_".contains(&b) { 1 } else { 3 }).sum();
    if length > LONGEST_CASE {
        return Err(Error::usage(doing).because(format!(
            "it is longer than {LONGEST_CASE} characters; others than letters, digits, - and _ count as three"
        )));
    }
    Ok(case.to_owned())
}

fn person() -> String {
    whoami::username().unwrap_or_else(|_| "unknown".to_owned())
}

async fn place(context: &Context, args: PlaceHold) -> Result<Ended> {
    let case = checked_case(&args.case)?;
    let stream = args.stream.map(|s| s.parse::<StreamName>()).transpose()?.map(|s| s.as_str().to_owned());
    let category = args.category.map(|c| c.parse::<CategoryName>()).transpose()?.map(|c| c.as_str().to_owned());
    let scope_of_hold = HoldScope { stream, category, from: args.from, to: args.to };
    if args.from.zip(args.to).is_some_and(|(from, to)| from >= to) {
        return Err(Error::usage("placing a hold").because("--to is not after --from"));
    }
    let (db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    if context.is_plan() {
        let mut steps = vec![Step::new("hold", scope.namespace(), format!("{scope_of_hold} for case {case}"))];
        steps.extend(
            known(context, &db, scope)
                .await?
                .into_iter()
                .map(|url| Step::new("write the hold to", scope.namespace(), url)),
        );
        return context.plan(steps);
    }
    let note = args.note.as_deref().map(str::trim).filter(|note| !note.is_empty());
    let placing = Placing { case: &case, scope: &scope_of_hold, note, person: &person() };
    let (hold, is_new) = archive::place_hold(&db, scope, placing).await?;
    if !is_new {
        context.ui.note(&format!("case {case} holds this since {}", human::time(hold.placed_at)));
    }
    tell_runs(context, &db, scope).await;
    let mut failures = Failures::new(&context.ui);
    let asked = write_to_stores(context, &db, scope, &mut failures).await?;
    let done = asked.there.len();
    let row = HoldRow { hold, released_at: None, released_by: None };
    context.ui.object(&HoldRecord::new(scope.namespace(), row, true, &asked))?;
    let ended = failures.end("store", done);
    if ended != Ended::Done {
        context
            .ui
            .note("the hold is in force in the database; the same command again writes it to the stores that lack it");
    } else if done == 0 {
        context.ui.note(
            "no store is known, so the database alone has the hold; it is written to the store before anything is archived",
        );
    }
    Ok(ended)
}

/// Steps of runs that had looked for holds before this one was there end first.
async fn tell_runs(context: &Context, db: &Db, scope: &Scope) {
    if let Err(e) = queries::wait_for_fences(db.client(), scope.namespace()).await {
        context.ui.warn(&format!(
            "the hold is in force, but a step of a run that began before it has not ended yet, and may not know of it: {e}"
        ));
    } else if lifecycle::is_held(db.client(), scope.namespace()).await.unwrap_or(false) {
        context
            .ui
            .note("a run is at work on the namespace; it asks before each step, and keeps what is held from now on");
    }
}

/// Writes what each store lacks, and tells what each has then.
async fn write_to_stores(context: &Context, db: &Db, scope: &Scope, failures: &mut Failures<'_>) -> Result<Asked> {
    let mut asked = Asked::default();
    for url in known(context, db, scope).await? {
        let written = async {
            let Some(store) = open(context, db, scope, &url, NoFolder::Make).await? else { return Ok(None) };
            // A run that moves the mark on at this moment is none of another database.
            if archive::look_whose(db, scope, &store).await.is_err() {
                archive::look_whose(db, scope, &store).await?;
            }
            archive::put_missing(db, scope, &store).await?;
            let holds = read_stored_holds(&store, scope.namespace()).await?;
            Ok::<_, Error>(Some((store, holds)))
        };
        let written = written.await;
        asked.add(url, written, failures);
    }
    Ok(asked)
}

/// What the namespace's stores have; one that cannot be asked is told.
async fn stored(context: &Context, db: &Db, scope: &Scope, failures: &mut Failures<'_>) -> Result<Asked> {
    let mut asked = Asked::default();
    for url in known(context, db, scope).await? {
        let read = async {
            let Some(store) = open(context, db, scope, &url, NoFolder::Skip).await? else { return Ok(None) };
            let holds = read_stored_holds(&store, scope.namespace()).await?;
            Ok::<_, Error>(Some((store, holds)))
        };
        let read = read.await;
        asked.add(url, read, failures);
    }
    Ok(asked)
}

async fn list(context: &Context, args: &ListHolds) -> Result<Ended> {
    let (db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    let rows = queries::list(db.client(), scope.namespace()).await?;
    let mut failures = Failures::new(&context.ui);
    let asked = stored(context, &db, scope, &mut failures).await?;
    let records = records_of(scope.namespace(), rows, &asked, |row| args.all || row.released_at.is_none());
    if records.is_empty() {
        context.ui.note("nothing is held");
    }
    if records.iter().any(|r| !r.in_database && r.released_at.is_none()) {
        context
            .ui
            .note("eventodb-admin archives sync enters in the database what only a store has; it binds in any case");
    }
    let done = asked.there.len();
    context.ui.list(records)?;
    Ok(failures.end("store", done))
}

async fn release(context: &Context, args: &ReleaseHold) -> Result<Ended> {
    let case = args.case.trim().to_owned();
    let (db, namespace) = context.namespace().await?;
    let scope = &namespace.scope;
    let rows = queries::list(db.client(), scope.namespace()).await?;
    let mut failures = Failures::new(&context.ui);
    let asked = stored(context, &db, scope, &mut failures).await?;
    let done = asked.there.len();
    if let Ended::Failed(kind) = failures.end("store", done) {
        return Err(Error::new(kind, format!("releasing the holds of case {case}"))
            .because("not every store could be asked, and what it has would go on to bind")
            .hint("nothing was released; where a store is gone for good, --store names the one that is in its place"));
    }
    let mut records = records_of(scope.namespace(), rows, &asked, |row| row.released_at.is_none());
    records.retain(|record| record.case == case);
    if records.is_empty() {
        return Err(Error::new(Kind::NotFound, format!("looking for holds of case {case}"))
            .because(format!("namespace {} has none in force", scope.namespace()))
            .hint("eventodb-admin holds list shows them"));
    }
    let doing = format!("releasing {} of case {case}", human::plural(records.len(), "hold"));
    if !queries::may_change(db.client(), scope.namespace()).await? {
        // The server would pass by rows that are not this role's to change.
        let name = scope.namespace();
        return Err(Error::failed(doing).because(format!("only the owner of namespace {name} releases holds")).hint(
            format!("eventodb-admin namespaces grants {name} --role ROLE --as operator prints what that takes"),
        ));
    }
    if context.is_plan() {
        let steps = records
            .iter()
            .map(|r| Step::new("release", scope.namespace(), format!("{} for case {case}", r.cells()[1])));
        return context.plan(steps.collect());
    }
    context.confirm(doing, case.clone()).await?;
    let mut lock = LifecycleLock::take(db, scope, &context.ui).await?;
    let (mut claims, mut claimed): (_, Vec<(ClaimedStore, Vec<StoredHold>)>) = (Claims::default(), Vec::new());
    for (store, _) in &asked.there {
        // As it is now that nobody else is at work.
        let holds = read_stored_holds(store, scope.namespace()).await?;
        if holds.iter().any(|stored| stored.hold.case == case) {
            claimed.push((claims.of(&mut lock, scope, store).await?, holds));
        }
    }
    archive::release_hold(lock.db(), scope, (&case, &person()), &claimed).await?;
    let rows = queries::list(lock.db().client(), scope.namespace()).await?;
    claims.end(&mut lock, scope, &context.ui).await;
    let released = records.into_iter().map(|record| {
        let now = rows.iter().find(|row| row.hold.case == case && row.hold.placed_at == record.placed_at.0);
        HoldRecord {
            released_at: now.and_then(|row| row.released_at).map(Time),
            released_by: now.and_then(|row| row.released_by.clone()),
            in_database: false,
            stores: Vec::new(),
            lacking: Vec::new(),
            ..record
        }
    });
    context.ui.list(released)?;
    Ok(Ended::Done)
}

/// Holds that bind, wherever they are known, and those of the database that are meant beside them.
fn records_of(
    namespace: &str,
    rows: Vec<HoldRow>,
    asked: &Asked,
    is_meant: impl Fn(&HoldRow) -> bool,
) -> Vec<HoldRecord> {
    let (mut records, mut ids) = (Vec::new(), HashSet::new());
    for row in rows {
        ids.insert(row.hold.id);
        let (is_meant, in_database) = (is_meant(&row), row.released_at.is_none());
        let record = HoldRecord::new(namespace, row, in_database, asked);
        // What was released binds where a store has it still.
        if is_meant || !record.stores.is_empty() {
            records.push(record);
        }
    }
    for stored in asked.there.iter().flat_map(|(_, holds)| holds) {
        if ids.insert(stored.hold.id) {
            let row = HoldRow { hold: stored.hold.clone(), released_at: None, released_by: None };
            records.push(HoldRecord::new(namespace, row, false, asked));
        }
    }
    records
}

#[cfg(test)]
mod tests {
    use super::checked_case;

    #[test]
    fn a_case_is_a_name_that_can_be_shown_and_that_a_store_takes() {
        assert_eq!(checked_case(" 7 O 12/26 ").unwrap(), "7 O 12/26");
        assert!(checked_case(&"x".repeat(180)).is_ok());
        for bad in ["", "  ", "a\u{1b}b", "a\nb", &"x".repeat(181), &"ä".repeat(31)] {
            assert!(checked_case(bad).is_err(), "{bad:?}");
        }
    }
}
