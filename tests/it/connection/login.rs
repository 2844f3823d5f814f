//! Ways to log in: what is asked for in the wrong way, or by a stranger, is not answered.

use std::net::IpAddr;

use super::cluster::{PASSWORD, Tls, cluster};
use super::rogue::{CLEAR_TEXT, MD5, NOTHING, Question, Rogue, SCRAM, outer_address};
use super::{assert_hint, assert_says, is_encrypted, open, refused};
use eventodb_admin::error::Kind;

const LOOPBACK: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

fn info(rogue: &Rogue, more: &str) -> String {
    let (ip, port) = (rogue.address.ip(), rogue.address.port());
    format!("host={ip} port={port} user=app dbname=d password={PASSWORD} {more}")
}

/// The rogue has asked, and was told nothing.
fn assert_told_nothing(rogue: &Rogue, case: &str) {
    let (asked, heard) = rogue.heard();
    assert!(asked > 0, "{case}: it never asked");
    assert_eq!(heard, "", "{case}");
}

/// An address that counts as another machine's.
#[allow(clippy::print_stderr)]
fn elsewhere() -> Option<IpAddr> {
    let found = outer_address();
    if found.is_none() {
        eprintln!(
            "SKIPPED: this machine has no address but its loopback's, so nothing can be played that is elsewhere"
        );
    }
    found
}

#[tokio::test]
async fn a_stranger_elsewhere_who_asks_for_the_clear_password_does_not_get_it() {
    let Some(ip) = elsewhere() else { return };
    let without_tls = Rogue::start(ip, CLEAR_TEXT, false);
    for more in ["", "sslmode=disable", "sslmode=allow", "sslmode=prefer", "require_auth=!md5"] {
        let error = refused(&info(&without_tls, more)).await;
        assert_eq!(error.kind(), Kind::Failed);
        assert_says(&error, "clear text over a connection that is not encrypted");
        assert_hint(&error, "sslmode=verify-full");
        assert_hint(&error, "require_auth=password");
        assert_told_nothing(&without_tls, more);
    }
    // Anybody can encrypt: it counts only for whom the certificate says that he is.
    let with_tls = Rogue::start(ip, CLEAR_TEXT, true);
    for more in ["", "sslmode=allow", "sslmode=prefer", "sslmode=require"] {
        let error = refused(&info(&with_tls, more)).await;
        assert_says(&error, "clear text");
        assert_hint(&error, "sslmode=verify-full");
        assert_told_nothing(&with_tls, more);
    }
    // The next host may be a stranger's, too.
    let port = with_tls.address.port();
    let hosts =
        format!("host={ip},{ip} port={},{port} user=app dbname=d password={PASSWORD}", without_tls.address.port());
    refused(&hosts).await;
    assert_told_nothing(&without_tls, "several hosts");
}

#[tokio::test]
async fn the_clear_password_goes_to_a_proven_server_to_this_machine_and_where_it_is_asked_for() {
    let heard = async |rogue: &Rogue, more: &str| {
        refused(&info(rogue, more)).await;
        let (asked, heard) = rogue.heard();
        assert!(asked > 0 && heard.contains(PASSWORD), "{more}: {heard:?}");
    };
    heard(&Rogue::start(LOOPBACK, CLEAR_TEXT, false), "").await;
    heard(&Rogue::start(LOOPBACK, CLEAR_TEXT, true), "sslmode=require").await;
    let Some(ip) = elsewhere() else { return };
    for has_tls in [false, true] {
        let rogue = Rogue::start(ip, CLEAR_TEXT, has_tls);
        heard(&rogue, "require_auth=password").await;
        heard(&rogue, "require_auth=scram-sha-256,password").await;
    }
    let proven = Rogue::start(ip, CLEAR_TEXT, true);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("root.pem");
    std::fs::write(&file, proven.authority.as_ref().unwrap()).unwrap();
    heard(&proven, &format!("sslmode=verify-full sslrootcert={}", file.display())).await;
}

#[tokio::test]
async fn a_login_that_require_auth_does_not_have_is_not_answered() {
    let cases: [(Question, &[&str], &str); 4] = [
        (CLEAR_TEXT, &["scram-sha-256", "md5", "none", "!password", "gss,scram-sha-256"], "by password"),
        (MD5, &["scram-sha-256", "password", "!md5,!password", "none"], "by md5"),
        (SCRAM, &["md5,password", "!scram-sha-256", "none"], "by scram-sha-256"),
        (NOTHING, &["scram-sha-256", "!none", "password,md5"], "without asking who we are"),
    ];
    for (question, requirements, says) in cases {
        for has_tls in [false, true] {
            let rogue = Rogue::start(LOOPBACK, question, has_tls);
            for requirement in requirements {
                let error = refused(&info(&rogue, &format!("require_auth={requirement}"))).await;
                assert_eq!(error.kind(), Kind::Failed);
                assert_says(&error, says);
                assert_hint(&error, "require_auth");
                assert_told_nothing(&rogue, requirement);
            }
        }
    }
}

#[tokio::test]
async fn a_channel_binding_that_is_a_must_is_not_given_up_for_any_login() {
    for question in [CLEAR_TEXT, MD5, SCRAM, NOTHING] {
        let rogue = Rogue::start(LOOPBACK, question, false);
        let error = refused(&info(&rogue, "channel_binding=require")).await;
        assert_says(&error, "channel binding");
        assert_hint(&error, "channel_binding=require");
        assert_told_nothing(&rogue, "channel_binding=require");
    }
}

#[tokio::test]
async fn a_server_that_asks_as_required_lets_us_in() {
    let server = cluster(Tls::On);
    for requirement in ["scram-sha-256", "md5,scram-sha-256", "!md5,!password,!none", "gss,sspi,scram-sha-256"] {
        for mode in ["disable", "require"] {
            let more = format!("sslmode={mode} require_auth={requirement}");
            let db = open(&server.info("app", &more)).await.unwrap_or_else(|e| panic!("{more}: {e}"));
            assert_eq!(is_encrypted(&db).await, mode == "require");
        }
    }
    let error = refused(&server.info("app", "require_auth=md5")).await;
    assert_says(&error, "by scram-sha-256");
    // A certificate is no login that is asked for.
    let (cert, key) = (server.file("client.pem"), server.file("client.key"));
    let with_certificate = |requirement: &str| {
        let more = format!("host=127.0.0.1 sslmode=require sslcert={cert} sslkey={key} require_auth={requirement}");
        server.info("with_certificate", &more)
    };
    open(&with_certificate("none")).await.unwrap();
    let error = refused(&with_certificate("scram-sha-256")).await;
    assert_says(&error, "without asking who we are");
}
