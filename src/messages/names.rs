//! What a stream's name says, as the SQL functions of the same names have it, bit for bit.

use md5::{Digest, Md5};

use crate::db::queries::messages::ConsumerGroup;

/// What stands before the first `-`; all of it where there is none.
///
/// ```
/// # use eventodb_admin::messages::names::category;
/// assert_eq!(category("account:command-1-2"), "account:command");
/// ```
pub fn category(stream: &str) -> &str {
    stream.split_once('-').map_or(stream, |(category, _)| category)
}

/// What stands behind the first `-`; `None` for a category.
pub fn id(stream: &str) -> Option<&str> {
    stream.split_once('-').map(|(_, id)| id)
}

/// The id up to its first `+`: streams that share it go to the same member of a consumer group.
///
/// ```
/// # use eventodb_admin::messages::names::cardinal_id;
/// assert_eq!(cardinal_id("account-1+2"), Some("1"));
/// assert_eq!(cardinal_id("account"), None);
/// ```
pub fn cardinal_id(stream: &str) -> Option<&str> {
    id(stream).map(|id| id.split_once('+').map_or(id, |(cardinal, _)| cardinal))
}

/// Whether a name has no id, and so no `-`.
pub fn is_category(stream: &str) -> bool {
    !stream.contains('-')
}

/// The first half of the MD5 of a text's UTF-8, signed. The server agrees where its database is UTF-8.
///
/// ```
/// # use eventodb_admin::messages::names::hash_64;
/// assert_eq!(hash_64("account"), -2132379389342958165);
/// ```
pub fn hash_64(text: &str) -> i64 {
    hash_64_of(text.as_bytes())
}

fn hash_64_of(bytes: &[u8]) -> i64 {
    let digest = u128::from_be_bytes(Md5::digest(bytes).into());
    // Its first half, as the bits of a bigint.
    ((digest >> 64) as u64).cast_signed()
}

/// The member, from 0, of a group of `size` that reads a stream; `None` for a category, which none reads, and for no group.
pub fn member_of(stream: &str, size: i64) -> Option<i64> {
    let member = member_in(stream.as_bytes(), u64::try_from(size).ok()?)?;
    i64::try_from(member).ok()
}

/// Whether a member reads a stream whose name comes as bytes.
pub(super) fn is_member(group: ConsumerGroup, stream: &[u8]) -> bool {
    member_in(stream, group.size.unsigned_abs()) == Some(group.member.unsigned_abs())
}

fn member_in(stream: &[u8], size: u64) -> Option<u64> {
    let dash = memchr::memchr(b'-', stream)?;
    let cardinal_id = stream[dash + 1..].split(|b| *b == b'+').next().unwrap_or_default();
    hash_64_of(cardinal_id).unsigned_abs().checked_rem(size)
}
