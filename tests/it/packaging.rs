//! What is shipped to be installed: that it is well formed, and says only what the program understands.

use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Parser;
use eventodb_admin::cli::{Cli, Command as Verb, LifecycleVerb, RunLifecycle, Serve};
use serde_json::Value;

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The first document of a file.
fn yaml(name: &str) -> Value {
    let text = read(name);
    let first = text.split("\n---\n").next().unwrap();
    serde_saphyr::from_str(first).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The pods that are shipped.
fn pods() -> [(&'static str, Value); 2] {
    let job = yaml("kubernetes/cronjob.yaml");
    let deployment = yaml("kubernetes/serve.yaml");
    [
        ("cronjob", job["spec"]["jobTemplate"]["spec"]["template"]["spec"].clone()),
        ("serve", deployment["spec"]["template"]["spec"].clone()),
    ]
}

/// The server that a command line is.
fn server<'a>(words: impl IntoIterator<Item = &'a str>) -> Serve {
    let words: Vec<_> = words.into_iter().collect();
    match Cli::try_parse_from(&words).unwrap_or_else(|e| panic!("{words:?}: {e}")).command {
        Verb::Serve(args) => args,
        other => panic!("{words:?} is {other:?}"),
    }
}

/// The run that a command line is, by the program's own parser.
fn lifecycle_run<'a>(words: impl IntoIterator<Item = &'a str>) -> RunLifecycle {
    let words: Vec<_> = words.into_iter().collect();
    let cli = Cli::try_parse_from(&words).unwrap_or_else(|e| panic!("{words:?}: {e}"));
    match cli.command {
        Verb::Lifecycle { verb: LifecycleVerb::Run(args) } => args,
        other => panic!("{words:?} is {other:?}"),
    }
}

fn assert_nightly(args: &RunLifecycle) {
    assert!(args.all_namespaces && args.max_duration.is_some(), "{args:?}");
}

/// A unit file, strictly: sections, then `Name=value`; each name in its section.
fn unit(text: &str) -> Vec<(String, String, String)> {
    let (mut section, mut all) = (String::new(), Vec::new());
    for line in text.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[') {
            name.strip_suffix(']').expect("a section's name ends").clone_into(&mut section);
            continue;
        }
        let (name, value) = line.split_once('=').unwrap_or_else(|| panic!("{line:?} is no setting"));
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric());
        // Of a set of capabilities nothing is a value, too: none.
        let is_value = !value.is_empty() || ["CapabilityBoundingSet", "AmbientCapabilities"].contains(&name);
        assert!(is_name && !section.is_empty() && is_value && !line.ends_with('\\'), "{line:?}");
        all.push((section.clone(), name.to_owned(), value.to_owned()));
    }
    all
}

fn value<'a>(unit: &'a [(String, String, String)], section: &str, name: &str) -> &'a str {
    let mut found = unit.iter().filter(|(s, n, _)| s == section && n == name);
    let (_, _, value) = found.next().unwrap_or_else(|| panic!("no {name} in [{section}]"));
    assert!(found.next().is_none(), "{name} is there twice");
    value
}

#[test]
fn the_systemd_service_runs_what_the_program_understands() {
    let service = unit(&read("systemd/eventodb-nightly.service"));
    assert!(service.iter().all(|(s, ..)| ["Unit", "Service"].contains(&s.as_str())), "{service:?}");
    assert_eq!(value(&service, "Service", "Type"), "oneshot");
    let args = lifecycle_run(value(&service, "Service", "ExecStart").split(' '));
    assert_nightly(&args);
    let folder = args.metrics_file.unwrap().parent().unwrap().display().to_string();
    let state = value(&service, "Service", "StateDirectory");
    assert_eq!(folder, format!("%S/{state}"), "it may write its metrics");
    assert!(service.iter().all(|(_, key, _)| key != "SuccessExitStatus"), "a night that was busy is seen");
}

#[test]
fn the_servers_service_tells_when_it_is_ready_and_has_its_password_from_the_manager() {
    let service = unit(&read("systemd/eventodb-serve.service"));
    assert_eq!(value(&service, "Service", "Type"), "notify");
    let args = server(value(&service, "Service", "ExecStart").split(' '));
    assert!(value(&service, "Service", "LoadCredential").starts_with("password:"));
    assert_eq!(args.password_file.unwrap(), Path::new("%d/password"));
    let grace = value(&service, "Service", "TimeoutStopSec").trim_end_matches('s').parse::<u64>().unwrap();
    assert!(grace > 32, "statements that run get their 30 s");
}

