package io.muster.cli;

import io.muster.app.ExplainedMembership;
import io.muster.app.Page;
import io.muster.app.SegmentChange;
import io.muster.app.SegmentDetails;
import io.muster.app.SegmentPast;
import io.muster.app.SegmentService;
import io.muster.app.SegmentView;
import io.muster.segment.SizeGuard;
import io.muster.segment.condition.Conditions;
import io.muster.segment.members.MemberPage;
import io.muster.segment.members.MembershipHistory.Change;
import io.muster.segment.members.SegmentMembers.Format;
import io.muster.support.Refusal;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code muster segments}. */
@Command(
        name = "segments",
        description = {
            "Save conditions as segments, rebuild them and read their members.",
            "",
            "Members come with a rebuild; readers see one version whole until the next one is complete."
        },
        subcommands = SegmentsRebuildCommand.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster segments count --directory Customers --file gold.yaml",
            "  muster segments create Gold --directory Customers --file gold.yaml",
            "  muster segments rebuild --directory Customers"
        })
final class SegmentsCommand extends AppCommands {

    private static final int USUAL_PAGE = 100;

    private static final Listing<SegmentView> SEGMENTS = new Listing<SegmentView>("No segments.")
            .column("ID", SegmentView::id)
            .column("NAME", SegmentView::name)
            .column("MEMBERS", SegmentView::members)
            .column("VERSION", SegmentView::version)
            .column("PUBLISHED", SegmentView::published)
            .column(
                    "HELD",
                    segment -> segment.heldVersion() == null
                            ? null
                            : "version " + segment.heldVersion() + " (" + segment.heldReason() + ")");

    private static final Listing<SegmentPast.Version> VERSIONS = new Listing<SegmentPast.Version>("Never published.")
            .column("PUBLISHED", SegmentPast.Version::published)
            .column("VERSION", SegmentPast.Version::version)
            .column("MEMBERS", SegmentPast.Version::members)
            .column("ADDED", SegmentPast.Version::added)
            .column("REMOVED", SegmentPast.Version::removed)
            .column("KIND", SegmentPast.Version::kind)
            .column("BY", SegmentPast.Version::by);

    private static final Listing<SegmentPast.Written> DEFINITIONS = new Listing<SegmentPast.Written>("No definition.")
            .column("DEFINED", SegmentPast.Written::at)
            .column("REVISION", SegmentPast.Written::revision)
            .column("BY", SegmentPast.Written::by)
            .column("CONDITION", SegmentPast.Written::condition);

    private static final Listing<SegmentPast.Deed> DEEDS = new Listing<SegmentPast.Deed>("Nothing was done to it.")
            .column("DONE", SegmentPast.Deed::at)
            .column("ACTION", SegmentPast.Deed::action)
            .column("BY", SegmentPast.Deed::by)
            .column("DETAIL", SegmentPast.Deed::detail);

    private static final Listing<SegmentPast.Stay> STAYS = new Listing<SegmentPast.Stay>("Never joined.")
            .column("AT", SegmentPast.Stay::at)
            .column("CHANGE", SegmentPast.Stay::change)
            .column("VERSION", SegmentPast.Stay::version);

    SegmentsCommand(Terminal terminal) {
        super(terminal);
    }

