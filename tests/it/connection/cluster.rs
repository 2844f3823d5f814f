//! The private `PostgreSQL` cluster of these tests, with and without TLS.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Weak};

use crate::support::cluster::{PrivateCluster, Spec};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair};

/// What everybody's password is.
pub const PASSWORD: &str = "hunter2-is-secret";

/// The name the server's certificate is made out to, apart from `localhost`.
pub const CERTIFICATE_NAME: &str = "db.example";

const ROLES: &str = "
CREATE ROLE app LOGIN PASSWORD 'hunter2-is-secret';
CREATE ROLE slow LOGIN PASSWORD 'hunter2-is-secret';
ALTER ROLE slow SET statement_timeout = '1ms';
ALTER ROLE slow SET search_path = 'public';
ALTER ROLE slow SET default_transaction_isolation = 'serializable';
ALTER ROLE slow SET \"TimeZone\" = 'Asia/Tokyo';
CREATE ROLE reader LOGIN PASSWORD 'hunter2-is-secret';
ALTER ROLE reader SET default_transaction_read_only = on;
CREATE ROLE tls_only LOGIN PASSWORD 'hunter2-is-secret';
CREATE ROLE plain_only LOGIN PASSWORD 'hunter2-is-secret';
CREATE ROLE with_certificate LOGIN;
REVOKE EXECUTE ON FUNCTION pg_catalog.pg_control_system() FROM PUBLIC;
";

const HBA: &str = "\
local    all  postgres                        trust
local    all  all                             scram-sha-256
hostssl  all  tls_only          127.0.0.1/32  scram-sha-256
host     all  tls_only          127.0.0.1/32  reject
hostnossl all plain_only        127.0.0.1/32  scram-sha-256
host     all  plain_only        127.0.0.1/32  reject
hostssl  all  with_certificate  127.0.0.1/32  cert
host     all  all               127.0.0.1/32  scram-sha-256
host     all  all               ::1/128       scram-sha-256
";

/// Whether the cluster speaks TLS.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    On,
    Off,
}

/// A running cluster.
pub struct Cluster {
    pub port: u16,
    pub sockets: PathBuf,
    /// Client-side files: `ca.pem`, `other-ca.pem`, `client.pem`, `client.key`.
    pub files: tempfile::TempDir,
    _server: PrivateCluster,
}

static WITH_TLS: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());
static WITHOUT_TLS: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());

/// The cluster, started by the first test that needs it and shared while any does.
pub fn cluster(tls: Tls) -> Arc<Cluster> {
    let shared = if tls == Tls::On { &WITH_TLS } else { &WITHOUT_TLS };
    // A start that panicked left nothing behind: the next one tries again.
    let mut shared = shared.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(running) = shared.upgrade() {
        return running;
    }
    let started = Arc::new(Cluster::start(tls));
    *shared = Arc::downgrade(&started);
    started
}

impl Cluster {
    fn start(tls: Tls) -> Self {
        let files = tempfile::tempdir().unwrap();
        let made = certificates(files.path());
        let mut settings = format!("max_connections = 50\nssl = {}\n", if tls == Tls::On { "on" } else { "off" });
        if tls == Tls::On {
            settings.push_str(
                "ssl_cert_file = '../server.pem'\nssl_key_file = '../server.key'\nssl_ca_file = '../ca.pem'\n",
            );
        }
        let spec = Spec {
            name: "eventodb-connection",
            settings: &settings,
            hba: HBA,
            files: &[("server.pem", &made.certificate), ("server.key", &made.key), ("ca.pem", &made.authority)],
        };
        let server = PrivateCluster::start(&binaries(), &spec);
        server.sql(ROLES);
        Self { port: server.port, sockets: PathBuf::from(&server.folder), files, _server: server }
    }

    /// A file of the client's.
    pub fn file(&self, name: &str) -> String {
        self.files.path().join(name).to_str().unwrap().to_owned()
    }
}

/// `PostgreSQL`'s programs: named by the environment, or the newest that Debian's packages installed.
fn binaries() -> PathBuf {
    let version = |bin: &Path| bin.parent()?.file_name()?.to_str()?.parse::<u32>().ok();
    let installed = || {
        let folders = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
        folders.filter_map(|folder| Some(folder.ok()?.path().join("bin"))).max_by_key(|bin| version(bin))
    };
    let named = std::env::var_os("EVENTODB_TEST_PG_BINDIR").filter(|named| !named.is_empty()).map(PathBuf::from);
    named.or_else(installed).filter(|bin| bin.join("initdb").exists()).expect(
        "these tests start a PostgreSQL of their own: install one (Debian: apt-get install postgresql) or set \
         EVENTODB_TEST_PG_BINDIR to the folder with initdb and postgres",
    )
}

/// PEM texts for the server.
struct ServerFiles {
    certificate: String,
    key: String,
    authority: String,
}

/// Makes an authority, a server's and a client's certificate, and an authority that signed neither.
fn certificates(client: &Path) -> ServerFiles {
    let authority = |name: &str| {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    };
    let (ours, other) = (authority("Test authority"), authority("Other authority"));

    let server_key = KeyPair::generate().unwrap();
    let names = vec!["localhost".to_owned(), CERTIFICATE_NAME.to_owned()];
    let mut params = CertificateParams::new(names).unwrap();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let server = params.signed_by(&server_key, &ours).unwrap();

    let client_key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "with_certificate");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let client_certificate = params.signed_by(&client_key, &ours).unwrap();

    for (name, text) in [
        ("ca.pem", ours.pem()),
        ("other-ca.pem", other.pem()),
        ("client.pem", client_certificate.pem()),
        ("client.key", client_key.serialize_pem()),
        ("client-open.key", client_key.serialize_pem()),
    ] {
        use std::os::unix::fs::PermissionsExt;
        let path = client.join(name);
        std::fs::write(&path, text).unwrap();
        let mode = if name == "client-open.key" { 0o644 } else { 0o600 };
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    ServerFiles { certificate: server.pem(), key: server_key.serialize_pem(), authority: ours.pem() }
}