#[test]
fn the_servers_deployment_is_asked_where_it_listens() {
    let deployment = yaml("kubernetes/serve.yaml");
    assert_eq!((&deployment["apiVersion"], &deployment["kind"]), (&"apps/v1".into(), &"Deployment".into()));
    let text = read("kubernetes/serve.yaml");
    let service: Value = serde_saphyr::from_str(text.split("\n---\n").nth(1).unwrap()).unwrap();
    assert_eq!(service["spec"]["selector"], deployment["spec"]["template"]["metadata"]["labels"]);
    let [_, (_, pod)] = pods();
    let container = &pod["containers"][0];
    let args = container["args"].as_array().unwrap().iter().map(|a| a.as_str().expect("a string"));
    let args = server(["eventodb-admin"].into_iter().chain(args));
    assert!(args.tls_cert.is_some() && args.password_file.is_some(), "{args:?}");
    let ports = container["ports"].as_array().unwrap();
    let port = |name: &str| ports.iter().find(|p| p["name"] == name).unwrap()["containerPort"].to_string();
    assert!(args.metrics.unwrap().ends_with(&port("metrics")));
    assert_eq!(service["spec"]["ports"][0]["port"].to_string(), port("postgres"));
    for (probe, path) in [("livenessProbe", "/live"), ("readinessProbe", "/ready")] {
        assert_eq!(
            (&container[probe]["httpGet"]["path"], &container[probe]["httpGet"]["port"]),
            (&path.into(), &"metrics".into())
        );
    }
    assert!(pod["terminationGracePeriodSeconds"].as_u64().unwrap() > 32, "statements that run get their 30 s");
}

#[test]
fn the_systemd_timer_comes_each_night() {
    let timer = unit(&read("systemd/eventodb-nightly.timer"));
    assert_eq!(value(&timer, "Install", "WantedBy"), "timers.target");
    assert_eq!(value(&timer, "Timer", "Persistent"), "true");
    assert!(value(&timer, "Timer", "OnCalendar").starts_with("*-*-* "));
}

#[test]
fn systemd_itself_finds_nothing_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let names = ["eventodb-nightly.service", "eventodb-nightly.timer", "eventodb-serve.service"];
    for name in names {
        // The program is not installed where the tests run.
        let binary = env!("CARGO_BIN_EXE_eventodb-admin");
        let text = read(&format!("systemd/{name}")).replace("/usr/local/bin/eventodb-admin", binary);
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    let units = names.map(|n| dir.path().join(n));
    let verified = Command::new("systemd-analyze").args(["verify", "--man=no"]).args(units).output();
    let Ok(out) = verified else {
        eprintln!("NOT TESTED HERE: systemd-analyze verify; it is not installed");
        return;
    };
    let stderr = String::from_utf8_lossy(&out.stderr);
    // It looks at the machine's own units as well.
    assert!(!stderr.contains("eventodb-"), "{stderr}");
}

#[test]
fn the_systemd_services_are_exposed_as_little_as_can_be() {
    for name in ["eventodb-nightly.service", "eventodb-serve.service"] {
        assert_hardened(&format!("systemd/{name}"));
    }
}

fn assert_hardened(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging").join(name);
    // The threshold is ten times the figure that it prints: 2.0 at most.
    let looked = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--threshold=20", "--no-pager"])
        .arg(path)
        .output();
    match looked {
        Ok(out) => assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout)),
        Err(_) => eprintln!("NOT TESTED HERE: systemd-analyze security; it is not installed"),
    }
    let service = unit(&read(name));
    for (name, expected) in
        [("UMask", "0077"), ("LimitCORE", "0"), ("NoNewPrivileges", "yes"), ("ProtectSystem", "strict")]
    {
        assert_eq!(value(&service, "Service", name), expected);
    }
    assert!(value(&service, "Service", "MemoryMax").ends_with('G'), "what it takes is bounded");
}

#[test]
fn the_kubernetes_pods_have_no_right_that_they_do_not_need() {
    for (name, pod) in pods() {
        eprintln!("{name}");
        assert_bare(&pod);
    }
}

