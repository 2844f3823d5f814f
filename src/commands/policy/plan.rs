//! `policy plan`: what the nights to come will do.

use chrono::NaiveDate;

use super::space;
use crate::cli::{OutputFormat, PlanPolicy};
use crate::commands::app::{CommandOutcome, Context};
use crate::db::Db;
use crate::db::queries::policies::{self, Policy};
use crate::error::{Error, Kind, Result};
use crate::lifecycle::DiskSpace;
use crate::lifecycle::forecast::{self, Forecast, ForecastNight, Month, Prices, Start};
use crate::namespace;
use crate::ui::record::{Time, record};
use crate::ui::{TableColumn, Tabular, human};

record! {
    /// A forecast, for scripts.
    ForecastRecord {
        /// The namespace.
        namespace: String,
        /// When it was made.
        from: Time,
        /// Bytes that a day takes in the database before anything is compressed.
        bytes_per_day: f64,
        /// The same in the quietest of the chunk intervals that it is the mean of.
        lowest_bytes_per_day: f64,
        /// And in the busiest.
        highest_bytes_per_day: f64,
        /// Messages a day, where they are counted.
        messages_per_day: Option<f64>,
        /// How many chunk intervals were looked at.
        intervals: u32,
        /// Bytes of a compressed chunk, per byte before.
        compression_ratio: f64,
        /// Nothing is compressed yet that it could be measured by.
        compression_ratio_is_assumed: bool,
        /// Bytes of an archive, per byte of its chunk before it was compressed.
        archive_ratio: f64,
        /// Nothing is archived yet that it could be measured by.
        archive_ratio_is_assumed: bool,
        /// Bytes of the chunks in the database now.
        database_bytes: i64,
        /// Bytes of the archives in all stores now.
        store_bytes: i64,
        /// The disk's size, where it is known.
        disk_size_bytes: Option<u64>,
        /// What of it is free now.
        disk_free_bytes: Option<i64>,
        /// The first day on which nothing of it is free.
        disk_full_on: Option<NaiveDate>,
        /// The first night after which an aim by space is missed.
        aim_missed_on: Option<NaiveDate>,
        /// Each night.
        nights: Vec<ForecastNight>,
        /// What each month costs, by the prices.
        months: Vec<Month>,
        /// The prices' currency.
        currency: Option<String>,
    }
}

impl From<&Forecast> for ForecastRecord {
    fn from(it: &Forecast) -> Self {
        Self {
            namespace: it.namespace.clone(),
            from: it.from.into(),
            bytes_per_day: it.growth.bytes_per_day.round(),
            lowest_bytes_per_day: it.growth.lowest_bytes_per_day.round(),
            highest_bytes_per_day: it.growth.highest_bytes_per_day.round(),
            messages_per_day: it.growth.messages_per_day.map(f64::round),
            intervals: it.growth.intervals,
            compression_ratio: it.compression.ratio,
            compression_ratio_is_assumed: it.compression.is_assumed,
            archive_ratio: it.archiving.ratio,
            archive_ratio_is_assumed: it.archiving.is_assumed,
            database_bytes: it.database_bytes,
            store_bytes: it.store_bytes,
            disk_size_bytes: it.disk_size_bytes,
            disk_free_bytes: it.disk_free_bytes,
            disk_full_on: it.disk_full_on,
            aim_missed_on: it.aim_missed_on,
            nights: it.nights.clone(),
            months: it.months.clone(),
            currency: it.currency.clone(),
        }
    }
}

impl Tabular for ForecastRecord {
    const COLUMNS: &'static [TableColumn] = &[TableColumn::Left("NAMESPACE")];

    fn cells(&self) -> Vec<String> {
        vec![self.namespace.clone()]
    }
}

record! {
    /// A night of a forecast, for people.
    NightRecord {
        /// The namespace.
        namespace: String,
        /// Its day, in UTC.
        date: NaiveDate,
        /// Chunks archived and dropped.
        archived: u64,
        /// Chunks dropped again.
        released: u64,
        /// Those among both that leave for room.
        for_space: u64,
        /// Chunks compressed.
        compressed: u64,
        /// Archives deleted.
        expired: u64,
        /// Bytes of the chunks in the database after it.
        database_bytes: i64,
        /// Bytes of the archives in all stores after it.
        store_bytes: i64,
        /// Bytes of the disk that are free after it.
        disk_free_bytes: Option<i64>,
        /// Bytes by which an aim is missed after it.
        aim_missed_bytes: i64,
    }
}

