/** Muster's entry point. It knows the command line and nothing below it. */
@NullMarked
package io.muster;

import org.jspecify.annotations.NullMarked;
