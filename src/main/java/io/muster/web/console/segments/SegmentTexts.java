package io.muster.web.console.segments;

import io.muster.access.Role;
import io.muster.app.DirectoryView;
import io.muster.app.SegmentOverview;
import io.muster.intercept.SegmentUses;
import io.muster.segment.Segment;
import io.muster.segment.members.SegmentTrends.Day;
import io.muster.web.console.page.Assets;
import io.muster.web.console.page.Texts;
import io.muster.web.console.page.Viewer;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How pages tell of segments. */
final class SegmentTexts {

    static final String NOT_REBUILT = "not rebuilt yet";

    private SegmentTexts() {}

    /** What these pages need beyond what all have. */
    record Files(String css, String script) {

        static Files of(Assets assets) {
            return new Files(assets.address("segments.css"), assets.address("segments.js"));
        }
    }

    /**
     * Something that uses a segment.
     *
     * @param address of its page; null where it has none
     */
    record Use(String text, @Nullable String address) {}

    /**
     * A version that readers do not see.
     *
     * @param text the sizes, as a sentence
     * @param publish the name of the action that shows it to them
     */
    record Held(String id, String name, String address, String text, String reason, String publish) {}

    static String address(DirectoryView directory) {
        return "/directories/" + directory.id() + "/segments";
    }

    static String address(DirectoryView directory, Segment segment) {
        return address(directory) + "/" + segment.id();
    }

    static ZoneId zone(DirectoryView directory) {
        return ZoneId.of(directory.timeZone());
    }

    static boolean mayChange(Viewer viewer) {
        return viewer.can(Role.MANAGE);
    }

    static String members(SegmentOverview overview) {
        Long members = overview.size().members();
        return members == null ? NOT_REBUILT : Texts.number(members);
    }

    static List<Use> uses(SegmentOverview overview, String segments) {
        return overview.usedBy().stream().map(use -> use(use, segments)).toList();
    }

    private static Use use(SegmentUses.Use use, String segments) {
        return switch (use.kind()) {
            case SEGMENT -> new Use("Segment " + use.name(), segments + "/" + use.id());
            case FREQUENCY_RULE -> new Use("Frequency rule " + use.id(), null);
            case INTERCEPT -> new Use("Intercept " + use.name(), null);
        };
    }

    /** What moved with the last switch. */
    static String change(@Nullable Day last) {
        if (last == null) {
            return "";
        }

        return last.added() == 0 && last.removed() == 0
                ? "none"
                : "+" + Texts.number(last.added()) + " −" + Texts.number(last.removed());
    }

    static @Nullable Held held(SegmentOverview overview, String address) {
        Segment segment = overview.segment();
        Segment.HeldReason reason = segment.heldReason();
        Long held = overview.size().held();
        Long members = overview.size().members();
        if (reason == null || held == null) {
            return null;
        }

        return new Held(
                segment.id(),
                segment.name(),
                address,
                sizes(members, held),
                switch (reason) {
                    case GUARD -> "The size jumped beyond what is published by itself: " + guard(segment) + ".";
                    case USES -> "A segment that it uses is held as well.";
                    case ROLLBACK -> "It was taken back. The next rebuild replaces it.";
                },
                reason == Segment.HeldReason.ROLLBACK ? "Publish again" : "Publish");
    }

    private static String sizes(@Nullable Long members, long held) {
        if (members == null) {
            return Texts.number(held) + " members";
        }

        String share = members == 0 || members == held
                ? ""
                : " (%s%s)"
                        .formatted(
                                held > members ? "+" : "−",
                                Texts.share(Math.abs(held - members), Math.max(members, Math.abs(held - members)))
                                                .equals("100 %")
                                        ? Math.round(100.0 * Math.abs(held - members) / members) + " %"
                                        : Texts.share(Math.abs(held - members), members));
        return Texts.number(members) + " → " + Texts.number(held) + " members" + share;
    }

    static String guard(Segment segment) {
        Double share = segment.guard().share();
        return share == null
                ? "changes of any size are published"
                : "a change of more than " + percent(share) + " % and more than "
                        + Texts.number(segment.guard().over()) + " members is held";
    }

    /** A share as a number of percent without needless digits. */
    static String percent(double share) {
        return java.math.BigDecimal.valueOf(share)
                .movePointRight(2)
                .stripTrailingZeros()
                .toPlainString();
    }
}
