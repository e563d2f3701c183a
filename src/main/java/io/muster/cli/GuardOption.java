package io.muster.cli;

import io.muster.segment.SizeGuard;
import io.muster.support.Refusal;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that set what holds new versions of a segment back, to be mixed in. */
final class GuardOption {

    @Option(
            names = "--guard",
            paramLabel = "SHARE",
            description = "Hold a new version back when its size changes by more than this share, such as 50%%; off:"
                    + " never. Default: 50%%.")
    private @Nullable String share;

    @Option(
            names = "--guard-from",
            paramLabel = "MEMBERS",
            description = "Members from which on the guard looks. Default: 1000.")
    private @Nullable Long from;

    boolean isGiven() {
        return share != null || from != null;
    }

    /** The guard that is wanted; what is not given stays. */
    SizeGuard over(SizeGuard before) {
        String text = share;
        Long given = from;
        return new SizeGuard(text == null ? before.share() : share(text), given == null ? before.from() : given);
    }

    private static @Nullable Double share(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        if (word.equals("off")) {
            return null;
        }

        if (!word.matches("[0-9]{1,6}(\\.[0-9]{1,3})?%")) {
            throw Refusal.usage("Cannot use the guard '" + text + "': write a share such as 50%, or off.");
        }

        return Double.parseDouble(word.substring(0, word.length() - 1)) / 100;
    }

    /** A guard as commands show it. */
    static String text(SizeGuard guard) {
        Double share = guard.share();
        return share == null
                ? "off"
                : String.format(Locale.ROOT, "%s%% from %,d members", percent(share), guard.from());
    }

    private static String percent(double share) {
        return new java.math.BigDecimal(share * 100)
                .setScale(3, java.math.RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }
}
