//! How the environment is asked.

/// How the environment is asked; an empty variable counts as none.
pub type Env<'a> = &'a dyn Fn(&str) -> Option<String>;
