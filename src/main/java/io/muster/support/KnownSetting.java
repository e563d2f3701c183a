package io.muster.support;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * A setting that the operator may give: its name, the value that counts where none is given, the values that are taken, and
 * what it means. All are in {@link KnownSettings}; {@link Settings} reads them, and {@code docs/settings.md} is made of them.
 */
public sealed interface KnownSetting {

    /** As in {@code muster.yaml}, such as {@code muster.load.threads}. */
    String name();

    /** What counts where it is not set, in Markdown; blank for nothing. */
    String shown();

    /** The values that are taken, in Markdown. */
    String values();

    /** What it is for, in Markdown. */
    String meaning();

    /** Whether its value is for nobody to see: at most that it is set. */
    default boolean isSecret() {
        return this instanceof Secret || name().endsWith("password");
    }

    /** Its name in the environment. */
    default String variable() {
        return Settings.variable(name());
    }

    /**
     * A whole number between two bounds, both included.
     *
     * @param usual what counts where it is not set; an example, where that is computed
     */
    record Count(String name, int usual, int least, int most, String shown, String meaning) implements KnownSetting {

        static Count of(String name, int usual, int least, int most, String meaning) {
            return new Count(name, usual, least, most, Integer.toString(usual), meaning);
        }

        /** The same with words about the value that counts where it is not set. */
        Count usually(String words) {
            return new Count(name, usual, least, most, words, meaning);
        }

        @Override
        public String values() {
            return String.format(Locale.ROOT, "%,d to %,d", least, most);
        }
    }

    /** A length of time. */
    record Time(String name, Duration usual, Duration least, String meaning) implements KnownSetting {

        @Override
        public String shown() {
            return text(usual);
        }

        @Override
        public String values() {
            return least.isZero() ? "a time" : "a time, " + text(least) + " or more";
        }

        /** As it is written in a setting. */
        static String text(Duration time) {
            long seconds = time.toSeconds();
            return seconds > 0 && seconds % 3_600 == 0 ? seconds / 3_600 + "h" : seconds + "s";
        }
    }

    /**
     * A number of bytes, {@value #LEAST_MEBIBYTES} MiB at least.
     *
     * @param usual what counts where it is not set; an example, where that is computed
     */
    record Size(String name, long usual, String shown, String meaning) implements KnownSetting {

        private static final int LEAST_MEBIBYTES = 16;

        static Size of(String name, int usualMebibytes, String meaning) {
            return new Size(name, (long) usualMebibytes << 20, usualMebibytes + "M", meaning);
        }

        /** The same with words about the value that counts where it is not set. */
        Size usually(String words) {
            return new Size(name, usual, words, meaning);
        }

        long least() {
            return (long) LEAST_MEBIBYTES << 20;
        }

        @Override
        public String values() {
            return "a size, " + LEAST_MEBIBYTES + "M or more";
        }
    }

    /** One of some words, in any case. */
    record Choice(String name, String usual, List<String> words, String meaning) implements KnownSetting {

        @Override
        public String shown() {
            return "`" + usual + "`";
        }

        @Override
        public String values() {
            return "`" + String.join("`, `", words) + "`";
        }
    }

    /** A text that has a value where it is not set. */
    record Text(String name, String usual, String values, String meaning) implements KnownSetting {

        @Override
        public String shown() {
            return "`" + usual + "`";
        }
    }

    /** A text that has none. */
    record Open(String name, String shown, String values, String meaning) implements KnownSetting {}

    /** A text that may be in a file, which the setting of the same name with {@code -file} names. */
    record Secret(String name, String shown, String meaning) implements KnownSetting {

        @Override
        public String values() {
            return "a text; its file with `-file`";
        }
    }
}
