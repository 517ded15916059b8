//! The only file that asks a time zone for an offset.
