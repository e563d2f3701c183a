package io.muster.web.console.page;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How pages write numbers and times. */
public final class Texts {

    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm:ss zzz", Locale.ENGLISH);
    private static final double THOUSANDTH = 0.001;
    private static final String RUN = "run.";
    private static final long KIB = 1_024;

    private Texts() {}

    /**
     * A moment.
     *
     * @param text with its zone
     * @param utc for programs
     */
    public record Moment(String text, String utc) {}

    public static Moment moment(long millis, ZoneId zone) {
        return moment(Instant.ofEpochMilli(millis), zone);
    }

    public static Moment moment(Instant at, ZoneId zone) {
        return new Moment(MOMENT.format(at.atZone(zone)), at.toString());
    }

    /** What somebody wrote into a field that may be left blank; null when it was. */
    public static @Nullable String given(String text) {
        return text.isBlank() ? null : text.strip();
    }

    /** What was done, in words, by the name that the audit log has for it. */
    public static String act(String action) {
        if (action.startsWith(RUN)) {
            return action.substring(RUN.length());
        }

        return switch (action) {
            case "token.create" -> "token created";
            case "token.revoke" -> "token revoked";
            case "merge.undo" -> "merge undone";
            default -> action.replace('.', ' ');
        };
    }

    /** With commas between thousands. */
    public static String number(long number) {
        return String.format(Locale.ENGLISH, "%,d", number);
    }

    /** A share with one decimal: never all unless it is, never nothing unless it is. */
    public static String share(long part, long whole) {
        if (whole == 0 || part == 0) {
            return "0 %";
        }

        double share = (double) part / whole;
        double shown = part == whole ? 1 : Math.clamp(Math.round(share / THOUSANDTH) * THOUSANDTH, 0.001, 0.999);
        return String.format(Locale.ENGLISH, part == whole ? "%.0f %%" : "%.1f %%", shown * 100);
    }

    /** A number of bytes in its largest unit. */
    public static String size(long bytes) {
        if (bytes < KIB) {
            return bytes + " bytes";
        }

        int unit = bytes < KIB * KIB ? 1 : bytes < KIB * KIB * KIB ? 2 : 3;
        return String.format(
                Locale.ENGLISH,
                "%.1f %s",
                bytes / Math.pow(KIB, unit),
                List.of("KiB", "MiB", "GiB").get(unit - 1));
    }

    /** A length of time in its two largest units. */
    public static String duration(Duration time) {
        long seconds = time.toSeconds();
        if (seconds < 1) {
            return time.toMillis() + " ms";
        }

        if (seconds < 60) {
            return seconds + " s";
        }

        if (seconds < 3_600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }

        return seconds < 86_400
                ? seconds / 3_600 + " h " + seconds % 3_600 / 60 + " min"
                : seconds / 86_400 + " d " + seconds % 86_400 / 3_600 + " h";
    }
}
