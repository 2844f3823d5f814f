//! Stores that lie inside another namespace's folder, or have another namespace's inside their own: what is archived there would
//! be taken for the namespace whose folder it is.

use crate::archive::format::object_names::Names;
use crate::db::queries::{claims, namespaces};
use crate::db::{Db, Scope};
use crate::error::{Error, Kind, Result};
use crate::store::StoreUrl;

/// Refuses a store whose folder for this namespace is, or lies in, one of another namespace of the database; and one where another
/// namespace keeps archives, or is to keep them, inside this one's folder: that one may have come first.
///
/// # Errors
/// [`Kind::Conflict`] where it is so; where the registry cannot be read.
pub async fn refuse_inside(db: &Db, scope: &Scope, url: &StoreUrl) -> Result<()> {
    let names = namespaces::names(db.client()).await?;
    let others = names.iter().map(String::as_str).filter(|name| *name != scope.namespace());
    let other = others.into_iter().find(|other| is_inside(&url.to_string(), scope.namespace(), other));
    let (why, hint) = if let Some(other) = other {
        (
            format!("they would lie in the folder of namespace {other}, and be taken for its own"),
            "name another store: eventodb-admin policy set --store URL",
        )
    } else if let Some(other) = claims::store_inside(db.client(), scope, &url.to_string()).await? {
        (
            format!(
                "namespace {other} keeps archives inside this namespace's folder there, which would be taken for its own"
            ),
            "name another store: eventodb-admin policy set --store URL; or have that namespace's archives moved to one of its own",
        )
    } else {
        return Ok(());
    };
    Err(Error::new(Kind::Conflict, format!("keeping archives of namespace {} in {url}", scope.namespace()))
        .because(why)
        .hint(hint))
}

fn is_inside(url: &str, own: &str, other: &str) -> bool {
    let ours = Names::parts(own).map(|part| format!("{}/{part}", url.trim_end_matches('/')));
    let theirs = Names::parts(other).map(|part| format!("/{part}"));
    ours.iter().any(|ours| theirs.iter().any(|theirs| ours.contains(theirs)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_in_another_namespaces_folder_is_inside_and_one_beside_it_or_named_like_it_is_not() {
        for (url, own) in [
            ("s3://bbb/prod/victim/messages", "shop"),
            ("s3://bbb/prod/victim/messages/2024", "shop"),
            ("file:///a/victim/holds/", "shop"),
            ("s3://bbb/prod/victim", "holds"),
            ("s3://bbb/prod/victim", "messages"),
        ] {
            assert!(is_inside(url, own, "victim"), "{url} {own}");
        }
        for url in ["s3://bbb/victim", "s3://bbb/prod/victim", "s3://bbb/victims/messages", "file:///messages/victim"] {
            assert!(!is_inside(url, "shop", "victim"), "{url}");
        }
    }
}
