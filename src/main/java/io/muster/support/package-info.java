/**
 * What every other package may use and what itself uses none of them: public ids, refusals, hashing, small tools.
 * Its entry points are {@link io.muster.support.PublicId} and {@link io.muster.support.Refusal}.
 */
@NullMarked
package io.muster.support;

import org.jspecify.annotations.NullMarked;
