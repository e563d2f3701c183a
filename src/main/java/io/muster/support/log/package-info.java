/**
 * The form of the log, and what a thread works for in it. The files {@code logback*.xml} name the encoder; work names itself
 * through {@link io.muster.support.log.LogContext}.
 */
@NullMarked
package io.muster.support.log;

import org.jspecify.annotations.NullMarked;
