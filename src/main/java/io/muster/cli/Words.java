package io.muster.cli;

import io.muster.directory.DirectorySettings.MergeMode;
import io.muster.directory.FieldPolicy;
import io.muster.support.Refusal;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Choices as they are written in commands: lower case, with hyphens. */
final class Words {

    private Words() {}

    static String of(FieldPolicy policy) {
        return word(policy);
    }

    static String of(MergeMode mode) {
        return word(mode);
    }

    static FieldPolicy policy(String word) {
        return choice(FieldPolicy.class, "policy", word);
    }

    static MergeMode mergeMode(String word) {
        return choice(MergeMode.class, "merge mode", word);
    }

    private static <E extends Enum<E>> E choice(Class<E> type, String thing, String word) {
        return Arrays.stream(type.getEnumConstants())
                .filter(choice -> word(choice).equals(word.strip().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() ->
                        Refusal.usage("Cannot use the " + thing + " '" + word + "': there is none of that name. Use "
                                + Arrays.stream(type.getEnumConstants())
                                        .map(Words::word)
                                        .collect(Collectors.joining(", "))
                                + "."));
    }

    private static String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
