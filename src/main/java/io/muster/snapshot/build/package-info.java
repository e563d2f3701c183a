/**
 * Builds snapshots from the database: the table of a directory's contacts at one moment, and the definitions of its projects
 * beside it. What is published is described in {@link io.muster.snapshot.format}.
 */
@NullMarked
package io.muster.snapshot.build;

import org.jspecify.annotations.NullMarked;
