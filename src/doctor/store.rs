//! The store: rights in it, how the bucket is set up, what runs have left in it.

use super::{Check, Verdict, holds, locks, owner, recipients};
use crate::archive::{
    Fate, LackInStore, Leftover, OpenStores, RemovalCheck, STRAY_AFTER, SweptItem, UnknownObject, lacking_objects,
    leftovers,
};
use crate::db::queries::ledger;
use crate::db::{Db, Scope};
use crate::error::Result;
use crate::store::{BucketFacts, Deletes, Known, Lack, Store};

/// Checks the store, and looks for what runs have left in it.
///
/// # Errors
/// Where the session is lost; what the store refuses is a check that failed.
pub async fn store<S: OpenStores>(look: &mut RemovalCheck<'_, S>, store: &Store) -> Result<Vec<Check>> {
    let whose = owner::of_store(look.db, look.scope, store).await?;
    if whose.verdict == Verdict::Fail {
        // Nothing is written to what is another database's, not even a probe.
        return Ok(match store.check().await {
            Ok(()) => vec![Check::ok("store", format!("{} answers", store.url())), whose],
            Err(e) => vec![Check::failed("store", &e)],
        });
    }
    let can_lock = store.locks_objects().await;
    let rights = match (store.prove_rights().await, &can_lock) {
        (Ok(Deletes::Allowed), _) => format!("{} takes, gives back and deletes objects", store.url()),
        // As it should be where archives are locked: somebody else prunes.
        (Ok(Deletes::Refused(_)), Known::Is(true)) => {
            format!("{} takes and gives back objects; this key deletes none", store.url())
        }
        (Ok(Deletes::Refused(e)) | Err(e), _) => return Ok(vec![Check::failed("store", &e)]),
    };
    let mut checks = vec![Check::ok("store", rights), whose];
    if let Some(facts) = store.bucket_facts().await {
        checks.extend(bucket(&facts));
    }
    checks.extend(recipients::of_archives(look, store).await?);
    checks.extend(locks::all(look.db, look.scope, store, &can_lock).await?);
    checks.push(holds::in_store(look.db, look.scope, store).await?);
    checks.push(objects_of_archives(look.db, look.scope, store).await?);
    match leftovers(look, store, STRAY_AFTER).await {
        Ok(found) => checks.extend(left_in_store(&found)),
        Err(e) => checks.push(Check::failed("leftovers in the store", &e)),
    }
    checks.extend(store.lacks().into_iter().filter(|&lack| lack != Lack::ConditionalWrites).map(lacking));
    Ok(checks)
}

/// Whether the objects are there that the ledger counts on: their names are looked at, and the sizes of data.
pub(super) async fn objects_of_archives(db: &Db, scope: &Scope, store: &Store) -> Result<Check> {
    const NAME: &str = "objects of archives";
    let archives = ledger::list(db.client(), scope.namespace()).await?;
    let lacking = match lacking_objects(&archives, scope.namespace(), store).await {
        Ok(lacking) => lacking,
        Err(e) => return Ok(Check::failed(NAME, &e)),
    };
    Ok(match LackInStore::of(&archives, &lacking, &store.url().to_string()) {
        None => Check::ok(NAME, format!("all that the ledger has in {} are there", store.url())),
        Some(lack) => Check { verdict: Verdict::Fail, name: NAME, found: lack.text, fix: Some(lack.hint) },
    })
}

/// What the store was found to lack while its rights were proven.
fn lacking(lack: Lack) -> Check {
    let told = lack.told().to_owned();
    match lack {
        // All else is made up for.
        Lack::FolderSync => {
            Check::warn("what the store lacks", told, "a file system that can, or archives on another machine as well")
        }
        Lack::UploadListing => Check::warn("what the store lacks", told, "look there now and then by other means"),
        _ => Check::ok("what the store lacks", told),
    }
}

