/**
 * The change feed of directories: what evaluators ask for between two tables, and what they say of themselves.
 * {@link io.muster.snapshot.feed.ChangeFeed} answers them; each carries its own position, so any server answers any evaluator.
 */
@NullMarked
package io.muster.snapshot.feed;

import org.jspecify.annotations.NullMarked;
