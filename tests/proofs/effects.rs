//! Effects are looked at afterwards, and neighbours are told apart.
