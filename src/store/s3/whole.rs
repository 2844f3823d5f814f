//! Answers of XML that were cut on their way. The SDK reads as far as it goes, so that half a listing passes for a whole
//! one: here an answer without the end of its root element is an error, which is passing.

use std::fmt;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// What is said of such an answer.
#[derive(Debug)]
pub(super) struct CutShort;

impl fmt::Display for CutShort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer was cut off before its end")
    }
}

impl std::error::Error for CutShort {}

/// Refuses answers without their end.
#[derive(Debug)]
pub(super) struct WholeAnswers;

#[dyn_dispatch_hint]
impl Intercept for WholeAnswers {
    fn name(&self) -> &'static str {
        "whole answers"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        // An object's data is no document, and is not in memory. An error's code counts even where its text was cut.
        match response.body().bytes() {
            Some(body) if response.status().is_success() && !is_whole(body) => Err(CutShort.into()),
            _ => Ok(()),
        }
    }
}

/// Whether `body` is no XML, or a document with its end.
fn is_whole(body: &[u8]) -> bool {
    let body = body.trim_ascii();
    let Some(root) = root(body) else { return !body.starts_with(b"<") };
    match root {
        Root::Empty => true,
        Root::Named(name) => {
            let Some(rest) = body.strip_suffix(b">") else { return false };
            rest.trim_ascii_end().strip_suffix(name).is_some_and(|before| before.ends_with(b"</"))
        }
    }
}

enum Root<'a> {
    /// `<Name/>`.
    Empty,
    Named(&'a [u8]),
}

/// The first element of a document, if it has come so far.
fn root(mut rest: &[u8]) -> Option<Root<'_>> {
    loop {
        rest = rest.trim_ascii_start().strip_prefix(b"<")?;
        let end: &[u8] = match rest {
            [b'?', ..] => b"?>",
            [b'!', b'-', b'-', ..] => b"-->",
            [b'!', ..] => b">",
            _ => break,
        };
        let at = rest.windows(end.len()).position(|w| w == end)?;
        rest = &rest[at + end.len()..];
    }
    let tag = &rest[..rest.iter().position(|&b| b == b'>')?];
    if tag.ends_with(b"/") {
        return Some(Root::Empty);
    }
    let name = tag.iter().position(u8::is_ascii_whitespace).map_or(tag, |at| &tag[..at]);
    Some(Root::Named(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_the_first_element_is_not_taken_for_it() {
        for before in ["<!-- a > b -->", "<!DOCTYPE List>", "<!-- -->\n<!DOCTYPE List>"] {
            assert!(is_whole(format!("{before}<List><Key>a</Key></List>").as_bytes()), "{before}");
            assert!(!is_whole(format!("{before}<List><Key>a</Key>").as_bytes()), "{before}");
        }
    }

    #[test]
    fn a_document_counts_only_with_its_end() {
        let listing = "<?xml version=\"1.0\"?>\n<!-- x --><List xmlns=\"a\"><Key>a</Key><Key>b</Key></List>\n";
        assert!(is_whole(listing.as_bytes()));
        let end = listing.trim_end().len();
        for cut in 1..end {
            assert!(!is_whole(&listing.as_bytes()[..cut]), "{}", &listing[..cut]);
        }
        assert!(is_whole(b"<Empty/>"));
        assert!(is_whole(b"<Spaced>x</Spaced >"));
        // A part's answer has no body; blanks keep a long completion alive.
        assert!(is_whole(b"") && is_whole(b"   ") && is_whole(b"ok"));
        assert!(is_whole(b"   \n<Done>x</Done>"));
        assert!(!is_whole(b"<List><Listing>x</Listing>"));
    }
}
