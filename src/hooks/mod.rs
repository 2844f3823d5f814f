//! Who is told when a run begins and how it has ended: commands, addresses, a dead man's switch. What becomes of them changes
//! nothing of the run.

mod address;
mod command;
mod event;

use std::fmt;
use std::time::Duration;

use serde_json::Value;

pub use address::HookAddress;
pub use command::HookCommand;

use crate::error::{Error, Result};
pub use event::HookEvent;

/// For so long a hook may take, unless told otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// Somebody who is told of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hook {
    /// A command: the message is its standard input.
    Command(HookCommand),
    /// An address: the message is sent to it.
    Address(HookAddress),
}

impl Hook {
    /// From a setting: what begins with `http://` or `https://` is an address, all else a command for the shell.
    ///
    /// # Errors
    /// Why an address is none, without its text: it may hold a token.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("it is empty".to_owned());
        }
        if text.starts_with("http://") || text.starts_with("https://") {
            return HookAddress::parse(text).map(Self::Address);
        }
        Ok(Self::Command(HookCommand::new(text)))
    }

    async fn tell(&self, event: HookEvent, message: &Value) -> Result<()> {
        match self {
            Self::Command(command) => command.run(event, message).await,
            Self::Address(address) => address.post(message).await,
        }
    }
}

/// As it may be shown: without what may be secret in it.
impl fmt::Display for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(command) => command.fmt(f),
            Self::Address(address) => address.fmt(f),
        }
    }
}

/// Who is told of runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hooks {
    /// When one begins.
    pub on_start: Option<Hook>,
    /// When one has done all that it had to.
    pub on_success: Option<Hook>,
    /// When one has not.
    pub on_failure: Option<Hook>,
    /// A dead man's switch: asked at the end of a run that has succeeded, with `/start` and `/fail` behind it at the others.
    pub ping: Option<HookAddress>,
    /// A gateway that takes a run's metrics where no agent reads files.
    pub push_metrics: Option<HookAddress>,
    /// What each of them may take.
    pub timeout: Option<Duration>,
}

impl Hooks {
    /// Tells whoever is to know. Returns what went wrong with each.
    pub async fn tell(&self, event: HookEvent, message: &Value) -> Vec<Error> {
        let hook = match event {
            HookEvent::Start => &self.on_start,
            HookEvent::Success => &self.on_success,
            HookEvent::Failure => &self.on_failure,
        };
        let timeout = self.timeout.unwrap_or(DEFAULT_TIMEOUT);
        let told = async {
            match hook {
                Some(hook) => within(timeout, hook.tell(event, message)).await,
                None => Ok(()),
            }
        };
        let pinged = async {
            match &self.ping {
                Some(ping) => within(timeout, ping.ping(event)).await,
                None => Ok(()),
            }
        };
        let (told, pinged) = futures::join!(told, pinged);
        let of_hook = told.err().map(|e| e.while_doing(format!("telling the hook on_{event}")));
        let of_ping = pinged.err().map(|e| e.while_doing("pinging the dead man's switch"));
        of_hook.into_iter().chain(of_ping).collect()
    }
}

impl Hooks {
    /// Sends a run's metrics to the gateway, where there is one.
    ///
    /// # Errors
    /// Where it did not take them.
    pub async fn push(&self, metrics: &str) -> Result<()> {
        let Some(gateway) = &self.push_metrics else { return Ok(()) };
        let pushed = within(self.timeout.unwrap_or(DEFAULT_TIMEOUT), gateway.put_metrics(metrics)).await;
        pushed.map_err(|e| e.while_doing("sending the metrics to the gateway"))
    }
}

async fn within(timeout: Duration, work: impl Future<Output = Result<()>>) -> Result<()> {
    match tokio::time::timeout(timeout, work).await {
        Ok(done) => done,
        Err(_) => Err(Error::failed("waiting for it")
            .because(format!("it took longer than {}", humantime::format_duration(timeout)))
            .hint("timeout in the section [hooks] gives it longer")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_an_address_is_one_and_all_else_a_command() {
        assert!(matches!(Hook::parse("https://example.org/x").unwrap(), Hook::Address(_)));
        assert!(matches!(Hook::parse("/usr/bin/page db").unwrap(), Hook::Command(_)));
        assert!(Hook::parse("  ").is_err());
        let refused = Hook::parse("https://").unwrap_err();
        assert!(!refused.is_empty());
    }

    #[test]
    fn neither_the_tokens_of_addresses_nor_those_of_commands_are_shown() {
        for text in ["https://u:hunter2@example.org/hunter2?t=hunter2", "page --token hunter2", "TOKEN=hunter2 page"] {
            let hook = Hook::parse(text).unwrap();
            assert!(!format!("{hook} {hook:?}").contains("hunter2"), "{hook} {hook:?}");
        }
    }

    #[tokio::test]
    async fn a_hook_that_hangs_is_given_up() {
        let hooks = Hooks {
            on_start: Some(Hook::parse("sleep 600").unwrap()),
            timeout: Some(Duration::from_millis(100)),
            ..Hooks::default()
        };
        let failed = hooks.tell(HookEvent::Start, &Value::Null).await;
        assert!(failed.len() == 1 && failed[0].to_string().contains("longer than 100ms"), "{failed:?}");
        assert!(hooks.tell(HookEvent::Success, &Value::Null).await.is_empty(), "nobody is told of it");
    }
}
