package io.muster.support.traces;

import io.micrometer.observation.ObservationRegistry;

/** Where spans go. */
public interface Traces extends AutoCloseable {

    /** Makes a span of everything that is observed there. */
    void observe(ObservationRegistry registry);

    /** Sends what was not sent yet, as far as that is possible in some seconds. */
    @Override
    void close();
}
