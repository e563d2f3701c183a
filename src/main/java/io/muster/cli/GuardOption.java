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
            names = "--guard-over",
            paramLabel = "MEMBERS",
            description = "Never hold back a change of so many members or fewer. Default: 20.")
    private @Nullable Long over;

    boolean isGiven() {
        return share != null || over != null;
    }

    /** The guard that is wanted; what is not given stays. */
    SizeGuard over(SizeGuard before) {
        String text = share;
        Long given = over;
        return new SizeGuard(text == null ? before.share() : share(text), given == null ? before.over() : given);
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
        return share == null ? "off" : String.format(Locale.ROOT, "%s%% and %,d members", percent(share), guard.over());
    }

    private static String percent(double share) {
        return new java.math.BigDecimal(share * 100)
                .setScale(3, java.math.RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }
}
