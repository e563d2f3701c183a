package io.muster.support.document.binding;

import io.muster.support.Refusal;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The types that a single value of a document can have. The key decides how the text is read, never its look: a region
 * {@code NO} is no {@code false}, {@code 0123} no octal number, {@code 6:00} no count of minutes. Texts, numbers, truth
 * values, durations, zones, times and charsets are known; a kind of document adds its own.
 */
public final class Scalars {

    /**
     * One type.
     *
     * @param read reads the text; its exceptions say what is expected
     * @param schema what a JSON Schema says about the text
     */
    record Scalar<T>(Class<T> type, Function<String, T> read, Map<String, Object> schema) {}

    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]{0,17})");
    private static final Pattern SPAN = Pattern.compile("([0-9]{1,6})([smhd])");

    private final Map<Class<?>, Scalar<?>> byType = new LinkedHashMap<>();

    /** The types that every document knows. */
    public Scalars() {
        with(String.class, text -> text, Map.of("type", "string"));
        with(Integer.class, text -> Math.toIntExact(integer(text)), Map.of("type", "integer"));
        with(Long.class, Scalars::integer, Map.of("type", "integer"));
        with(Double.class, Scalars::number, Map.of("type", "number"));
        with(Boolean.class, Scalars::truth, Map.of("type", "boolean"));
        with(Duration.class, Scalars::span, Map.of("type", "string", "pattern", "^[0-9]{1,6}[smhd]$"));
        with(ZoneId.class, Scalars::zone, Map.of("type", "string"));
        with(LocalTime.class, Scalars::time, Map.of("type", "string", "pattern", "^[0-2][0-9]:[0-5][0-9]$"));
        with(Charset.class, Scalars::charset, Map.of("type", "string"));
    }

    /**
     * Adds a type.
     *
     * @param read reads the text; the message of its {@link IllegalArgumentException} says what is expected
     * @param schema what a JSON Schema says about the text
     */
    public <T> Scalars with(Class<T> type, Function<String, T> read, Map<String, Object> schema) {
        byType.put(type, new Scalar<>(type, read, schema));
        return this;
    }

    Optional<Scalar<?>> of(Class<?> type) {
        return Optional.ofNullable(byType.get(type));
    }

    /** What is wrong with the text as a value of that type; empty when it can be read. */
    Optional<String> fault(Scalar<?> scalar, String text) {
        try {
            var ignored = scalar.read().apply(text);
            return Optional.empty();
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException | Refusal fault) {
            return Optional.of(String.valueOf(fault.getMessage()));
        }
    }

    /** The word for a constant: {@code CREATE_ONLY} is written {@code create-only}. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** All words of an enumeration, for messages. */
    static String words(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> word((Enum<?>) constant))
                .collect(Collectors.joining(", "));
    }

    private static Long integer(String text) {
        if (INTEGER.matcher(text).matches()) {
            return Long.valueOf(text);
        }

        throw new IllegalArgumentException(
                text.matches("[-+]?0[0-9o_x].*")
                        ? "must be a whole number; '" + text
                                + "' could be read as octal. Write it without leading zeros"
                        : "must be a whole number such as 10");
    }

    private static Double number(String text) {
        try {
            return new BigDecimal(text).doubleValue();
        } catch (NumberFormatException ignored) {
            throw new IllegalArgumentException("must be a number such as 2.5");
        }
    }

    private static Boolean truth(String text) {
        return switch (text) {
            case "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            default -> throw new IllegalArgumentException("must be true or false");
        };
    }

    private static Duration span(String text) {
        Matcher matcher = SPAN.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("must be a number with s, m, h or d, such as 30s, 15m, 2h or 7d");
        }

        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException ignored) {
            throw new IllegalArgumentException(
                    "is not a known time zone. Write an IANA name such as Europe/Berlin or UTC");
        }
    }

    private static LocalTime time(String text) {
        try {
            if (text.matches("[0-9]{2}:[0-9]{2}")) {
                return LocalTime.parse(text);
            }
        } catch (DateTimeException ignored) {
            // Falls through to the message.
        }

        throw new IllegalArgumentException("must be a time of day such as \"06:00\"");
    }

    private static Charset charset(String text) {
        try {
            return Charset.forName(text);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException ignored) {
            throw new IllegalArgumentException(
                    "is not a known charset. Write one such as UTF-8, UTF-16, ISO-8859-1 or windows-1252");
        }
    }
}
