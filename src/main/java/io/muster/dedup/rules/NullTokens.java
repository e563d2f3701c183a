package io.muster.dedup.rules;

import io.muster.support.Fold;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/** The values that count as blank beside white space, compared without case. Safe for use by several threads. */
public final class NullTokens {

    private final Set<String> folded;

    /** @param tokens for example {@code NULL} and {@code N/A} */
    public NullTokens(Collection<String> tokens) {
        folded = tokens.stream().map(token -> Fold.fold(Fold.trim(token))).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a value counts as blank. */
    public boolean isBlank(String value) {
        String trimmed = Fold.trim(value);
        return trimmed.isEmpty() || (!folded.isEmpty() && folded.contains(Fold.fold(trimmed)));
    }

    /** Whether only white space counts as blank. */
    public boolean isEmpty() {
        return folded.isEmpty();
    }
}
