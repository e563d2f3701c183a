/**
 * Tokens of programs: what they may do, how they are kept, and the ones a server knows while its database is away.
 * {@link io.muster.access.Tokens} keeps them, {@link io.muster.access.KnownTokens} recognises them.
 */
@NullMarked
package io.muster.access;

import org.jspecify.annotations.NullMarked;
