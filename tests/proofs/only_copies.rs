//! Nothing is deleted that could be the only copy of a message.
