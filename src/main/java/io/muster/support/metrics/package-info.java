/**
 * What the metrics of servers and evaluators have in common: those of the process, labels that are bounded, gauges with many
 * labels. Each part names and describes its own.
 */
@NullMarked
package io.muster.support.metrics;

import org.jspecify.annotations.NullMarked;
