//! Variables of the environment.

pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
