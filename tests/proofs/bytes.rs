//! Memory is bounded in bytes, and sessions are what they seem.