impl Tabular for NightRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("NAMESPACE"),
        TableColumn::Left("NIGHT"),
        TableColumn::Right("ARCHIVE"),
        TableColumn::Right("RELEASE"),
        TableColumn::Right("FOR ROOM"),
        TableColumn::Right("COMPRESS"),
        TableColumn::Right("EXPIRE"),
        TableColumn::Right("DATABASE"),
        TableColumn::Right("STORES"),
        TableColumn::Optional("DISK FREE"),
        TableColumn::Optional("TOO MUCH"),
    ];

    fn cells(&self) -> Vec<String> {
        let missed = Some(self.aim_missed_bytes).filter(|n| *n > 0);
        vec![
            self.namespace.clone(),
            self.date.to_string(),
            self.archived.to_string(),
            self.released.to_string(),
            self.for_space.to_string(),
            self.compressed.to_string(),
            self.expired.to_string(),
            human::bytes(self.database_bytes),
            human::bytes(self.store_bytes),
            human::or_dash(self.disk_free_bytes, |n| human::bytes(n.max(0))),
            human::or_dash(missed, human::bytes),
        ]
    }
}

record! {
    /// What a month costs, for people.
    MonthRecord {
        /// The namespace.
        namespace: String,
        /// The month.
        month: String,
        /// What lies in the stores.
        storage: String,
        /// Requests.
        requests: String,
        /// Both, with the currency.
        total: String,
    }
}

impl Tabular for MonthRecord {
    const COLUMNS: &'static [TableColumn] = &[
        TableColumn::Left("NAMESPACE"),
        TableColumn::Left("MONTH"),
        TableColumn::Right("STORAGE"),
        TableColumn::Right("REQUESTS"),
        TableColumn::Right("TOTAL"),
    ];

    fn cells(&self) -> Vec<String> {
        let Self { namespace, month, storage, requests, total } = self;
        [namespace, month, storage, requests, total].map(Clone::clone).into()
    }
}

pub(super) async fn run(context: &Context, args: PlanPolicy) -> Result<CommandOutcome> {
    let prices = args.prices.as_deref().map(Prices::read).transpose()?;
    let db = context.connect().await?;
    let mut starts = Vec::new();
    for (name, mut policy) in chosen(context, &db, args.all_namespaces).await? {
        let scope = namespace::open(&db, &name).await?.scope;
        if policy.space.disk_size.is_none() {
            policy.space.disk_size = args.disk_size.and_then(space::size);
        }
        // What the policy leaves open is as a night would have it.
        if policy.store_url.is_none() {
            policy.store_url = context.settings.store()?.map(|url| url.to_string());
        }
        starts.push(Start::of(&db, &scope, &policy).await?);
    }
    let forecasts = forecast::of_all(&starts, args.days, prices.as_ref())?;
    show(context, &forecasts, args.all_namespaces)?;
    Ok(CommandOutcome::Done)
}

/// The namespaces meant, with their policies; one without has nothing done with it, and still grows.
async fn chosen(context: &Context, db: &Db, all: bool) -> Result<Vec<(String, Policy)>> {
    if all {
        let found =
            if policies::is_there(db.client()).await? { policies::list(db.client(), None).await? } else { vec![] };
        if found.is_empty() {
            context.ui.note("no namespace has a policy");
        }
        return Ok(found.into_iter().map(|(name, policy, _)| (name, policy)).collect());
    }
    let name = context.settings.namespace.clone();
    namespace::open(db, &name).await?;
    match policies::of(db.client(), &name).await? {
        Some(policy) => Ok(vec![(name, policy)]),
        None => Err(Error::new(Kind::NotFound, format!("looking for the policy of namespace {name}"))
            .because("it has none")
            .hint("eventodb-admin policy set --archive-after 90d --store s3://bucket/prefix gives it one")),
    }
}

