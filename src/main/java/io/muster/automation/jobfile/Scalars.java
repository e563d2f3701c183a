package io.muster.automation.jobfile;

import io.muster.automation.schedule.Cron;
import io.muster.extract.source.SecretRef;
import io.muster.jobs.contactimport.Target;
import io.muster.support.Refusal;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.util.unit.DataSize;

/**
 * The types that a single value of a job file can have. The key decides how the text is read, never its look: a region
 * {@code NO} is no {@code false}, {@code 0123} no octal number, {@code 6:00} no count of minutes.
 */
final class Scalars {

    /**
     * One type.
     *
     * @param read reads the text; its exceptions say what is expected
     * @param schema what a JSON Schema says about the text
     */
    record Scalar<T>(Class<T> type, Function<String, T> read, Map<String, Object> schema) {}

    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]{0,17})");
    private static final Pattern SPAN = Pattern.compile("([0-9]{1,6})([smhd])");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})(B|KB|MB|GB)");
    private static final String REFERENCE = "^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$";

    private final Map<Class<?>, Scalar<?>> byType = new LinkedHashMap<>();

    Scalars() {
        add(String.class, text -> text, Map.of("type", "string"));
        add(Integer.class, text -> Math.toIntExact(integer(text)), Map.of("type", "integer"));
        add(Long.class, Scalars::integer, Map.of("type", "integer"));
        add(Double.class, Scalars::number, Map.of("type", "number"));
        add(Boolean.class, Scalars::truth, Map.of("type", "boolean"));
        add(Duration.class, Scalars::span, Map.of("type", "string", "pattern", "^[0-9]{1,6}[smhd]$"));
        add(ZoneId.class, Scalars::zone, Map.of("type", "string"));
        add(LocalTime.class, Scalars::time, Map.of("type", "string", "pattern", "^[0-2][0-9]:[0-5][0-9]$"));
        add(Charset.class, Scalars::charset, Map.of("type", "string"));
        add(DataSize.class, Scalars::size, Map.of("type", "string", "pattern", "^[0-9]{1,9}(B|KB|MB|GB)$"));
        add(Share.class, Share::parse, Map.of("type", java.util.List.of("string", "number")));
        add(Setting.class, Setting::parse, Map.of("type", java.util.List.of("string", "integer"), "minLength", 1));
        add(SecretRef.class, Scalars::secret, Map.of("type", "string", "pattern", REFERENCE));
        add(
                FileReading.Delimiter.class,
                FileReading.Delimiter::parse,
                Map.of("type", "string", "pattern", "^(.|tab|\\\\t)$"));
        add(ContactImportJob.DatePattern.class, Scalars::datePattern, Map.of("type", "string"));
        add(Target.class, Target::parse, Map.of("type", "string", "pattern", TARGET));
        add(Cron.class, Cron::parse, Map.of("type", "string"));
    }

    private static final String TARGET =
            "^(firstName|lastName|email|phone|extRef|language|unsubscribed|contactId|ignore"
                    + "|embedded\\..+|list\\..+|transaction\\.(id|date|field\\..+)"
                    + "|touchpoint\\.(channel|kind|time|survey|intercept|key))$";

    private <T> void add(Class<T> type, Function<String, T> read, Map<String, Object> schema) {
        byType.put(type, new Scalar<>(type, read, schema));
    }

    Iterable<Scalar<?>> all() {
        return byType.values();
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

    /** The word for a constant in job files: {@code CREATE_ONLY} is written {@code create-only}. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** All words of an enumeration, for messages. */
    static String words(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> word((Enum<?>) constant))
                .collect(Collectors.joining(", "));
    }

    /** The message never repeats the text, which may be a secret. */
    private static SecretRef secret(String text) {
        if (!References.isReference(text)) {
            throw new IllegalArgumentException("must not stand in the file in plain text. Write env:NAME for an"
                    + " environment variable or file:PATH for a file that holds the secret");
        }

        return SecretRef.of(References.checked(text));
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

    private static DataSize size(String text) {
        if (!SIZE.matcher(text).matches()) {
            throw new IllegalArgumentException("must be a size with B, KB, MB or GB, such as 500MB");
        }

        DataSize size = DataSize.parse(text);
        if (size.toBytes() < 1) {
            throw new IllegalArgumentException("must be 1B or more");
        }

        return size;
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

    private static ContactImportJob.DatePattern datePattern(String text) {
        try {
            var ignored = DateTimeFormatter.ofPattern(text, Locale.ROOT);
            return new ContactImportJob.DatePattern(text);
        } catch (IllegalArgumentException ignored) {
            throw new IllegalArgumentException("is not a date pattern. Write one such as dd.MM.yyyy");
        }
    }
}
