/**
 * Records as a file elsewhere: extracted, transformed, written here, and put in its place whole or not at all.
 * {@link io.muster.jobs.fileout.FileOutJob} is its entry point.
 */
@NullMarked
package io.muster.jobs.fileout;

import org.jspecify.annotations.NullMarked;
