package io.muster.app;

import org.jspecify.annotations.Nullable;

/**
 * Something that an undo left other than it was before the import.
 *
 * @param contact the contact's id; null for a list
 * @param field what it is: {@code contact} for all of it, a field's key, {@code embedded.NAME}, {@code unsubscribed},
 *     {@code list CG_…}, {@code key FIELDS}, {@code transaction TIME}, {@code touchpoint TIME} or {@code response TIME}
 * @param reason why
 */
public record KeptThing(@Nullable String contact, String field, String reason) {}
