/**
 * The files of snapshots and the changes on top of them: tables of contacts, definitions of projects, manifests, the change
 * feed. Its entry points are {@link io.muster.snapshot.format.SnapshotFolder}, which writes and reads the published tree,
 * and {@link io.muster.snapshot.format.LiveTable}; it reads no database. docs/snapshots.md describes the files.
 */
@NullMarked
package io.muster.snapshot.format;

import org.jspecify.annotations.NullMarked;
