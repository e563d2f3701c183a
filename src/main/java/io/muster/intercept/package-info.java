/**
 * Projects and their intercepts: what people write, what is in force, and what an intercept may be linked to. Decisions
 * are in {@link io.muster.intercept.decide}, which knows no database.
 */
@NullMarked
package io.muster.intercept;

import org.jspecify.annotations.NullMarked;
