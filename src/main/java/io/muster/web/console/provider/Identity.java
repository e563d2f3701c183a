package io.muster.web.console.provider;

import io.muster.access.ProvidedPerson;
import java.time.Instant;
import java.util.Optional;

/**
 * Who a provider says has signed in.
 *
 * @param proved when the person gave a password there, or another proof; empty where the provider does not say
 */
public record Identity(ProvidedPerson person, Optional<Instant> proved) {}
