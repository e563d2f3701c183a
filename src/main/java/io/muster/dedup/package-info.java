/**
 * Identity resolution: rules, the keys they make of a contact's values, matching, and merging of duplicates.
 * It uses {@code load} to write and {@code directory} for the domain.
 */
@NullMarked
package io.muster.dedup;

import org.jspecify.annotations.NullMarked;
