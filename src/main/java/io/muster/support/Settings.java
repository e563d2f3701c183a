package io.muster.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the operator has set, by name: {@code muster.load.threads} in {@code muster.yaml}, {@code MUSTER_LOAD_THREADS} in
 * the environment, which wins. Every value is read here, so that all are written the same way and refused the same way. A blank
 * value counts as not set. All names are listed in {@code docs/settings.md}.
 */
public final class Settings {

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})\\s*([KMGT]?)(?:I?B)?");
    private static final long LEAST_SIZE = 16L << 20;

    private final Function<String, @Nullable String> properties;

    /** @param properties the text of a setting by its name; null when it is not set */
    public Settings(Function<String, @Nullable String> properties) {
        this.properties = properties;
    }

    /** The name of a setting in the environment. */
    public static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** A text without outer white space. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(properties.apply(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    /** A text, or what the file holds that the setting of the same name with {@code -file} names. */
    public Optional<String> secret(String name) {
        Optional<String> file = text(name + "-file");
        if (file.isEmpty()) {
            return text(name);
        }

        try {
            return Optional.of(Files.readString(Path.of(file.get())).strip());
        } catch (IOException e) {
            throw Refusal.invalid(
                    "INVALID_SETTING",
                    "Cannot read the file that the setting %s-file (%s_FILE) names: %s. Give a file Muster may read."
                            .formatted(name, variable(name), e.getMessage()));
        }
    }

    /** A whole number between two bounds, both included. */
    public int number(String name, int usual, int least, int most) {
        return text(name)
                .map(text -> {
                    int number = NUMBER.matcher(text).matches() ? Integer.parseInt(text) : -1;
                    if (number < least || number > most) {
                        throw wrong(name, text, "is no number from " + least + " to " + most, usual);
                    }

                    return number;
                })
                .orElse(usual);
    }

    /** A time such as {@code 90s}, {@code 5m}, {@code PT2H}, or a number of seconds; never negative. */
    public Duration duration(String name, Duration usual) {
        return text(name)
                .map(text -> {
                    String upper = text.toUpperCase(Locale.ROOT);
                    String iso = upper.startsWith("P") ? upper : "PT" + upper + (upper.matches("[0-9]+") ? "S" : "");
                    try {
                        Duration duration = Duration.parse(iso);
                        if (!duration.isNegative()) {
                            return duration;
                        }
                    } catch (DateTimeParseException e) {
                        // Said below.
                    }

                    throw wrong(name, text, "is no length of time", usual.toSeconds() + "s");
                })
                .orElse(usual);
    }

    /** A number of bytes such as {@code 512M} or {@code 4 GiB}, in powers of 1,024, 16 MiB at least. */
    public Optional<Long> bytes(String name, String example) {
        return text(name).map(text -> {
            Matcher matcher = SIZE.matcher(text.toUpperCase(Locale.ROOT));
            long bytes = matcher.matches() ? bytes(Long.parseLong(matcher.group(1)), matcher.group(2)) : 0;
            if (bytes < LEAST_SIZE) {
                throw wrong(name, text, "is no size of 16M or more", example);
            }

            return bytes;
        });
    }

    // Beyond what a number holds counts as no size at all.
    private static long bytes(long number, String unit) {
        int shift = 10 * " KMGT".indexOf((unit + " ").charAt(0));
        return number > Long.MAX_VALUE >> shift ? 0 : number << shift;
    }

    /** One of the constants of an enum, written in small letters. */
    public <E extends Enum<E>> E one(String name, Class<E> type, E usual) {
        return text(name)
                .map(text -> Arrays.stream(type.getEnumConstants())
                        .filter(constant -> word(constant).equals(text.toLowerCase(Locale.ROOT)))
                        .findFirst()
                        .orElseThrow(() -> wrong(
                                name,
                                text,
                                "is none of "
                                        + Arrays.stream(type.getEnumConstants())
                                                .map(Settings::word)
                                                .collect(Collectors.joining(", ")),
                                word(usual))))
                .orElse(usual);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The refusal of a value: what it is not, and one that would do. */
    public static Refusal wrong(String name, String value, String reason, Object example) {
        return Refusal.invalid(
                "INVALID_SETTING",
                "Cannot use the setting %s (%s): '%s' %s. Write for example %s."
                        .formatted(name, variable(name), value, reason, example));
    }

    /** The refusal of what must be set and is not. */
    public static Refusal missing(String name, String reason, Object example) {
        return Refusal.invalid(
                "MISSING_SETTING",
                "Cannot do without the setting %s (%s): %s. Write for example %s."
                        .formatted(name, variable(name), reason, example));
    }
}
