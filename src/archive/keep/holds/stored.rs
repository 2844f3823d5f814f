//! Holds in a store: an object each, written once. What lies there is outside data, and what cannot be read binds most of all:
//! nothing goes until somebody has looked at it.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::archive::format::encryption;
use crate::archive::format::manifest::format_version;
use crate::archive::format::object_names::Names;
use crate::db::queries::holds::{Hold, HoldScope};
use crate::error::{Error, Kind, Result};
use crate::failpoint::effect;
use crate::store::{AgeKeys, CannotOpen, ObjectInfo, ObjectKey, Store};

/// Rises when a reader of an older format would go wrong.
const FORMAT_VERSION: u32 = 1;

/// A name of a stream and a note, both at their longest, take less.
const MAX_BYTES: u64 = 64 << 10;

/// A hold as a store has it.
#[derive(Debug, Clone)]
pub struct StoredHold {
    /// The object.
    pub key: ObjectKey,
    /// The hold. Of one that cannot be opened here the stream or category is not known: it is on every stream.
    pub hold: Hold,
    /// Whether it was encrypted to others.
    pub is_closed: bool,
}

/// The object's content.
#[derive(Debug, Serialize, Deserialize)]
struct HoldObject {
    /// [`FORMAT_VERSION`] of the program that wrote it.
    format_version: u32,
    /// Program and version.
    writer: String,
    /// The namespace.
    namespace: String,
    /// The row in the database has it as well.
    hold_id: Uuid,
    /// The case.
    case: String,
    /// From this instant on.
    from: Option<DateTime<Utc>>,
    /// Before this instant.
    to: Option<DateTime<Utc>>,
    /// When it was placed.
    placed_at: DateTime<Utc>,
    /// By whom.
    placed_by: String,
    /// What archives keep to themselves where they are encrypted.
    #[serde(flatten)]
    what: HoldNames,
}

/// In the clear, or as an age file in hex.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum HoldNames {
    /// [`Clear`] in JSON, encrypted.
    Sealed { sealed: String },
    /// As they are.
    Clear(Clear),
}

/// What names somebody.
#[derive(Debug, Serialize, Deserialize)]
struct Clear {
    /// The stream.
    stream: Option<String>,
    /// The category.
    category: Option<String>,
    /// The note.
    note: Option<String>,
}

/// Reads all holds that a store has of a namespace.
///
/// # Errors
/// [`Kind::Conflict`] where one cannot be read, or is not what its name says; it is named.
pub async fn read(store: &Store, namespace: &str) -> Result<Vec<StoredHold>> {
    let mut found = Vec::new();
    let mut objects = store.list(&Names::holds(namespace));
    while let Some(object) = objects.try_next().await? {
        found.extend(read_one(store, namespace, object).await?);
    }
    Ok(found)
}

async fn read_one(store: &Store, namespace: &str, object: ObjectInfo) -> Result<Option<StoredHold>> {
    let key = object.key;
    let odd = |why: String| {
        Error::new(Kind::Conflict, format!("reading the hold {}", store.describe(&key))).because(why).hint(
            "nothing was changed: what cannot be read may hold anything. Look at the object, and find out who has put it there; \
             eventodb-admin holds list shows what the database has",
        )
    };
    if object.size > MAX_BYTES {
        return Err(odd(format!("it has {} bytes, a hold has at most {MAX_BYTES}", object.size)));
    }
    // One that was released since it was listed is gone.
    let Some((bytes, _)) = store.read_if_there(&key, MAX_BYTES).await? else { return Ok(None) };
    let written: HoldObject = match format_version(&bytes) {
        Some(later) if later > FORMAT_VERSION => {
            return Err(Error::new(Kind::Unsupported, format!("reading the hold {}", store.describe(&key)))
                .because(format!("it has format version {later}, this program knows {FORMAT_VERSION}"))
                .hint("use a newer eventodb-admin"));
        }
        _ => serde_json::from_slice(&bytes).map_err(|e| odd(e.to_string()))?,
    };
    let is_its_own = Names::hold(namespace, &written.case, written.hold_id).is_ok_and(|own| own == key);
    if written.namespace != namespace || !is_its_own {
        return Err(odd(format!("it is of case {} of namespace {}", written.case, written.namespace)));
    }
    let (clear, is_closed) = written.what.open(store.age_keys()).map_err(odd)?;
    let scope = HoldScope { stream: clear.stream, category: clear.category, from: written.from, to: written.to };
    let is_sound = (scope.stream.is_none() || scope.category.is_none())
        && scope.from.zip(scope.to).is_none_or(|(from, to)| from < to);
    if !is_sound {
        return Err(odd(format!("it contradicts itself: {scope}")));
    }
    let hold = Hold {
        id: written.hold_id,
        case: written.case,
        scope,
        note: clear.note,
        placed_at: written.placed_at,
        placed_by: written.placed_by,
    };
    Ok(Some(StoredHold { key, hold, is_closed }))
}

