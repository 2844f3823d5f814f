//! The two texts a connection is given as: a URL, or `key=value` pairs. libpq's grammar.
//!
//! A password with an unescaped `@`, `/` or `:` ends up in other parts, so no part of the text is ever quoted in an
//! error unless it cannot hold a piece of one.

use percent_encoding::percent_decode_str;

use super::params::{DOING, Params, UnknownParameter};
use crate::error::{Error, Result};

const FORMS: &str = "write postgres://user:password@host:5432/database?sslmode=verify-full or \
                     'host=… port=5432 user=… dbname=…'";
const ESCAPE: &str = "in a URL, write the characters @ : / ? # % & of a user name, password or database as %40 %3A %2F \
                      %3F %23 %25 %26 (or pass the password by PGPASSWORD or ~/.pgpass)";

pub(super) fn text(text: &str) -> Result<Params> {
    if text.contains('\0') {
        return Err(bad("it has a zero byte", ESCAPE));
    }
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://")) {
        url(rest)
    } else if text.split_once("://").is_some_and(|(scheme, _)| scheme.bytes().all(|b| b.is_ascii_alphanumeric())) {
        Err(bad("the scheme is neither postgres:// nor postgresql://", FORMS))
    } else if text.contains('=') {
        pairs(text)
    } else {
        Err(bad("it is neither a URL nor key=value pairs", FORMS))
    }
}

fn bad(what: impl Into<String>, hint: &str) -> Error {
    Error::usage(DOING).because(what.into()).hint(hint)
}

fn url(rest: &str) -> Result<Params> {
    let mut params = Params::default();
    let mut set = |name: &str, value: String| {
        if !value.is_empty() {
            // The names set here are all known.
            let _ = params.set(name, value);
        }
    };
    let rest = match rest.find(['@', '/']) {
        Some(at) if rest[at..].starts_with('@') => {
            let (user, password) = rest[..at].split_once(':').unwrap_or((&rest[..at], ""));
            set("user", decode(user, "user name")?);
            set("password", decode(password, "password")?);
            &rest[at + 1..]
        }
        _ => rest,
    };
    let (main, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (hosts, dbname) = main.split_once('/').unwrap_or((main, ""));
    // What follows the credentials' @ has no other: it would be the rest of a password.
    if main.contains('@') {
        return Err(bad("it has an @ after the host's name", ESCAPE));
    }
    let (hosts, ports) = host_list(hosts)?;
    set("host", hosts);
    set("port", ports);
    set("dbname", decode(dbname, "database name")?);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let Some((name, value)) = pair.split_once('=') else {
            return Err(bad("a parameter after the ? has no value", FORMS));
        };
        let (name, value) = (decode(name, "parameter's name")?, decode(value, "parameter's value")?);
        // The JDBC driver's spelling, which libpq takes too.
        let (name, value) =
            if name == "ssl" && value == "true" { ("sslmode".to_owned(), "require".to_owned()) } else { (name, value) };
        params.set(&name, value).map_err(|UnknownParameter| unknown(&name, query.contains('@')))?;
    }
    Ok(params)
}

/// Host names and ports, each joined with commas as libpq's parameters have them.
fn host_list(text: &str) -> Result<(String, String)> {
    let (mut hosts, mut ports) = (Vec::new(), Vec::new());
    for item in text.split(',') {
        let (host, port) = if let Some(rest) = item.strip_prefix('[') {
            let Some((host, after)) = rest.split_once(']') else {
                return Err(bad("an IPv6 address has no closing ]", FORMS));
            };
            match after.strip_prefix(':') {
                Some(port) => (host, port),
                None if after.is_empty() => (host, ""),
                None => return Err(bad("there is more than a port after an IPv6 address", FORMS)),
            }
        } else {
            item.split_once(':').unwrap_or((item, ""))
        };
        if !port.is_empty() && port.parse::<u16>().map_or(true, |port| port == 0) {
            return Err(bad("a port is not a number from 1 to 65535", ESCAPE));
        }
        hosts.push(decode(host, "host's name")?);
        ports.push(port.to_owned());
    }
    let join = |list: Vec<String>| {
        if list.iter().all(String::is_empty) && list.len() == 1 { String::new() } else { list.join(",") }
    };
    let ports = if ports.iter().all(String::is_empty) { Vec::new() } else { ports };
    Ok((join(hosts), join(ports)))
}

fn decode(text: &str, what: &str) -> Result<String> {
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let code = rest.get(at + 1..at + 3).filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()));
        match code {
            Some("00") => return Err(bad(format!("the {what} has a zero byte"), ESCAPE)),
            Some(_) => rest = &rest[at + 3..],
            None => return Err(bad(format!("the {what} has a % that is not followed by two hex digits"), ESCAPE)),
        }
    }
    match percent_decode_str(text).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(bad(format!("the {what} is not UTF-8"), ESCAPE)),
    }
}

fn unknown(name: &str, hide: bool) -> Error {
    let plain = name.len() <= 40 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let what =
        if plain && !hide { format!("there is no parameter {name}") } else { "a parameter is unknown".to_owned() };
    bad(what, "libpq's parameters are known here (sslmode, sslrootcert, connect_timeout, options, …): check the name")
}

/// `key = value` pairs; a value in single quotes may have spaces, a backslash takes the next character as it is.
fn pairs(text: &str) -> Result<Params> {
    let mut params = Params::default();
    let mut chars = text.chars().peekable();
    loop {
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        if chars.peek().is_none() {
            return Ok(params);
        }
        let mut name = String::new();
        while let Some(c) = chars.next_if(|c| *c != '=' && !c.is_whitespace()) {
            name.push(c);
        }
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        if chars.next() != Some('=') {
            return Err(bad("there is no = after a parameter's name", FORMS));
        }
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        let quoted = chars.next_if_eq(&'\'').is_some();
        let mut value = String::new();
        loop {
            match chars.next() {
                None if quoted => return Err(bad("a quoted value has no closing quote", FORMS)),
                None => break,
                Some('\'') if quoted => break,
                Some(c) if !quoted && c.is_whitespace() => break,
                Some('\\') => value.extend(chars.next()),
                Some('\0') => return Err(bad("a value has a zero byte", FORMS)),
                Some(c) => value.push(c),
            }
        }
        // An unquoted password with a space or = makes odd names: those are not shown.
        params.set(&name, value).map_err(|UnknownParameter| unknown(&name, text.contains("password")))?;
    }
}
