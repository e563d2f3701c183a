package io.muster.jobs.rebuild;

/** What a rebuild covers. */
public enum RebuildKind {
    /** All segments of a directory over all contacts. */
    FULL,
    /** All segments, over the contacts that changed since the last rebuild where that gives the same. */
    INCREMENTAL,
    /** Named segments over all contacts. */
    ALONE
}
