//! Who is told of runs: the section `[hooks]` of the configuration file.

use super::file::FileSettings;
use super::file_hooks::FileHooks;
use super::layers::Layers;
use crate::cli::values;
use crate::db::conninfo::Secret;
use crate::error::{Error, Result};
use crate::hooks::{DEFAULT_TIMEOUT, Hook, HookAddress, Hooks};

pub(super) fn resolve(layers: &mut Layers) -> Result<Hooks> {
    let mut of = |name: &'static str, text: fn(&FileHooks) -> Option<&Secret>| -> Result<Option<Hook>> {
        read(layers, name, text, Hook::parse)
    };
    let on_start = of("hooks.on_start", |hooks| hooks.on_start.as_ref())?;
    let on_success = of("hooks.on_success", |hooks| hooks.on_success.as_ref())?;
    let on_failure = of("hooks.on_failure", |hooks| hooks.on_failure.as_ref())?;
    let ping = read(layers, "hooks.ping", |hooks| hooks.ping.as_ref(), HookAddress::parse)?;
    let push_metrics = read(layers, "hooks.push_metrics", |hooks| hooks.push_metrics.as_ref(), HookAddress::parse)?;
    let timeout = layers
        .pick("hooks.timeout", None)
        .file_text(|f: &FileSettings| f.hooks.timeout.as_ref(), values::duration)?
        .or_default(DEFAULT_TIMEOUT);
    Ok(Hooks { on_start, on_success, on_failure, ping, push_metrics, timeout: Some(timeout) })
}

fn read<T: std::fmt::Display>(
    layers: &mut Layers,
    name: &'static str,
    text: fn(&FileHooks) -> Option<&Secret>,
    parse: fn(&str) -> Result<T, String>,
) -> Result<Option<T>> {
    let refuse = |e: String| Error::usage(format!("{name} in the configuration file")).because(e);
    let found = layers
        .pick(name, None)
        .file(|f| text(&f.hooks).map(|text| parse(text.reveal())))
        .told_as(|found| found.as_ref().map_or_else(|_| "(cannot be read)".to_owned(), ToString::to_string));
    found.transpose().map_err(refuse)
}
