package io.muster.cli;

import io.muster.app.AddedTouchpoint;
import io.muster.app.ContactHistory;
import io.muster.app.EventService;
import io.muster.app.NewTouchpoint;
import io.muster.app.Page;
import io.muster.app.PageEventDeletions;
import io.muster.app.PageEventsRequest;
import io.muster.app.TouchpointService;
import io.muster.app.TouchpointView;
import io.muster.dedup.ContactQuery;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster touchpoints}. */
@Command(
        name = "touchpoints",
        description = "Record contacts made with people (mails, text messages, intercepts), and look at them.",
        subcommands = TouchpointsImportCommand.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  muster touchpoints import sends.csv --directory Customers --channel email --kind invite",
            "  muster touchpoints add --directory Customers --ref C-1042 --channel sms --kind sent --key msg-77",
            "  muster touchpoints list --contact CID_1a2B3c4D5e6F7g8",
            "  muster touchpoints list --directory Customers --key msg-77",
            "  muster touchpoints export --directory Customers > touchpoints.csv",
            "  muster touchpoints delete --project Shop --from 2026-11-29T08:00 --to 2026-11-29T09:00 --preview"
        })
final class TouchpointsCommand extends AppCommands {

    private static final Listing<TouchpointView> TOUCHPOINTS = new Listing<TouchpointView>("No touchpoint.")
            .column("TIME", TouchpointView::time)
            .column("CHANNEL", TouchpointView::channel)
            .column("KIND", TouchpointView::kind)
            .column("SURVEY", TouchpointView::survey)
            .column("INTERCEPT", TouchpointView::intercept)
            .column("SOURCE", TouchpointView::source)
            .column("KEY", TouchpointView::key)
            .column("CONTACT", TouchpointView::contactId);

    TouchpointsCommand(Terminal terminal) {
        super(terminal);
    }

    /** Whose touchpoint it is, to be mixed in. */
    static final class Whose {

        @ArgGroup(multiplicity = "1")
        private By by = new By();

        /** Exactly one of them. */
        static final class By {

            @Option(
                    names = "--contact",
                    paramLabel = "CONTACT",
                    required = true,
                    description = "The contact's id, CID_…")
            private @Nullable String contact;

            @Option(
                    names = "--ref",
                    paramLabel = "REFERENCE",
                    required = true,
                    description = "Its external reference; references taken over by merges count.")
            private @Nullable String reference;

            @Option(
                    names = "--email",
                    paramLabel = "EMAIL",
                    required = true,
                    description = "Its mailbox, without case.")
            private @Nullable String email;

            @Option(names = "--phone", paramLabel = "PHONE", required = true, description = "Its phone number.")
            private @Nullable String phone;
        }

        @Nullable
        ContactQuery query() {
            if (by.contact != null) {
                return null;
            }

            if (by.reference != null) {
                return new ContactQuery.Reference(by.reference);
            }

            return by.email != null
                    ? new ContactQuery.Email(by.email)
                    : new ContactQuery.Phone(String.valueOf(by.phone));
        }
    }

    /** What the touchpoint is, to be mixed in. */
    static final class What {

        @Option(
                names = "--channel",
                paramLabel = "CHANNEL",
                required = true,
                description = "email, sms, web, app, push, whatsapp, phone, post or other.")
        private @Nullable String channel;

        @Option(
                names = "--kind",
                paramLabel = "KIND",
                required = true,
                description = "invite, sent, shown, reminder, thank-you, opened, clicked, dismissed, started, answered"
                        + " or bounced.")
        private @Nullable String kind;

        @Option(
                names = "--time",
                paramLabel = "TIME",
                description = "When, as ISO 8601; local to the directory without an offset. Default: now.")
        private @Nullable String time;

        @Option(names = "--survey", paramLabel = "SURVEY", description = "The survey it was about.")
        private @Nullable String survey;

        @Option(names = "--intercept", paramLabel = "INTERCEPT", description = "The intercept that was shown.")
        private @Nullable String intercept;

        @Option(
                names = "--project",
                paramLabel = "PROJECT",
                description = "The website or app where the intercept was shown.")
        private @Nullable String project;

        @Option(names = "--display", paramLabel = "DISPLAY", description = "That one display of the intercept.")
        private @Nullable String display;

        @Option(names = "--session", paramLabel = "SESSION", description = "The visit in which it happened.")
        private @Nullable String session;

        @Option(
                names = "--source",
                paramLabel = "SOURCE",
                description = "The system that it comes from. Default: manual.")
        private @Nullable String source;

        @Option(names = "--key", paramLabel = "KEY", description = "The touchpoint's own key, unique in its source.")
        private @Nullable String key;

        Map<String, String> values() {
            Map<String, String> values = new LinkedHashMap<>();
            put(values, "channel", channel);
            put(values, "kind", kind);
            put(values, "time", time);
            put(values, "survey", survey);
            put(values, "intercept", intercept);
            put(values, "project", project);
            put(values, "display", display);
            put(values, "session", session);
            put(values, "source", source);
            put(values, "key", key);
            return values;
        }

