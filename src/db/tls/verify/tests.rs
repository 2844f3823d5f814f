use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CertifiedIssuer, DnType, IsCa, KeyIdMethod,
    KeyPair, KeyUsagePurpose, RevokedCertParams, SerialNumber, date_time_ymd,
};
use rustls::pki_types::CertificateDer;

use super::*;
use crate::db::conninfo::ConnInfo;

fn settings(more: &str) -> SslSettings {
    let env = |name: &str| (name == "HOME").then(|| "/nonexistent".to_owned());
    ConnInfo::resolve(Some(&format!("host=h user=u {more}")), &env).unwrap().ssl
}

fn check(ssl: &SslSettings, certificate: &CertificateDer<'_>, name: &str) -> Result<(), TlsError> {
    let verifier = CertificateVerifier::new(ssl, &Arc::new(rustls::crypto::ring::default_provider())).unwrap();
    let name = ServerName::try_from(name).unwrap();
    verifier.verify_server_cert(certificate, &[], &name, &[], UnixTime::now()).map(drop)
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.distinguished_name.push(DnType::CommonName, "authority");
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_certificate_that_signed_itself_is_trusted_by_its_own_file() {
    let folder = tempfile::tempdir().unwrap();
    for is_ca in [IsCa::NoCa, IsCa::ExplicitNoCa, IsCa::Ca(BasicConstraints::Unconstrained)] {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = is_ca;
        params.distinguished_name.push(DnType::CommonName, "db.example");
        let own = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        let file = write(folder.path(), "root.pem", &own.pem());
        let ssl = settings(&format!("sslmode=verify-full sslrootcert={file}"));
        assert_eq!(check(&ssl, own.der(), "db.example"), Ok(()));
        assert!(check(&ssl, own.der(), "other.example").is_err());
        let ssl = settings(&format!("sslmode=verify-ca sslrootcert={file}"));
        assert_eq!(check(&ssl, own.der(), "other.example"), Ok(()));
        let other = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        assert!(check(&ssl, other.der(), "db.example").is_err(), "same name, other key");
    }
}

#[test]
fn without_a_root_file_require_takes_any_certificate() {
    let own = CertificateParams::new(Vec::new()).unwrap().self_signed(&KeyPair::generate().unwrap()).unwrap();
    assert_eq!(check(&settings("sslmode=require"), own.der(), "db.example"), Ok(()));
}

#[test]
fn an_expired_certificate_is_refused_in_both_verifying_modes() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority();
    let file = write(folder.path(), "root.pem", &authority.pem());
    let mut params = CertificateParams::new(vec!["db.example".to_owned()]).unwrap();
    params.not_after = date_time_ymd(2021, 1, 1);
    let expired = params.signed_by(&KeyPair::generate().unwrap(), &authority).unwrap();
    for mode in ["verify-ca", "verify-full", "require"] {
        let refusal = check(&settings(&format!("sslmode={mode} sslrootcert={file}")), expired.der(), "db.example");
        assert!(
            matches!(refusal, Err(TlsError::InvalidCertificate(CertificateError::ExpiredContext { .. }))),
            "{mode}: {refusal:?}"
        );
    }
}

#[test]
fn a_revoked_certificate_is_refused_where_a_revocation_list_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority();
    let file = write(folder.path(), "root.pem", &authority.pem());
    let certificate = |serial: u64| {
        let mut params = CertificateParams::new(vec!["db.example".to_owned()]).unwrap();
        params.serial_number = Some(SerialNumber::from(serial));
        params.signed_by(&KeyPair::generate().unwrap(), &authority).unwrap()
    };
    let (good, revoked) = (certificate(7), certificate(8));
    let list = CertificateRevocationListParams {
        this_update: date_time_ymd(2024, 1, 1),
        next_update: date_time_ymd(2999, 1, 1),
        crl_number: SerialNumber::from(1),
        issuing_distribution_point: None,
        revoked_certs: vec![RevokedCertParams {
            serial_number: SerialNumber::from(8),
            revocation_time: date_time_ymd(2024, 1, 1),
            reason_code: None,
            invalidity_date: None,
        }],
        key_identifier_method: KeyIdMethod::Sha256,
    };
    let list = write(folder.path(), "root.crl", &list.signed_by(&authority).unwrap().pem().unwrap());
    let with = settings(&format!("sslmode=verify-full sslrootcert={file} sslcrl={list}"));
    let without = settings(&format!("sslmode=verify-full sslrootcert={file}"));
    assert_eq!(check(&with, good.der(), "db.example"), Ok(()));
    assert_eq!(check(&with, revoked.der(), "db.example"), Err(CertificateError::Revoked.into()));
    assert_eq!(check(&without, revoked.der(), "db.example"), Ok(()));
}
