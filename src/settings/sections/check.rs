//! Whether sections make sense, whichever of them is used in the end.

use std::collections::BTreeMap;

use toml::Spanned;

use super::super::bounds::{check_max_parts, check_tags};
use super::{FileStore, Section, StoreSse};
use crate::cli::values;
use crate::error::{Error, Result};
use crate::store::{StoreUrl, check_endpoint};

/// The sections of a file or of a profile in it. `doing` names the file, and `line` the line at which a byte of it lies.
pub(in crate::settings) fn checked(
    stores: BTreeMap<Spanned<String>, FileStore>,
    doing: &str,
    line: impl Fn(usize) -> usize,
) -> Result<Vec<Section>> {
    let mut sections: Vec<Section> = Vec::with_capacity(stores.len());
    let mut stores: Vec<_> = stores.into_iter().map(|(name, store)| (line(name.span().start), name, store)).collect();
    stores.sort_by_key(|(line, ..)| *line);
    for (line, name, store) in stores {
        let refuse = |e: Error| e.while_doing(format!("{doing}, line {line}"));
        let url: StoreUrl = name.get_ref().parse().map_err(refuse)?;
        if let Some(other) = sections.iter().find(|other| other.url == url) {
            let why = format!("{url} has two sections, at the lines {} and {line}", other.line);
            return Err(refuse(Error::usage(why).hint("put their settings into one")));
        }
        let limit_rate = one(&url, &store).map_err(refuse)?;
        sections.push(Section { url, line, store, limit_rate });
    }
    Ok(sections)
}

fn one(url: &StoreUrl, store: &FileStore) -> Result<Option<u64>> {
    let of = |e: Error| e.while_doing(format!("the section of {url}"));
    if let (StoreUrl::File { .. }, [key, ..]) = (url, &store.of_buckets()[..]) {
        return Err(of(Error::usage(*key)
            .because("it is a setting of buckets, and this store is a folder")
            .hint("the section of a folder may hold limit_rate")));
    }
    reach(store).map_err(of)?;
    encryption(store).map_err(of)?;
    check_max_parts(store.s3_max_parts).map_err(of)?;
    check_tags(&store.tag_pairs().unwrap_or_default()).map_err(of)?;
    let rate = store.limit_rate.as_deref().map(values::rate).transpose();
    rate.map_err(|why| of(Error::usage("limit_rate").because(why)))
}

/// Keys come from one place; where an endpoint is named, that place is, too.
fn reach(store: &FileStore) -> Result<()> {
    let sources = [store.names_profile(), store.names_variables(), store.credentials.is_some()];
    if sources.into_iter().filter(|&is_named| is_named).count() > 1 {
        return Err(Error::usage("keys from more than one place").hint(
            "name aws_profile and credentials_file, or access_key_id_env and secret_access_key_env, or credentials, and \
             nothing else",
        ));
    }
    if store.names_variables() && (store.access_key_id_env.is_none() || store.secret_access_key_env.is_none()) {
        return Err(Error::usage("a variable for half of the keys")
            .hint("access_key_id_env and secret_access_key_env are named together"));
    }
    let Some(endpoint) = &store.endpoint else { return Ok(()) };
    check_endpoint(endpoint)?;
    if !sources.contains(&true) {
        return Err(Error::usage("an endpoint without keys")
            .because("keys of the environment go to no endpoint that they were not named with")
            .hint(
                "add aws_profile, credentials_file, or access_key_id_env and secret_access_key_env; or credentials = \
                 \"chain\", where the keys of all stores are meant for this endpoint as well",
            ));
    }
    Ok(())
}

fn encryption(store: &FileStore) -> Result<()> {
    match (store.sse, &store.sse_kms_key_id, &store.sse_c_key_file) {
        (sse, Some(_), None) if sse != Some(StoreSse::Kms) => {
            Err(Error::usage("a key id for encryption").because("it goes with sse = \"aws:kms\" of the same section"))
        }
        (Some(_), _, Some(_)) | (None, Some(_), Some(_)) => {
            Err(Error::usage("a key of SSE-C beside other encryption by the service")
                .because("an object is encrypted by one of them")
                .hint("leave out sse and sse_kms_key_id, or sse_c_key_file"))
        }
        _ => Ok(()),
    }
}
