//! A certificate's names and dates, where libpq goes further than webpki: a certificate without alternative names is
//! known by its common name.

use rustls::client::verify_server_name;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, Error as TlsError};
use x509_cert::Certificate;
use x509_cert::der::asn1::{PrintableStringRef, TeletexStringRef, Utf8StringRef};
use x509_cert::der::{Any, Decode};
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

/// The object identifier of `commonName`.
const COMMON_NAME: &str = "2.5.4.3";

/// Whether the certificate is made out to `name`.
pub(super) fn check(certificate: &CertificateDer<'_>, name: &ServerName<'_>) -> Result<(), TlsError> {
    let refusal = match verify_server_name(&ParsedCertificate::try_from(certificate)?, name) {
        Ok(()) => return Ok(()),
        Err(e) => e,
    };
    let common_names = common_names(&parse(certificate)?);
    if common_names.iter().any(|pattern| matches(pattern, &name.to_str())) { Ok(()) } else { Err(refusal) }
}

/// Whether the certificate is valid at `now`.
pub(super) fn check_dates(certificate: &CertificateDer<'_>, now: UnixTime) -> Result<(), TlsError> {
    let validity = parse(certificate)?.tbs_certificate.validity;
    if now.as_secs() < validity.not_before.to_unix_duration().as_secs() {
        return Err(CertificateError::NotValidYet.into());
    }
    if now.as_secs() > validity.not_after.to_unix_duration().as_secs() {
        return Err(CertificateError::Expired.into());
    }
    Ok(())
}

fn parse(certificate: &CertificateDer<'_>) -> Result<Certificate, TlsError> {
    Certificate::from_der(certificate).map_err(|_| CertificateError::BadEncoding.into())
}

/// The common names, unless the certificate has alternative names: then only those count.
fn common_names(certificate: &Certificate) -> Vec<String> {
    let names = match certificate.tbs_certificate.get::<SubjectAltName>() {
        Ok(Some((_, names))) => names.0,
        Ok(None) => Vec::new(),
        Err(_) => return Vec::new(),
    };
    if names.iter().any(|name| matches!(name, GeneralName::DnsName(_) | GeneralName::IpAddress(_))) {
        return Vec::new();
    }
    let attributes = certificate.tbs_certificate.subject.0.iter().flat_map(|rdn| rdn.0.iter());
    attributes.filter(|a| a.oid.to_string() == COMMON_NAME).filter_map(|a| text(&a.value)).collect()
}

fn text(value: &Any) -> Option<String> {
    let utf8 = value.decode_as::<Utf8StringRef<'_>>().map(|s| s.as_str().to_owned());
    utf8.or_else(|_| value.decode_as::<PrintableStringRef<'_>>().map(|s| s.as_str().to_owned()))
        .or_else(|_| value.decode_as::<TeletexStringRef<'_>>().map(|s| s.as_str().to_owned()))
        .ok()
}

/// A name without regard to case; `*.` at the front stands for one label.
fn matches(pattern: &str, host: &str) -> bool {
    if pattern.eq_ignore_ascii_case(host) {
        return true;
    }
    match (pattern.strip_prefix("*."), host.split_once('.')) {
        (Some(rest), Some((label, domain))) => !label.is_empty() && rest.eq_ignore_ascii_case(domain),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair};

    use super::*;

    fn certificate(common_name: &str, names: &[&str]) -> CertificateDer<'static> {
        let mut params = CertificateParams::new(names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>()).unwrap();
        params.distinguished_name.push(DnType::CommonName, common_name);
        params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().clone()
    }

    fn fits(certificate: &CertificateDer<'_>, name: &str) -> bool {
        check(certificate, &ServerName::try_from(name).unwrap()).is_ok()
    }

    #[test]
    fn the_common_name_counts_only_where_there_is_no_alternative_name() {
        let by_common_name = certificate("db.example", &[]);
        assert!(fits(&by_common_name, "db.example"));
        assert!(fits(&by_common_name, "DB.example"));
        assert!(!fits(&by_common_name, "other.example"));
        let by_alternative_name = certificate("db.example", &["other.example"]);
        assert!(!fits(&by_alternative_name, "db.example"));
        assert!(fits(&by_alternative_name, "other.example"));
        assert!(!fits(&certificate("db.example", &["10.0.0.1"]), "db.example"));
        assert!(fits(&certificate("10.0.0.1", &[]), "10.0.0.1"));
    }

    #[test]
    fn a_wildcard_stands_for_one_label() {
        let wild = certificate("*.example.org", &[]);
        assert!(fits(&wild, "db.example.org"));
        assert!(!fits(&wild, "a.db.example.org"));
        assert!(!fits(&wild, "example.org"));
    }

    #[test]
    fn a_certificate_counts_only_between_its_dates() {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2021, 1, 1);
        let der = params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().clone();
        let at = |seconds| check_dates(&der, UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds)));
        assert_eq!(at(1_577_000_000), Err(CertificateError::NotValidYet.into()));
        assert_eq!(at(1_590_000_000), Ok(()));
        assert_eq!(at(1_700_000_000), Err(CertificateError::Expired.into()));
    }
}
