package io.muster.support;

import io.muster.support.KnownSetting.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the operator has set, by name: {@code muster.load.threads} in {@code muster.yaml}, {@code MUSTER_LOAD_THREADS} in
 * the environment, which wins. Every value is read here, so that all are written the same way and refused the same way. A blank
 * value counts as not set. {@link KnownSettings} has all of them.
 */
public final class Settings {

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})\\s*([KMGT]?)(?:I?B)?");
    private static final int MEBIBYTE_BITS = 20;

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
    public Optional<String> text(KnownSetting.Open setting) {
        return given(setting.name());
    }

    /** A text without outer white space, or the usual one. */
    public String text(KnownSetting.Text setting) {
        return given(setting.name()).orElse(setting.usual());
    }

    /** Whether a value is given. */
    public boolean has(KnownSetting setting) {
        return given(setting.name()).isPresent();
    }

    private Optional<String> given(String name) {
        return Optional.ofNullable(properties.apply(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    /** A text, or what the file holds that the setting of the same name with {@code -file} names. */
    public Optional<String> secret(KnownSetting.Secret setting) {
        Optional<String> file = given(setting.name() + "-file");
        if (file.isEmpty()) {
            return given(setting.name());
        }

        try {
            return Optional.of(Files.readString(Path.of(file.get())).strip());
        } catch (IOException e) {
            throw Refusal.invalid(
                    "INVALID_SETTING",
                    "Cannot read the file that the setting %s-file (%s_FILE) names: %s. Give a file Muster may read."
                            .formatted(setting.name(), setting.variable(), e.getMessage()));
        }
    }

    /** A whole number. */
    public int number(KnownSetting.Count setting) {
        return number(setting, setting.usual());
    }

    /** A whole number whose usual value is computed. */
    public int number(KnownSetting.Count setting, int usual) {
        return given(setting.name())
                .map(text -> {
                    int number = NUMBER.matcher(text).matches() ? Integer.parseInt(text) : -1;
                    if (number < setting.least() || number > setting.most()) {
                        throw wrong(
                                setting, text, "is no number from " + setting.least() + " to " + setting.most(), usual);
                    }

                    return number;
                })
                .orElse(usual);
    }

    /** A time such as {@code 90s}, {@code 5m}, {@code PT2H}, or a number of seconds; never negative. */
    public Duration duration(KnownSetting.Time setting) {
        return given(setting.name())
                .map(text -> {
                    String upper = text.toUpperCase(Locale.ROOT);
                    String iso = upper.startsWith("P") ? upper : "PT" + upper + (upper.matches("[0-9]+") ? "S" : "");
                    try {
                        Duration duration = Duration.parse(iso);
                        if (!duration.isNegative() && duration.compareTo(setting.least()) >= 0) {
                            return duration;
                        }
                    } catch (DateTimeParseException e) {
                        // Said below.
                    }

                    String least =
                            setting.least().isZero() ? "" : " of %s or more".formatted(Time.text(setting.least()));
                    throw wrong(setting, text, "is no length of time" + least, Time.text(setting.usual()));
                })
                .orElse(setting.usual());
    }

    /** A number of bytes such as {@code 512M} or {@code 4 GiB}, in powers of 1,024. */
    public long bytes(KnownSetting.Size setting) {
        return bytes(setting, setting::usual);
    }

    /** A number of bytes whose usual value is computed. */
    public long bytes(KnownSetting.Size setting, LongSupplier usual) {
        Optional<String> given = given(setting.name());
        if (given.isEmpty()) {
            return usual.getAsLong();
        }

        Matcher matcher = SIZE.matcher(given.get().toUpperCase(Locale.ROOT));
        long bytes = matcher.matches() ? bytes(Long.parseLong(matcher.group(1)), matcher.group(2)) : 0;
        if (bytes < setting.least()) {
            throw wrong(
                    setting,
                    given.get(),
                    "is no size of %dM or more".formatted(setting.least() >> MEBIBYTE_BITS),
                    (setting.usual() >> MEBIBYTE_BITS) + "M");
        }

        return bytes;
    }

    // Beyond what a number holds counts as no size at all.
    private static long bytes(long number, String unit) {
        int shift = 10 * " KMGT".indexOf((unit + " ").charAt(0));
        return number > Long.MAX_VALUE >> shift ? 0 : number << shift;
    }

    /** One of the constants of an enum, which the words of the setting name in small letters. */
    public <E extends Enum<E>> E one(KnownSetting.Choice setting, Class<E> type) {
        String text = given(setting.name()).orElse(setting.usual());
        String word = ofYaml(text.toLowerCase(Locale.ROOT));
        if (!setting.words().contains(word)) {
            throw wrong(setting, text, "is none of " + String.join(", ", setting.words()), setting.usual());
        }

        return Enum.valueOf(type, word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** In a file of YAML, on and off without quotes are true and false. */
    public static String ofYaml(String word) {
        return switch (word) {
            case "true" -> "on";
            case "false" -> "off";
            default -> word;
        };
    }

    /** The refusal of a value: what it is not, and one that would do. */
    public static Refusal wrong(KnownSetting setting, String value, String reason, Object example) {
        return Refusal.invalid(
                "INVALID_SETTING",
                "Cannot use the setting %s (%s): '%s' %s. Write for example %s."
                        .formatted(setting.name(), setting.variable(), value, reason, example));
    }

    /** The refusal of what must be set and is not. */
    public static Refusal missing(KnownSetting setting, String reason, Object example) {
        return Refusal.invalid(
                "MISSING_SETTING",
                "Cannot do without the setting %s (%s): %s. Write for example %s."
                        .formatted(setting.name(), setting.variable(), reason, example));
    }
}
