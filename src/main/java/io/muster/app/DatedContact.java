package io.muster.app;

import io.muster.directory.Contact;
import org.jspecify.annotations.Nullable;

/**
 * A contact with the time at which it opted out of the directory.
 *
 * @param optedOutAt epoch milliseconds; null when it did not, or nobody knows
 */
public record DatedContact(Contact contact, @Nullable Long optedOutAt) {}