fn assert_bare(pod: &Value) {
    assert_eq!(pod["automountServiceAccountToken"], false);
    assert_eq!(pod["securityContext"]["seccompProfile"]["type"], "RuntimeDefault");
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    let container = &pod["containers"][0];
    assert_eq!(container["securityContext"]["capabilities"]["drop"], serde_json::json!(["ALL"]));
    for (name, expected) in
        [("allowPrivilegeEscalation", false), ("privileged", false), ("readOnlyRootFilesystem", true)]
    {
        assert_eq!(container["securityContext"][name], expected, "{name}");
    }
    assert!(container["resources"]["limits"]["memory"].is_string(), "what it takes is bounded");
    assert!(container.get("envFrom").is_none(), "secrets are files: an environment is seen by more");
    // Everything that the program writes to has a place, since its own file system is read-only.
    let mounts: Vec<_> = container["volumeMounts"].as_array().unwrap().iter().collect();
    let variable = |name: &str| {
        let found = container["env"].as_array().unwrap().iter().find(|v| v["name"] == name);
        found.unwrap_or_else(|| panic!("no {name}"))["value"].as_str().unwrap().to_owned()
    };
    for (name, is_written) in [
        ("TMPDIR", true),
        ("EVENTODB_CACHE_DIR", true),
        ("EVENTODB_CONFIG", false),
        ("AWS_SHARED_CREDENTIALS_FILE", false),
    ] {
        let path = variable(name);
        let mount = mounts.iter().find(|m| path.starts_with(m["mountPath"].as_str().unwrap()));
        let mount = mount.unwrap_or_else(|| panic!("{name}: nothing is mounted at {path}"));
        assert_eq!(mount.get("readOnly").is_none(), is_written, "{name}");
    }
}

#[test]
fn the_kubernetes_job_runs_what_the_program_understands() {
    let job = yaml("kubernetes/cronjob.yaml");
    assert_eq!((&job["apiVersion"], &job["kind"]), (&"batch/v1".into(), &"CronJob".into()));
    assert_eq!(job["spec"]["concurrencyPolicy"], "Forbid");
    assert_schedule(job["spec"]["schedule"].as_str().unwrap());
    let [(_, pod), _] = pods();
    assert_eq!(pod["restartPolicy"], "Never");
    let args = pod["containers"][0]["args"].as_array().unwrap().iter().map(|a| a.as_str().expect("a string"));
    let args = lifecycle_run(["eventodb-admin"].into_iter().chain(args));
    assert_nightly(&args);
    let deadline = job["spec"]["jobTemplate"]["spec"]["activeDeadlineSeconds"].as_u64().unwrap();
    let grace = pod["terminationGracePeriodSeconds"].as_u64().unwrap();
    assert!(deadline >= args.max_duration.unwrap().as_secs() + grace, "it is ended by its own budget first");
}

#[test]
fn what_is_shipped_has_the_version_of_the_program() {
    let version = env!("CARGO_PKG_VERSION");
    for (name, pod) in pods() {
        assert_eq!(pod["containers"][0]["image"], format!("eventodb-admin:{version}"), "{name}");
    }
    let changelog = Path::new(env!("CARGO_MANIFEST_DIR")).join("CHANGELOG.md");
    let text = std::fs::read_to_string(changelog).unwrap();
    let heading = format!("## {version} ");
    assert!(text.lines().any(|l| l.starts_with(&heading)), "CHANGELOG.md has no heading for {version}");
}

/// Five fields, each a number in its bounds or `*`.
fn assert_schedule(text: &str) {
    let fields: Vec<_> = text.split_whitespace().collect();
    assert_eq!(fields.len(), 5, "{text}");
    for (field, last) in fields.iter().zip([59, 23, 31, 12, 7]) {
        assert!(*field == "*" || field.parse::<u32>().is_ok_and(|n| n <= last), "{text}");
    }
}

#[test]
fn the_cron_line_runs_what_the_program_understands() {
    let text = read("cron/eventodb-admin");
    let lines: Vec<_> = text.lines().filter(|l| !l.starts_with('#') && !l.is_empty()).collect();
    let (jobs, settings): (Vec<_>, Vec<_>) =
        lines.into_iter().partition(|l| l.starts_with(|c: char| c.is_ascii_digit()));
    assert!(
        settings.iter().all(|l| l.split_once('=').is_some_and(|(n, v)| !n.contains(' ') && !v.is_empty())),
        "{settings:?}"
    );
    let [job] = jobs[..] else { panic!("one job: {jobs:?}") };
    assert!(!job.contains('%'), "cron makes a new line of a percent sign");
    let words: Vec<_> = job.split_whitespace().collect();
    assert_schedule(&words[..5].join(" "));
    let command: Vec<_> = words[6..].iter().copied().take_while(|w| !w.starts_with('>')).collect();
    assert_nightly(&lifecycle_run(command));
}

