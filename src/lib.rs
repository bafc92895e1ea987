//! Feature flags and experiments decided where the user is.
