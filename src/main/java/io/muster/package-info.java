/** Muster's entry point. It knows the command line and the evaluator, and nothing below them. */
@NullMarked
package io.muster;

import org.jspecify.annotations.NullMarked;