        private static void put(Map<String, String> values, String name, @Nullable String value) {
            if (value != null) {
                values.put(name, value);
            }
        }
    }

    @Command(
            name = "add",
            description = "Record one touchpoint of a contact. The same key of a source has one effect; without a"
                    + " key, the same touchpoint of a contact at the same time has.",
            footer = {
                "",
                "Examples:",
                "  muster touchpoints add --directory Customers --contact CID_1a2B3c4D5e6F7g8 --channel web --kind"
                        + " shown",
                "  muster touchpoints add --directory Customers --ref C-1042 --channel email --kind invite \\",
                "      --time 2026-11-22T09:30 --survey SV_12 --key msg-77 --json"
            })
    void add(@Mixin DirectoryOption directory, @Mixin Whose whose, @Mixin What what, @Mixin Output output) {
        ask(TouchpointService.class, touchpoints -> {
            AddedTouchpoint added = touchpoints.add(
                    new NewTouchpoint(person(), directory.name(), whose.by.contact, whose.query(), what.values()));
            output.print(
                    added,
                    () -> added.recorded()
                            ? "Recorded for " + added.contactId() + "."
                            : "Known already, of " + added.contactId()
                                    + (added.differs()
                                            ? ", but not the same; nothing changed."
                                            : "; nothing changed."));
        });
    }

    @Command(
            name = "list",
            description = "List the touchpoints of a contact, or those with a key, the newest first.",
            footer = {
                "",
                "Examples:",
                "  muster touchpoints list --contact CID_1a2B3c4D5e6F7g8 --json",
                "  muster touchpoints list --directory Customers --key msg-77"
            })
    void list(@Mixin WhichEvents which, @Mixin Paging paging, @Mixin Output output) {
        String contact = which.contact();
        if (contact == null) {
            ask(EventService.class, events -> {
                WhichEvents.ById wanted = which.byId();
                List<TouchpointView> found = events.touchpoints(wanted.directory(), wanted.id(), wanted.source());
                output.print(found, () -> TOUCHPOINTS.text(found));
            });
            return;
        }

        ask(ContactHistory.class, contacts -> {
            Page<TouchpointView> page = contacts.touchpoints(contact, paging.after(), paging.most());
            output.print(page.items(), () -> TOUCHPOINTS.text(page.items()));
            paging.note(page);
        });
    }

    @Command(
            name = "delete",
            description = {
                "Take displays and clicks back that came from the pages and apps of a project in a span of time, and compute"
                        + " next eligible times anew. Both the time that a page gave and the time at which it was heard"
                        + " count. When this is cut off, the same command does the rest.",
                "",
                "Responses stay: muster responses delete takes those back. Touchpoints of other sources stay as well."
            },
            footer = {
                "",
                "Examples:",
                "  muster touchpoints delete --project Shop --from 2026-11-29T08:00 --to 2026-11-29T09:00 --preview",
                "  muster touchpoints delete --project Shop --from 2026-11-29T08:00 --to 2026-11-29T09:00 --yes --json"
            })
    void delete(@Mixin FromPages fromPages, @Mixin TakingAway takingAway, @Mixin Output output) {
        PageEventsRequest request = fromPages.request(person());
        ask(PageEventDeletions.class, deletions -> {
            if (takingAway.isPreview()) {
                PageEventDeletions.Touchpoints found = deletions.previewTouchpoints(request);
                output.print(new Preview(found), () -> text("Would delete", found));
                return;
            }

            takingAway.confirm(text("Delete", deletions.previewTouchpoints(request)) + " Delete them?");
            PageEventDeletions.Touchpoints deleted = deletions.deleteTouchpoints(request);
            output.print(new Deleted(deleted), () -> text("Deleted", deleted));
        });
    }

    /** What is gone now. */
    private record Deleted(PageEventDeletions.Touchpoints deleted) {}

    /** What would be gone. */
    private record Preview(PageEventDeletions.Touchpoints wouldDelete) {}

    private static String text(String doing, PageEventDeletions.Touchpoints some) {
        return "%s %,d displays and %,d clicks of %,d contacts.%s"
                .formatted(
                        doing,
                        some.displays(),
                        some.clicks(),
                        some.contacts(),
                        some.responses() == 0
                                ? ""
                                : " Of that time there are %,d responses that are not verified; muster responses delete takes"
                                                .formatted(some.responses())
                                        + " them back.");
    }

    @Command(
            name = "export",
            description = "Write the touchpoints of a directory in the order of its contacts, as they are at one"
                    + " moment. Values are exact: a spreadsheet may take one for a formula.",
            footer = {
                "",
                "Examples:",
                "  muster touchpoints export --directory Customers --format jsonl --output touchpoints.jsonl"
            })
    void export(@Mixin DirectoryOption directory, @Mixin ExportTarget target) {
        ask(
                EventService.class,
                events -> target.write(
                        terminal(),
                        "touchpoints",
                        (format, out) -> events.exportTouchpoints(directory.name(), format, out)));
    }
}
