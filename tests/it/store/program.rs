//! How the program is told of a store.

use std::process::Command;

/// What `config show` says of the settings that begin with `s3_`, given these arguments and this file.
fn told(args: &[&str], file: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    let config = dir.path().join("config.toml");
    std::fs::write(&config, file).unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_eventodb-admin"))
        .env_clear()
        .arg("--config")
        .arg(&config)
        .args(["config", "show", "--output", "csv"])
        .args(args)
        .output()
        .unwrap();
    if !run.status.success() {
        return format!("{}: {}", run.status.code().unwrap(), String::from_utf8_lossy(&run.stderr));
    }
    let shown = String::from_utf8(run.stdout).unwrap();
    shown.lines().filter(|line| line.starts_with("s3_")).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_bucket_is_in_the_path_or_in_the_host_name_or_as_the_endpoint_says() {
    let path_style = |args: &[&str], file| told(args, file).split(' ').next().unwrap().to_owned();
    assert_eq!(path_style(&[], ""), "s3_path_style,,default");
    assert_eq!(path_style(&["--s3-path-style"], ""), "s3_path_style,true,flag");
    assert_eq!(path_style(&["--s3-path-style=false"], ""), "s3_path_style,false,flag");
    assert_eq!(path_style(&[], "s3_path_style = false"), "s3_path_style,false,file");
    assert_eq!(path_style(&["--s3-path-style"], "s3_path_style = false"), "s3_path_style,true,flag");
}

#[test]
fn a_bound_on_parts_is_a_number_that_s3_takes() {
    assert!(told(&["--s3-max-parts", "1000"], "").ends_with("s3_max_parts,1000,flag"));
    assert!(told(&[], "s3_max_parts = 1000").ends_with("s3_max_parts,1000,file"));
    for refused in [told(&["--s3-max-parts", "0"], ""), told(&[], "s3_max_parts = 20000")] {
        assert!(refused.starts_with("2: "), "{refused}");
    }
}
