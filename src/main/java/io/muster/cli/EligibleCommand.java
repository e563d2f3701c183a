package io.muster.cli;

import io.muster.app.EligibilityRequest;
import io.muster.app.EligibilityService;
import io.muster.app.EligibilityView;
import io.muster.support.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster eligible}. */
@Command(
        name = "eligible",
        description = {
            "Ask who of a segment or list may be contacted on a channel, and reserve them.",
            "",
            "For email and sms, contacts who opted out of the directory or the list are skipped. Whether a contact has"
                    + " an address is not checked."
        },
        footer = {
            "",
            "Examples:",
            "  muster eligible --directory Customers --list Newsletter --channel email --json",
            "  muster eligible --directory Customers --segment Gold --channel email --survey SV_12 \\",
            "      --reserve 1h --format csv > who.csv"
        })
final class EligibleCommand extends AppCommands implements Runnable {

    @Mixin
    private DirectoryOption directory;

    @ArgGroup(multiplicity = "1")
    private Whom whom = new Whom();

    @Option(names = "--channel", paramLabel = "CHANNEL", required = true, description = "email, sms, web or app.")
    private String channel;

    @Option(names = "--survey", paramLabel = "SURVEY", description = "The survey that they are to be contacted about.")
    private @Nullable String survey;

    @Mixin
    private FrequencyAsk ask;

    @Option(
            names = "--reserve",
            paramLabel = "PERIOD",
            description = "Reserve those eligible for this long, such as 1h: they count as contacted until it ends.")
    private @Nullable String reserve;

    @Option(
            names = "--format",
            paramLabel = "csv",
            description = "Write a line for each contact:" + " contactId,extRef,eligible,reason,rule,nextEligible.")
    private @Nullable String format;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "With --format: write into this file, replaced only when all is written. Default: standard"
                    + " output.")
    private @Nullable Path file;

    @Mixin
    private Output output;

    /** Exactly one of them. */
    static final class Whom {

        @Option(
                names = "--segment",
                paramLabel = "SEGMENT",
                required = true,
                description = "The members of this segment's published version, by id or name.")
        private @Nullable String segment;

        @Option(
                names = "--list",
                paramLabel = "LIST",
                required = true,
                description = "The members of this list, by id or name.")
        private @Nullable String list;

        @Option(
                names = "--ref",
                paramLabel = "REFERENCE",
                required = true,
                description = "The contact of this external reference.")
        private @Nullable String reference;
    }

    EligibleCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public void run() {
        boolean lines = isCsv();
        ask(EligibilityService.class, eligibility -> {
            EligibilityRequest request = new EligibilityRequest(
                    person(),
                    directory.name(),
                    whom.segment,
                    whom.list,
                    whom.reference,
                    ask.question(channel, survey),
                    reserve);
            if (!lines) {
                EligibilityView answer = eligibility.ask(request);
                output.print(answer, () -> text(answer));
                return;
            }

            EligibilityView answer = write(eligibility, request);
            if (file != null) {
                output.print(answer, () -> text(answer));
            } else {
                terminal().notes().println(text(answer));
            }
        });
    }

    private EligibilityView write(EligibilityService eligibility, EligibilityRequest request) throws IOException {
        if (file == null) {
            EligibilityView answer = eligibility.write(request, terminal().answer());
            terminal().answer().flush();
            return answer;
        }

        try (NewFile target = NewFile.replacing("the answer", file)) {
            EligibilityView answer = eligibility.write(request, target.stream());
            target.finish();
            return answer;
        }
    }

    private boolean isCsv() {
        if (format != null && !format.equalsIgnoreCase("csv")) {
            throw Refusal.invalid(
                    "INVALID_FORMAT", "Cannot write as '" + format + "': there is no such format. Use csv.");
        }

        if (format == null && file != null) {
            throw Refusal.invalid("NO_FORMAT", "Cannot write the file: no format is given. Add --format csv.");
        }

        return format != null;
    }

    private static String text(EligibilityView answer) {
        return "Eligible: %d. Skipped: %d (frequency %d, opted out %d, unknown reference %d)."
                .formatted(
                        answer.eligible(),
                        answer.skipped(),
                        answer.reasons().FREQUENCY(),
                        answer.reasons().OPTED_OUT(),
                        answer.reasons().UNKNOWN_REFERENCE());
    }
}