    /** The file of a condition, to be mixed in. */
    static final class ConditionOption {

        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                required = true,
                description = "The condition as YAML or JSON; - for standard input.")
        private Path file;
    }

    @Command(
            name = "create",
            description = "Save a condition as a segment. It has no members until it was rebuilt.",
            footer = {
                "",
                "What conditions say: docs/segments.md. Their schema, for editors: muster segments schema.",
                "",
                "Examples:",
                "  muster segments create Gold --directory Customers --file gold.yaml --json"
            })
    void create(
            @Parameters(paramLabel = "NAME", description = "Its name, unique in the directory.") String name,
            @Mixin DirectoryOption directory,
            @Mixin ConditionOption condition,
            @Mixin GuardOption guard,
            @Mixin Output output) {
        String text = ConditionFile.read(condition.file);
        SizeGuard wanted = guard.over(SizeGuard.usual());
        ask(SegmentService.class, segments -> {
            SegmentView made = segments.create(person(), directory.name(), name, text, wanted);
            output.print(
                    made,
                    () -> "Created the segment %s (%s). Its members come with the next rebuild."
                            .formatted(made.name(), made.id()));
        });
    }

    @Command(
            name = "list",
            description = "List the segments of a directory by name, with the members that readers see.",
            footer = {"", "Examples:", "  muster segments list --directory Customers"})
    void list(@Mixin DirectoryOption directory, @Mixin Paging paging, @Mixin Output output) {
        ask(SegmentService.class, segments -> {
            Page<SegmentView> page = segments.list(directory.name(), paging.after(), paging.most());
            output.print(page.items(), () -> SEGMENTS.text(page.items()));
            paging.note(page);
        });
    }

    @Command(
            name = "show",
            description = "Show a segment: its condition, its members now, who uses it.",
            footer = {"", "Examples:", "  muster segments show SG_1a2B3c4D5e6F7g8 --json"})
    void show(@Mixin SegmentOption segment, @Mixin Output output) {
        ask(SegmentService.class, segments -> {
            SegmentDetails details = segments.show(segment.ref());
            output.print(details, () -> text(details));
        });
    }

    @Command(
            name = "update",
            description = "Change a segment's condition, name or guard. Members follow with the next rebuild.",
            footer = {
                "",
                "Examples:",
                "  muster segments update SG_1a2B3c4D5e6F7g8 --file gold.yaml",
                "  muster segments update Gold --directory Customers --name Platinum --guard off"
            })
    void update(
            @Mixin SegmentOption segment,
            @Option(
                            names = {"-f", "--file"},
                            paramLabel = "FILE",
                            description = "The new condition as YAML or JSON; - for standard input.")
                    @Nullable
                    Path file,
            @Option(names = "--name", paramLabel = "NAME", description = "The new name.") @Nullable String name,
            @Mixin GuardOption guard,
            @Mixin Output output) {
        if (file == null && name == null && !guard.isGiven()) {
            throw Refusal.invalid(
                    "NOTHING_GIVEN",
                    "Cannot update the segment: nothing is to be changed. Give --file, --name, --guard or"
                            + " --guard-over.");
        }

        String condition = file == null ? null : ConditionFile.read(file);
        ask(SegmentService.class, segments -> {
            SegmentView before = segments.show(segment.ref()).segment();
            SegmentView after = segments.change(
                    new SegmentChange(person(), segment.ref(), condition, guard.isGiven() ? guard::over : null, name));
            output.print(
                    after,
                    () -> after.equals(before)
                            ? "The segment %s (%s) is as it was.".formatted(after.name(), after.id())
                            : "Updated the segment %s (%s).%s"
                                    .formatted(
                                            after.name(),
                                            after.id(),
                                            after.revision() == before.revision()
                                                    ? ""
                                                    : " Its members follow with the next rebuild."));
        });
    }

    @Command(
            name = "delete",
            description = "Delete a segment with the history of its members. One that others use stays.",
            footer = {
                "",
                "Examples:",
                "  muster segments delete SG_1a2B3c4D5e6F7g8 --preview",
                "  muster segments delete SG_1a2B3c4D5e6F7g8"
            })
    void delete(@Mixin SegmentOption segment, @Mixin TakingAway takingAway, @Mixin Output output) {
        ask(SegmentService.class, segments -> {
            SegmentView there = segments.deletable(segment.ref());
            if (takingAway.isPreview()) {
                output.print(
                        new Deleted(there.id(), there.name(), false),
                        () -> "Would delete the segment %s (%s).".formatted(there.name(), there.id()));
                return;
            }

            takingAway.confirm("Delete the segment %s?".formatted(there.name()));
            SegmentView gone = segments.delete(person(), segment.ref());
            output.print(
                    new Deleted(gone.id(), gone.name(), true),
                    () -> "Deleted the segment %s (%s).".formatted(gone.name(), gone.id()));
        });
    }

    private record Deleted(String id, String name, boolean deleted) {}

    @Command(
            name = "count",
            description = "Count the contacts that a condition holds for now. Nothing is saved.",
            footer = {"", "Examples:", "  muster segments count --directory Customers --file gold.yaml"})
    void count(@Mixin DirectoryOption directory, @Mixin ConditionOption condition, @Mixin Output output) {
        String text = ConditionFile.read(condition.file);
        ask(SegmentService.class, segments -> {
            ProgressLine progress = new ProgressLine(terminal(), InstantSource.system());
            progress.step("count");
            long count;
            try {
                count = segments.count(directory.name(), text, progress::at);
            } finally {
                progress.done();
            }

            output.print(count, () -> Long.toString(count));
        });
    }

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
    void members(
            @Mixin SegmentOption segment,
            @Option(
                            names = "--format",
                            paramLabel = "csv|jsonl",
                            description = "Write all members that way. Default: csv.")
                    @Nullable
                    String format,
            @Option(
                            names = "--most",
                            paramLabel = "NUMBER",
                            description = "Members of a page, with --json. Default: 100; at most 10000.")
                    @Nullable
                    Integer most,
            @Option(
                            names = "--after",
                            paramLabel = "CONTACT",
                            description = "What the page before gave as next, with --json.")
                    @Nullable
                    String after,
            @Mixin Output output) {
        if (output.isJson() ? format != null : most != null || after != null) {
            throw Refusal.invalid(
                    "OPTIONS_EXCLUDE",
                    "Cannot list members: --format writes all of them, --most and --after belong to the pages of"
                            + " --json. Use one or the other.");
        }

        ask(SegmentService.class, segments -> {
            if (output.isJson()) {
                MemberPage page = segments.members(segment.ref(), after, Objects.requireNonNullElse(most, USUAL_PAGE));
                output.print(page, () -> "");
            } else {
                segments.writeMembers(segment.ref(), wanted(format), terminal().answer());
            }
        });
    }

    private static Format wanted(@Nullable String format) {
        return switch (format == null ? "csv" : format.toLowerCase(Locale.ROOT)) {
            case "csv" -> Format.CSV;
            case "jsonl" -> Format.JSONL;
            default ->
                throw Refusal.invalid(
                        "UNKNOWN_FORMAT",
                        "Cannot write members as '" + format + "': there is no such format. Use csv or jsonl.");
        };
    }

    @Command(
            name = "rollback",
            description = {
                "Put the version of a segment before the published one back. Pressed twice, nothing more changes.",
                "",
                "The one taken back can be published again with 'muster segments publish' until the next rebuild."
            },
            footer = {"", "Examples:", "  muster segments rollback SG_1a2B3c4D5e6F7g8"})
    void rollback(@Mixin SegmentOption segment, @Mixin Output output) {
        ask(SegmentService.class, segments -> {
            SegmentView after = segments.rollBack(person(), segment.ref());
            output.print(
                    after,
                    () -> "The segment %s (%s) is at version %d again, with %,d members; version %d was taken back."
                            .formatted(
                                    after.name(), after.id(), after.version(), after.members(), after.heldVersion()));
        });
    }

    @Command(
            name = "publish",
            description = "Publish the version of a segment that is held: because its size jumped, or since a"
                    + " rollback. Segments that were held only because they use it follow.",
            footer = {"", "Examples:", "  muster segments publish SG_1a2B3c4D5e6F7g8"})
    void publish(@Mixin SegmentOption segment, @Mixin Output output) {
        ask(SegmentService.class, segments -> {
            boolean held = segments.show(segment.ref()).segment().heldVersion() != null;
            List<SegmentView> after = segments.publish(person(), segment.ref());
            output.print(after, () -> held ? SEGMENTS.text(after) : "Nothing of it was held.");
        });
    }

    @Command(
            name = "explain",
            description = "Say which parts of a segment's condition hold for a contact now, and what was seen."
                    + " Membership itself is that of the last rebuild.",
            footer = {"", "Examples:", "  muster segments explain SG_1a2B3c4D5e6F7g8 --contact CID_1a2B3c4D5e6F7g8"})
    void explain(
            @Mixin SegmentOption segment,
            @Option(
                            names = "--contact",
                            paramLabel = "CONTACT",
                            required = true,
                            description = "The contact's id, CID_…")
                    String contact,
            @Mixin Output output) {
        ask(SegmentService.class, segments -> {
            ExplainedMembership answer = segments.explain(segment.ref(), contact);
            output.print(answer, () -> text(answer));
        });
    }

    @Command(
            name = "history",
            description = {
                "Show the counts of a segment over time, its definitions, and what people did to it.",
                "",
                "With --contact: when that contact joined and left. With --version: who joined and left with that"
                        + " version, as CSV (contactId, change)."
            },
            footer = {
                "",
                "Examples:",
                "  muster segments history SG_1a2B3c4D5e6F7g8",
                "  muster segments history SG_1a2B3c4D5e6F7g8 --contact CID_1a2B3c4D5e6F7g8",
                "  muster segments history SG_1a2B3c4D5e6F7g8 --version 12"
            })
    void history(
            @Mixin SegmentOption segment,
            @Option(names = "--contact", paramLabel = "CONTACT", description = "Only joins and leaves of this contact.")
                    @Nullable
                    String contact,
            @Option(names = "--version", paramLabel = "VERSION", description = "Who joined and left with this version.")
                    @Nullable
                    Long version,
            @Option(
                            names = "--most",
                            paramLabel = "NUMBER",
                            defaultValue = "100",
                            description = "The most lines of each kind, newest first. Default: ${DEFAULT-VALUE}.")
                    int most,
            @Mixin Output output) {
        if (contact != null && version != null) {
            throw Refusal.invalid(
                    "OPTIONS_EXCLUDE", "Cannot show the history: --contact and --version are two questions. Ask one.");
        }

        ask(SegmentService.class, segments -> {
            if (contact != null) {
                List<SegmentPast.Stay> stays = segments.stays(segment.ref(), contact, most);
                output.print(stays, () -> STAYS.text(stays));
            } else if (version != null) {
                changes(segments, segment, version, output);
            } else {
                SegmentPast past = segments.past(segment.ref(), most);
                output.print(
                        past,
                        () -> String.join(
                                "\n",
                                VERSIONS.text(past.versions()),
                                DEFINITIONS.text(past.definitions()),
                                DEEDS.text(past.actions())));
            }
        });
    }

    private void changes(SegmentService segments, SegmentOption segment, long version, Output output) {
        PrintWriter out = terminal().text();
        segments.changes(
                segment.ref(),
                version,
                () -> {
                    if (!output.isJson()) {
                        out.print("contactId,change\r\n");
                    }
                },
                (change, id) -> {
                    if (output.isJson()) {
                        terminal().json(new Move(id, word(change)));
                    } else {
                        out.print(id + "," + word(change) + "\r\n");
                    }
                });
    }

    private record Move(String contactId, String change) {}

    private static String word(Change change) {
        return change.name().toLowerCase(Locale.ROOT);
    }

    @Command(
            name = "schema",
            description = "Print the JSON Schema of condition files, for editors.",
            footer = {"", "Examples:", "  muster segments schema > condition.schema.json"})
    void schema() {
        terminal().text().print(Conditions.schema());
    }

    private static String text(SegmentDetails details) {
        SegmentView segment = details.segment();
        return new TextTable("ID", segment.id())
                .row("NAME", segment.name())
                .row("DIRECTORY", segment.directory())
                .row("CONDITION", segment.condition())
                .row("REVISION", segment.revision())
                .row("MEMBERS", segment.members() == null ? "not rebuilt yet" : segment.members())
                .row("VERSION", segment.version())
                .row("PUBLISHED", segment.published())
                .row("PREVIOUS VERSION", segment.previousVersion())
                .row(
                        "HELD VERSION",
                        segment.heldVersion() == null
                                ? null
                                : segment.heldVersion() + " (" + segment.heldReason() + ")")
                .row("GUARD", GuardOption.text(new SizeGuard(segment.guardShare(), segment.guardOver())))
                .row("USED BY", String.join(" ", details.usedBy()))
                .row("CREATED", segment.created())
                .row("MODIFIED", segment.modified())
                .toString();
    }

    private static String text(ExplainedMembership answer) {
        StringBuilder text = new StringBuilder("%s now %s: the condition %s.\n"
                .formatted(
                        answer.contact(),
                        answer.member() ? "is a member" : "is no member",
                        answer.holds() ? "holds" : "does not hold"));
        line(text, answer.condition(), 0);
        if (answer.member() != answer.holds()) {
            text.append("The next rebuild ").append(answer.holds() ? "makes it a member.\n" : "takes it out.\n");
        }

        return text.toString();
    }

    private static void line(StringBuilder text, ExplainedMembership.Part part, int depth) {
        text.append(part.holds() ? "yes  " : "no   ").repeat(' ', depth * 2).append(part.condition());
        if (part.seen() != null) {
            text.append("   (").append(part.seen()).append(')');
        }

        text.append('\n');
        part.parts().forEach(one -> line(text, one, depth + 1));
    }
}