fn show(context: &Context, forecasts: &[Forecast], all: bool) -> Result<()> {
    let ui = &context.ui;
    match (ui.output(), forecasts) {
        (OutputFormat::Json, [one]) if !all => return ui.object(&ForecastRecord::from(one)),
        (OutputFormat::Json, all) => return ui.list(all.iter().map(ForecastRecord::from)),
        (OutputFormat::Csv, all) => return ui.list(all.iter().flat_map(|it| nights(it, |_, _| true))),
        (OutputFormat::Table, _) => {}
    }
    // Those in which something happens, the end of each week, and the last one.
    let is_shown =
        |at: usize, it: &Forecast| it.nights[at].is_busy() || (at + 1).is_multiple_of(7) || at + 1 == it.nights.len();
    ui.list(forecasts.iter().flat_map(|it| nights(it, is_shown)))?;
    let months: Vec<_> = forecasts.iter().flat_map(months).collect();
    if !months.is_empty() {
        ui.list(months)?;
    }
    for it in forecasts {
        tell(context, it);
    }
    ui.note("a forecast: nothing has changed");
    Ok(())
}

fn nights(it: &Forecast, is_shown: impl Fn(usize, &Forecast) -> bool) -> Vec<NightRecord> {
    let shown = it.nights.iter().enumerate().filter(|(at, _)| is_shown(*at, it));
    shown
        .map(|(_, night)| NightRecord {
            namespace: it.namespace.clone(),
            date: night.date,
            archived: night.archived,
            released: night.released,
            for_space: night.for_space,
            compressed: night.compressed,
            expired: night.expired,
            database_bytes: night.database_bytes,
            store_bytes: night.store_bytes,
            disk_free_bytes: night.disk_free_bytes,
            aim_missed_bytes: night.aim_missed_bytes,
        })
        .collect()
}

fn months(it: &Forecast) -> Vec<MonthRecord> {
    let currency = it.currency.as_ref().map(|currency| format!(" {currency}")).unwrap_or_default();
    // What costs less than one of it shows how little.
    let money = |sum: f64| {
        let digits = if sum < 1.0 { 4 } else { 2 };
        format!("{sum:.digits$}{currency}")
    };
    let all = it.months.iter();
    all.map(|month| MonthRecord {
        namespace: it.namespace.clone(),
        month: month.month.clone(),
        storage: money(month.storage),
        requests: money(month.requests),
        total: money(month.total),
    })
    .collect()
}

/// What the forecast is made from, and what it comes to.
fn tell(context: &Context, it: &Forecast) {
    let ui = &context.ui;
    let name = &it.namespace;
    #[allow(clippy::cast_possible_truncation)] // for people
    let bytes = |n: f64| human::bytes(n as i64);
    let Forecast { growth, compression, archiving, .. } = it;
    let spread = match growth.intervals {
        0 => "no chunk interval has ended yet".to_owned(),
        n => format!(
            "the mean of {}, {} to {}",
            human::plural(n as usize, "chunk interval"),
            bytes(growth.lowest_bytes_per_day),
            bytes(growth.highest_bytes_per_day)
        ),
    };
    let assumed = |is_assumed: bool| if is_assumed { " (assumed: there is none yet)" } else { "" };
    ui.note(&format!(
        "namespace {name}: {} a day ({spread}); compressed chunks are {:.2} of their size{}, archives {:.2}{}",
        bytes(growth.bytes_per_day),
        compression.ratio,
        assumed(compression.is_assumed),
        archiving.ratio,
        assumed(archiving.is_assumed)
    ));
    match (it.disk_full_on, disk(it)) {
        (Some(day), _) => ui.warn(&format!("namespace {name}: the disk is full on {day}")),
        (None, Some(disk)) => ui.note(&format!(
            "namespace {name}: the disk is not full by then; {} of {} are free now",
            human::bytes(disk.free_bytes),
            human::bytes(i64::try_from(disk.size_bytes).unwrap_or(i64::MAX))
        )),
        (None, None) => ui.note(&format!(
            "namespace {name}: the disk cannot be seen from here; --disk-size 500G tells when it is full"
        )),
    }
    if let Some(day) = it.aim_missed_on {
        ui.warn(&format!("namespace {name}: the night of {day} is the first that misses an aim by space"));
    }
}

fn disk(it: &Forecast) -> Option<DiskSpace> {
    it.disk_size_bytes.zip(it.disk_free_bytes).map(|(size_bytes, free_bytes)| DiskSpace { size_bytes, free_bytes })
}
