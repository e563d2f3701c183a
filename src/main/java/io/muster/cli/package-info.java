/**
 * The command line: one small class per command, and the frame that gives them arguments, output, errors and beans.
 * Its entry point is {@link io.muster.cli.Cli}; being the front it may use everything below.
 */
@NullMarked
package io.muster.cli;

import org.jspecify.annotations.NullMarked;
