/**
 * What a server measures of the work behind it, for Prometheus. {@link io.muster.web.metrics.MetricsConfiguration} lists it.
 */
@NullMarked
package io.muster.web.metrics;

import org.jspecify.annotations.NullMarked;
