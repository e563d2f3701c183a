package io.muster.directory;

import org.jspecify.annotations.Nullable;

/**
 * Anything whose contact values can be asked for; blank values are null, never empty. What is answered may only hold until
 * the next question.
 */
public interface FieldValues {

    /** The value of a field. */
    @Nullable
    CharSequence field(ContactField field);

    /** The value of embedded data under its name, in the directory's spelling of that name. */
    @Nullable
    CharSequence embedded(String name);
}
