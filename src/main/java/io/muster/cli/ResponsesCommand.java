package io.muster.cli;

import io.muster.app.Page;
import io.muster.app.PageEventDeletions;
import io.muster.app.PageEventDeletions.Kind;
import io.muster.app.PageEventsRequest;
import io.muster.app.ResponseRequest;
import io.muster.app.ResponseService;
import io.muster.app.ResponseView;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster responses}. */
@Command(
        name = "responses",
        description = "Look at the responses to surveys that intercepts invited to.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster responses list --project Shop",
            "  muster responses list --project Shop --segment SG_1a2B3c4D5e6F7g8 --from 2026-11-01 --json",
            "  muster responses export --project Shop > responses.csv"
        })
final class ResponsesCommand extends AppCommands {

    private static final Listing<ResponseView> RESPONSES = new Listing<ResponseView>("No response.")
            .column("AT", ResponseView::at)
            .column("ID", ResponseView::id)
            .column("INTERCEPT", ResponseView::intercept)
            .column("SURVEY", ResponseView::survey)
            .column("CONTACT", ResponseView::contact)
            .column("VERIFIED", response -> response.verified() ? "yes" : "no")
            .column(
                    "ANSWERS",
                    response -> response.answers().entrySet().stream()
                            .map(answer -> answer.getKey() + "=" + answer.getValue())
                            .collect(Collectors.joining(", ")));

    ResponsesCommand(Terminal terminal) {
        super(terminal);
    }

    /** Which responses, to be mixed in. */
    static final class Which {

        @Option(
                names = "--project",
                paramLabel = "PROJECT",
                required = true,
                description = "Those of this project, by id or name; of a deleted one by id.")
        private String project;

        @Option(names = "--intercept", paramLabel = "INTERCEPT", description = "Only those of this intercept, SI_…")
        private @Nullable String intercept;

        @Option(
                names = "--segment",
                paramLabel = "SEGMENT",
                description = "Only those of contacts that are members of this segment now, SG_…")
        private @Nullable String segment;

        @Option(names = "--from", paramLabel = "TIME", description = "Only from this time on, as ISO 8601; UTC.")
        private @Nullable String from;

        @Option(names = "--to", paramLabel = "TIME", description = "Only before this time, as ISO 8601; UTC.")
        private @Nullable String to;

        private ResponseRequest request() {
            return new ResponseRequest(project, intercept, segment, Moment.of("--from", from), Moment.of("--to", to));
        }
    }

    @Command(
            name = "list",
            description = "List responses, the newest first. One that is not verified came without a token and without"
                    + " a valid signature.",
            footer = {
                "",
                "Examples:",
                "  muster responses list --project Shop --json",
                "  muster responses list --project Shop --intercept SI_1a2B3c4D5e6F7g8 --from 2026-11-01 --to 2026-12-01"
            })
    void list(@Mixin Which which, @Mixin Paging paging, @Mixin Output output) {
        ResponseRequest request = which.request();
        ask(ResponseService.class, responses -> {
            Page<ResponseView> page = responses.list(request, paging.after(), paging.most());
            output.print(page.items(), () -> RESPONSES.text(page.items()));
            paging.note(page);
        });
    }

    @Command(
            name = "delete",
            description = "Delete responses of a project that happened, or came, in a span of time: those that are not"
                    + " verified, or all of them. When this is cut off, the same command does the rest.",
            footer = {
                "",
                "Examples:",
                "  muster responses delete --project Shop --from 2026-11-29T08:00 --to 2026-11-29T09:00 --preview",
                "  muster responses delete --project Shop --from 2025-01-01 --to 2026-01-01 --all --yes --json"
            })
    void delete(
            @Mixin FromPages fromPages,
            @Option(names = "--all", description = "Verified ones as well.") boolean all,
            @Mixin TakingAway takingAway,
            @Mixin Output output) {
        PageEventsRequest request = fromPages.request(person());
        Kind kind = all ? Kind.ALL : Kind.UNVERIFIED;
        ask(PageEventDeletions.class, deletions -> {
            if (takingAway.isPreview()) {
                PageEventDeletions.Responses found = deletions.previewResponses(request, kind);
                output.print(new Preview(found), () -> text("Would delete", kind, found));
                return;
            }

            takingAway.confirm(text("Delete", kind, deletions.previewResponses(request, kind)) + " Delete them?");
            PageEventDeletions.Responses deleted = deletions.deleteResponses(request, kind);
            output.print(new Deleted(deleted), () -> text("Deleted", kind, deleted));
        });
    }

    /** What is gone now. */
    private record Deleted(PageEventDeletions.Responses deleted) {}

    /** What would be gone. */
    private record Preview(PageEventDeletions.Responses wouldDelete) {}

    private static String text(String doing, Kind kind, PageEventDeletions.Responses some) {
        return "%s %,d responses%s."
                .formatted(doing, some.responses(), kind == Kind.ALL ? "" : " that are not verified");
    }

    @Command(
            name = "export",
            description =
                    "Write responses, the oldest first, as they are at one moment. In CSV, answers and embedded data"
                            + " are JSON. Values are exact: a spreadsheet may take one for a formula.",
            footer = {
                "",
                "Examples:",
                "  muster responses export --project Shop --format jsonl --output responses.jsonl"
            })
    void export(@Mixin Which which, @Mixin ExportTarget target) {
        ResponseRequest request = which.request();
        ask(
                ResponseService.class,
                responses ->
                        target.write(terminal(), "responses", (format, out) -> responses.export(request, format, out)));
    }
}