#[test]
fn alert_rules_ask_for_metrics_that_are_written() {
    let rules = yaml("prometheus/eventodb-admin.rules.yml");
    let written = eventodb_admin::lifecycle::render_metrics(&[]);
    let names: Vec<_> =
        written.lines().filter_map(|l| l.strip_prefix("# TYPE ")).filter_map(|l| l.split(' ').next()).collect();
    let mut asked = Vec::new();
    for rule in rules["groups"].as_array().unwrap().iter().flat_map(|g| g["rules"].as_array().unwrap()) {
        let expr = rule["expr"].as_str().unwrap();
        assert!(rule["alert"].is_string() && rule["labels"]["severity"].is_string(), "{rule}");
        assert!(rule["annotations"]["summary"].is_string(), "{rule}");
        assert_eq!(expr.matches('(').count(), expr.matches(')').count(), "{expr}");
        for word in expr.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|w| w.starts_with("eventodb_"))
        {
            assert!(names.contains(&word), "{word} is not written");
            asked.push(word.to_owned());
        }
    }
    for needed in [
        "last_success_timestamp_seconds",
        "last_run_failures",
        "oldest_unarchived_chunk_timestamp_seconds",
        "last_run_exit_code",
        "policy_set_timestamp_seconds",
        "last_good_drill_timestamp_seconds",
        "last_drill_failed_archives",
        "space_aim_missed_bytes",
    ] {
        assert!(asked.iter().any(|a| a.ends_with(needed)), "no rule on {needed}");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/prometheus/eventodb-admin.rules.yml");
    match Command::new("promtool").args(["check", "rules"]).arg(path).output() {
        Ok(out) => assert!(out.status.success(), "{out:?}"),
        Err(_) => eprintln!("NOT TESTED HERE: promtool check rules; it is not installed"),
    }
}

#[test]
fn an_aim_by_space_that_is_missed_rings_the_same_night_until_it_is_reached() {
    let dir = tempfile::tempdir().unwrap();
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/prometheus/eventodb-admin.rules.yml");
    let test = format!(
        "rule_files: ['{}']
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - series: 'eventodb_admin_space_aim_missed_bytes{{namespace=\"flights\"}}'
        values: '0 1048576 0'
    alert_rule_test:
      - {{eval_time: 0m, alertname: EventodbSpaceAimMissed}}
      - eval_time: 1m
        alertname: EventodbSpaceAimMissed
        exp_alerts:
          - exp_labels: {{severity: warning, namespace: flights}}
            exp_annotations:
              summary: 'namespace flights: 1MiB over the room that its policy leaves'
              description: 'eventodb-admin -n flights policy show tells why (last_error); policy plan when the disk is full'
      - {{eval_time: 2m, alertname: EventodbSpaceAimMissed}}
",
        rules.display()
    );
    let path = dir.path().join("test.yml");
    std::fs::write(&path, test).unwrap();
    match Command::new("promtool").args(["test", "rules"]).arg(path).output() {
        Ok(out) => assert!(out.status.success(), "{out:?}"),
        Err(_) => eprintln!("NOT TESTED HERE: promtool test rules; it is not installed"),
    }
}

fn walk(folder: &Path, below: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, below, found)
        } else {
            found.push(path.strip_prefix(below).unwrap().display().to_string())
        }
    }
}

#[test]
fn one_command_installs_program_pages_and_completions() {
    let dir = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bin/install");
    let out = Command::new(script)
        .args(["--prefix", "/opt/eventodb", "--binary", env!("CARGO_BIN_EXE_eventodb-admin")])
        .env("DESTDIR", dir.path())
        .output()
        .unwrap();
    assert!(out.status.success(), "{out:?}");
    let prefix = dir.path().join("opt/eventodb");
    let mut found = Vec::new();
    walk(&prefix, &prefix, &mut found);
    for file in [
        "bin/eventodb-admin",
        "share/man/man1/eventodb-admin.1",
        "share/man/man1/eventodb-admin-lifecycle-run.1",
        "share/bash-completion/completions/eventodb-admin",
        "share/zsh/site-functions/_eventodb-admin",
        "share/fish/vendor_completions.d/eventodb-admin.fish",
    ] {
        assert!(found.iter().any(|f| f == file), "no {file} in {found:?}");
    }
    assert_eq!(String::from_utf8(out.stdout).unwrap().lines().count(), found.len(), "it tells all that it installs");
    let program = prefix.join("bin/eventodb-admin");
    let printed = Command::new(&program).args(["completions", "bash"]).output().unwrap();
    let installed = std::fs::read(prefix.join("share/bash-completion/completions/eventodb-admin")).unwrap();
    assert!(printed.status.success() && installed == printed.stdout, "{printed:?}");
    let version = Command::new(program).arg("version").output().unwrap();
    assert!(version.status.success(), "{version:?}");
}
