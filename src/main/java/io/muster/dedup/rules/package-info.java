/**
 * The rules of identity, each written once: which contact a record matches ({@link io.muster.dedup.rules.Match}), what
 * a contact becomes ({@link io.muster.dedup.rules.Change}), and who owns a key
 * ({@link io.muster.dedup.rules.Ownership}). Bulk imports, single edits, merges and the re-key use them; they know
 * neither a database nor a file.
 */
@NullMarked
package io.muster.dedup.rules;

import org.jspecify.annotations.NullMarked;
