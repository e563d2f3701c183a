package io.muster.intercept.decide;

import io.muster.support.Fold;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Texts that sites send instead of a reference; none of them is one, even where a contact has that very reference. */
final class Placeholders {

    private final Set<String> folded;
    private final byte[][] ascii;

    Placeholders(List<String> texts) {
        this.folded = texts.stream().map(text -> Fold.fold(Fold.trim(text))).collect(Collectors.toUnmodifiableSet());
        this.ascii = folded.stream()
                .filter(text -> text.chars().allMatch(c -> c < 0x80))
                .map(text -> text.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
    }

    boolean contain(Reference reference) {
        if (!reference.isAscii()) {
            return folded.contains(Fold.fold(reference.toString()));
        }

        for (byte[] placeholder : ascii) {
            if (matches(placeholder, reference)) {
                return true;
            }
        }

        return false;
    }

    private static boolean matches(byte[] placeholder, Reference reference) {
        if (placeholder.length != reference.length()) {
            return false;
        }

        for (int i = 0; i < placeholder.length; i++) {
            int c = reference.at(i);
            if (placeholder[i] != (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c)) {
                return false;
            }
        }

        return true;
    }
}
