//! Bringing an archive back changes nothing but messages.
