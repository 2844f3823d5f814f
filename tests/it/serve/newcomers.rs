//! Connections that do not log in: they take little from those who do, are not many, and not open for long.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::cli::Cli;
use super::far_end::{FarEnd, PASSWORD, ask};

fn connections(far_end: &FarEnd, many: usize) -> Vec<TcpStream> {
    (0..many).map(|_| TcpStream::connect(("127.0.0.1", far_end.port)).unwrap()).collect()
}

/// Says who it is, and waits for what it is to prove.
fn begins_to_log_in(mut stream: &TcpStream) {
    let mut message = Vec::from(&[0, 3, 0, 0][..]);
    message.extend(b"user\0eventodb\0database\0archived\0\0");
    let length = u32::try_from(message.len() + 4).unwrap().to_be_bytes();
    stream.write_all(&[&length[..], &message].concat()).unwrap();
    let mut first = [0];
    stream.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"R");
}

#[tokio::test]
async fn very_many_connections_that_say_nothing_are_not_kept_and_others_log_in() {
    let cli = Cli::new();
    let far_end = FarEnd::start(&cli);
    let before = far_end.open_files();
    let silent = connections(&far_end, 600);
    assert_eq!(ask(&far_end.over_loopback("eventodb", PASSWORD).await.unwrap(), "SELECT 7").await.unwrap().len(), 1);
    let begun = Instant::now();
    while far_end.open_files() > before + 70 {
        assert!(begun.elapsed() < Duration::from_secs(5), "{} more files", far_end.open_files() - before);
        std::thread::sleep(Duration::from_millis(20));
    }
    // The last ones are closed as well, in ten seconds.
    let last = silent.last().unwrap();
    last.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut last = last;
    assert_eq!(last.read(&mut [0]).unwrap(), 0);
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    let told = far_end.told();
    assert_eq!(told.matches("it did not log in").count(), 1, "{told}");
}

#[tokio::test]
async fn whoever_does_not_prove_the_password_takes_no_sessions_place() {
    let cli = Cli::new();
    let far_end = FarEnd::start_with(&cli, &["--max-sessions", "2"]);
    let half = connections(&far_end, 20);
    half.iter().for_each(begins_to_log_in);
    let one = far_end.over_loopback("eventodb", PASSWORD).await.unwrap();
    let _other = far_end.over_loopback("eventodb", PASSWORD).await.unwrap();
    assert_eq!(ask(&one, "SELECT 7").await.unwrap().len(), 1);
    let e = far_end.over_loopback("eventodb", PASSWORD).await.expect_err("there is no place");
    assert_eq!(e.code().unwrap().code(), "53300");
    let (_, metrics) = far_end.http("/metrics");
    assert!(metrics.contains("serve_sessions 2\n"), "{metrics}");
}