fn left_in_store(found: &[Leftover]) -> Vec<Check> {
    let count = |meant: fn(&Leftover) -> bool| found.iter().filter(|l| meant(l)).count();
    let stray = count(|l| matches!(l.what, SweptItem::Upload(_)) && l.fate.goes());
    let running = count(|l| matches!((&l.what, &l.fate), (SweptItem::Upload(_), Fate::TooYoung)));
    let failed = count(|l| matches!(l.what, SweptItem::Object(..)) && l.fate.goes());
    let needed = count(|l| l.fate.may_be_needed());
    let unknown = count(|l| matches!(l.fate, Fate::Unknown(UnknownObject::Described)));
    let headless = count(|l| matches!(l.fate, Fate::Unknown(UnknownObject::Headless)));
    let foreign = count(|l| matches!(l.fate, Fate::Unknown(UnknownObject::Foreign)));
    let odd = count(|l| l.fate.is_of_row());
    let first = found.iter().find_map(|l| match (&l.what, &l.fate) {
        (SweptItem::Row(id, _), Fate::Stays(stays)) => {
            Some(format!("name what they cannot mean; archive {id}: {stays}"))
        }
        _ => None,
    });
    let sweep = "eventodb-admin archives sweep --dry-run lists them; without it they are removed";
    let line = |name, n: usize, text: &str, fix: &str| {
        if n == 0 { Check::ok(name, "none".to_owned()) } else { Check::warn(name, format!("{n} {text}"), fix) }
    };
    let uploads = if stray == 0 && running > 0 {
        Check::ok("stray uploads", format!("none; {running} begun within the last day"))
    } else {
        line("stray uploads", stray, "never ended, and are billed", sweep)
    };
    vec![
        uploads,
        line("objects of failed attempts", failed, "are of no use", sweep),
        line(
            "objects that may be the only copy",
            needed,
            "are of attempts that failed, and some of their messages are neither live nor in an archive that reads back",
            "eventodb-admin archives sync enters what is whole in the ledger, from where it can be brought back; \
             archives sweep --dry-run says why each stays",
        ),
        line(
            "rows that name objects of others",
            odd,
            first.as_deref().unwrap_or("name what they cannot mean"),
            "nothing that they name is removed; find out who has written these rows of eventodb_store.archives",
        ),
        line(
            "objects that the ledger does not know",
            unknown,
            "may be archives of a ledger that was lost",
            "eventodb-admin archives sync",
        ),
        line(
            "objects without a manifest",
            headless,
            "are of runs that never finished, or their manifest is gone; the ledger does not know them",
            "put the manifests back from another store, a version or a backup; archives sync --dry-run names each with its range",
        ),
        line(
            "objects of others",
            foreign,
            "lie among the archives under names that this program gives none",
            "eventodb-admin archives sweep --dry-run lists them; whoever has put them there may take them away",
        ),
    ]
}

fn bucket(facts: &BucketFacts) -> Vec<Check> {
    let mut checks = Vec::new();
    let unknown = |name, why: &str| Check::ok(name, format!("not known: {why}"));
    checks.push(match &facts.versioning {
        Known::Unknown(why) => unknown("versioning", why),
        Known::Is(true) => Check::ok("versioning", "on: an object that is deleted can be brought back".to_owned()),
        Known::Is(false) => Check::warn(
            "versioning",
            "off: an archive that somebody deletes is gone".to_owned(),
            "aws s3api put-bucket-versioning --versioning-configuration Status=Enabled, or a copy in another place",
        ),
    });
    checks.push(match &facts.expiring_rule {
        Known::Unknown(why) => unknown("lifecycle rules", why),
        Known::Is(None) => Check::ok("lifecycle rules", "none deletes archives".to_owned()),
        Known::Is(Some(rule)) => Check {
            verdict: Verdict::Fail,
            name: "lifecycle rules",
            found: format!("rule {rule} deletes objects, archives among them"),
            fix: Some(
                "end the rule, or limit it to another prefix; policy set --expire-archives-after deletes by policy"
                    .to_owned(),
            ),
        },
    });
    checks.push(match &facts.aborts_uploads {
        Known::Unknown(why) => unknown("unfinished uploads", why),
        Known::Is(true) => Check::ok("unfinished uploads", "a rule of the bucket ends them".to_owned()),
        Known::Is(false) => Check::warn(
            "unfinished uploads",
            "no rule of the bucket ends them".to_owned(),
            "a rule AbortIncompleteMultipartUpload of some days, or eventodb-admin archives sweep now and then",
        ),
    });
    checks.push(match &facts.encryption {
        Known::Unknown(why) => unknown("encryption", why),
        Known::Is(Some(algorithm)) => Check::ok("encryption", format!("{algorithm} by default")),
        Known::Is(None) => Check::warn(
            "encryption",
            "the bucket encrypts nothing by itself".to_owned(),
            "--sse AES256 or aws:kms, or a default of the bucket",
        ),
    });
    checks.push(if facts.refuses_overwrites {
        Check::ok("conditional writes", "a name that is taken is not written again".to_owned())
    } else {
        Check::ok("conditional writes", "not kept by this service; names are random and looked for first".to_owned())
    });
    checks
}
