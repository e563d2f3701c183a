package io.muster.app;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a person sets of a project; null leaves a setting as it is. In a list, the one word {@value InterceptInput#NONE} takes
 * all away.
 *
 * @param autoCreate whether unknown visitors become contacts
 */
public record ProjectInput(
        @Nullable String name,
        @Nullable List<String> origins,
        @Nullable Boolean autoCreate,
        @Nullable List<String> references,
        @Nullable List<String> attach) {

    static List<String> list(@Nullable List<String> given, List<String> before) {
        return given == null ? before : given.equals(List.of(InterceptInput.NONE)) ? List.of() : given;
    }
}