impl HoldNames {
    /// As an encrypted archive tells no stream, so does its hold.
    fn of(hold: &Hold, keys: &AgeKeys) -> Result<Self> {
        let scope = hold.scope.clone();
        let clear = Clear { stream: scope.stream, category: scope.category, note: hold.note.clone() };
        if !keys.seals() {
            return Ok(Self::Clear(clear));
        }
        let fail = |e: &dyn std::fmt::Display| Error::failed("encrypting a hold").because(e.to_string());
        let bytes = serde_json::to_vec(&clear).map_err(|e| fail(&e))?;
        Ok(Self::Sealed { sealed: hex::encode(encryption::seal(keys, &bytes).map_err(|e| fail(&e))?) })
    }

    /// What it names, and whether that stays closed to these keys.
    fn open(self, keys: &AgeKeys) -> Result<(Clear, bool), String> {
        let sealed = match self {
            Self::Clear(clear) => return Ok((clear, false)),
            Self::Sealed { sealed } => hex::decode(sealed).map_err(|e| e.to_string())?,
        };
        match encryption::open(keys, &sealed) {
            Ok(bytes) => Ok((serde_json::from_slice(&bytes).map_err(|e| e.to_string())?, false)),
            Err(e) if e.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<CannotOpen>) => {
                Ok((Clear { stream: None, category: None, note: None }, true))
            }
            Err(e) => Err(e.to_string()),
        }
    }
}

/// Writes a hold into a store that does not have it.
pub(super) async fn write(store: &Store, namespace: &str, hold: &Hold) -> Result<()> {
    let key = Names::hold(namespace, &hold.case, hold.id)?;
    let written = HoldObject {
        format_version: FORMAT_VERSION,
        writer: concat!("eventodb-admin ", env!("CARGO_PKG_VERSION")).to_owned(),
        namespace: namespace.to_owned(),
        hold_id: hold.id,
        case: hold.case.clone(),
        from: hold.scope.from,
        to: hold.scope.to,
        placed_at: hold.placed_at,
        placed_by: hold.placed_by.clone(),
        what: HoldNames::of(hold, store.age_keys())?,
    };
    let mut bytes = serde_json::to_vec_pretty(&written).map_err(|e| Error::failed("writing a hold").because(e))?;
    bytes.push(b'\n');
    match effect!("hold.put", store.put(&key, Bytes::from(bytes)).await) {
        // Somebody else was faster.
        Err(e) if e.kind() == Kind::Conflict => Ok(()),
        put => put.map(drop),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> AgeKeys {
        let identity = age::x25519::Identity::generate();
        AgeKeys::new(vec![identity.to_public()], vec![identity])
    }

    fn hold() -> Hold {
        Hold {
            id: Uuid::nil(),
            case: "7".to_owned(),
            scope: HoldScope { stream: Some("customer-7".to_owned()), ..HoldScope::default() },
            note: Some("file 3".to_owned()),
            placed_at: DateTime::UNIX_EPOCH,
            placed_by: "x".to_owned(),
        }
    }

    #[test]
    fn a_stream_is_in_the_clear_only_where_archives_are() {
        let clear = serde_json::to_string(&HoldNames::of(&hold(), &AgeKeys::default()).unwrap()).unwrap();
        assert!(clear.contains("customer-7"), "{clear}");
        let mine = keys();
        let text = serde_json::to_string(&HoldNames::of(&hold(), &mine).unwrap()).unwrap();
        assert!(!text.contains("customer-7") && !text.contains("file 3"), "{text}");
        let read = || serde_json::from_str::<HoldNames>(&text).unwrap();
        let (clear, is_closed) = read().open(&mine).unwrap();
        assert_eq!((clear.stream.as_deref(), clear.note.as_deref()), (Some("customer-7"), Some("file 3")));
        assert!(!is_closed);
        // To a stranger it is on every stream.
        let (clear, is_closed) = read().open(&keys()).unwrap();
        assert!(clear.stream.is_none() && is_closed);
        assert!(HoldNames::Sealed { sealed: "00".to_owned() }.open(&mine).is_err());
        assert!(HoldNames::Sealed { sealed: "no hex".to_owned() }.open(&mine).is_err());
    }

    #[test]
    fn an_object_that_lacks_what_every_hold_has_is_none() {
        let whole = serde_json::json!({
            "format_version": 1, "writer": "w", "namespace": "n", "hold_id": Uuid::nil(), "case": "7", "from": null,
            "to": null, "placed_at": "2026-01-01T00:00:00Z", "placed_by": "x", "stream": null, "category": null, "note": null
        });
        assert!(serde_json::from_value::<HoldObject>(whole.clone()).is_ok());
        for field in ["format_version", "namespace", "hold_id", "case", "placed_at", "placed_by"] {
            let mut less = whole.clone();
            less.as_object_mut().unwrap().remove(field);
            assert!(serde_json::from_value::<HoldObject>(less).is_err(), "{field}");
        }
    }
}
