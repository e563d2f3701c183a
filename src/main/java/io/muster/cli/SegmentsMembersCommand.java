package io.muster.cli;

import io.muster.segment.Segment;
import io.muster.segment.members.MemberPage;
import io.muster.segment.members.SegmentConfiguration;
import io.muster.segment.members.SegmentMembers;
import io.muster.segment.members.SegmentMembers.Format;
import io.muster.support.Refusal;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster segments members}. */
@Command(
        name = "members",
        description = {
            "Write the members of a segment, contactId and extRef, as readers see them at one moment.",
            "",
            "All of them as CSV or JSON lines, or with --json one page after the other."
        },
        footer = {
            "",
            "Examples:",
            "  muster segments members SG_1a2B3c4D5e6F7g8 --format csv > gold.csv",
            "  muster segments members SG_1a2B3c4D5e6F7g8 --json --most 100",
            "  muster segments members SG_1a2B3c4D5e6F7g8 --json --most 100 --after CID_1a2B3c4D5e6F7g8"
        })
final class SegmentsMembersCommand implements Runnable {

    private static final int USUAL_PAGE = 100;

    private final Terminal terminal;

    @Mixin
    private SegmentOption segment;

    @Option(names = "--format", paramLabel = "csv|jsonl", description = "Write all members that way. Default: csv.")
    private @Nullable String format;

    @Option(
            names = "--most",
            paramLabel = "NUMBER",
            description = "Members of a page, with --json. Default: 100; at most 10000.")
    private @Nullable Integer most;

    @Option(names = "--after", paramLabel = "CONTACT", description = "What the page before gave as next, with --json.")
    private @Nullable String after;

    @Mixin
    private Output output;

    SegmentsMembersCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        if (output.isJson() ? format != null : most != null || after != null) {
            throw Refusal.usage("Cannot list members: --format writes all of them, --most and --after belong to the"
                    + " pages of --json. Use one or the other.");
        }

        try (AppContext context = AppContext.open(terminal, SegmentConfiguration.class)) {
            SegmentMembers members = context.get(SegmentMembers.class);
            Segment found = segment.find(context);
            if (output.isJson()) {
                Integer size = most;
                MemberPage page = members.page(found, after, size == null ? USUAL_PAGE : size);
                output.print(page, () -> "");
            } else {
                long ignored = members.write(found, wanted(format == null ? "csv" : format), terminal.answer());
            }
        } catch (IOException e) {
            throw Refusal.failed(
                    "Cannot write the members to standard output: " + e.getMessage() + ". Check where it goes.", e);
        }
    }

    private static Format wanted(String format) {
        return switch (format.toLowerCase(Locale.ROOT)) {
            case "csv" -> Format.CSV;
            case "jsonl" -> Format.JSONL;
            default ->
                throw Refusal.usage(
                        "Cannot write members as '" + format + "': there is no such format. Use csv or jsonl.");
        };
    }
}
