/**
 * Versions of segments' members: how a rebuild writes one block by block, how readers are switched to it, held back and
 * put back, and what is cleaned up afterwards. Nothing here decides when; {@code jobs.rebuild} and people do.
 */
@NullMarked
package io.muster.segment.publish;

import org.jspecify.annotations.NullMarked;
