"""The one writer: commits the journal, applies policy changes, compiles snapshots, builds the
index."""
