package io.muster.cli;

import io.muster.directory.Contact;
import io.muster.directory.store.AuditEntry;
import io.muster.directory.store.Contacts;
import io.muster.segment.DefinitionChange;
import io.muster.segment.Segment;
import io.muster.segment.Segments;
import io.muster.segment.members.MembershipChange;
import io.muster.segment.members.MembershipHistory;
import io.muster.segment.members.MembershipHistory.Change;
import io.muster.segment.members.Publication;
import io.muster.segment.members.SegmentConfiguration;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code muster segments history}. */
@Command(
        name = "history",
        description = {
            "Show the counts of a segment over time, its definitions, and what people did to it.",
            "",
            "With --contact: when that contact joined and left. With --version: who joined and left with that version,"
                    + " as CSV (contactId, change)."
        },
        footer = {
            "",
            "Examples:",
            "  muster segments history SG_1a2B3c4D5e6F7g8",
            "  muster segments history SG_1a2B3c4D5e6F7g8 --contact CID_1a2B3c4D5e6F7g8",
            "  muster segments history SG_1a2B3c4D5e6F7g8 --version 12"
        })
final class SegmentsHistoryCommand implements Runnable {

    private final Terminal terminal;

    @Mixin
    private SegmentOption segment;

    @Option(names = "--contact", paramLabel = "CONTACT", description = "Only joins and leaves of this contact.")
    private @Nullable String contact;

    @Option(names = "--version", paramLabel = "VERSION", description = "Who joined and left with this version.")
    private @Nullable Long version;

    @Option(
            names = "--most",
            paramLabel = "NUMBER",
            defaultValue = "100",
            description = "The most lines of each kind, newest first. Default: ${DEFAULT-VALUE}.")
    private int most;

    @Mixin
    private Output output;

    SegmentsHistoryCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        String who = contact;
        Long of = version;
        if (who != null && of != null) {
            throw Refusal.usage("Cannot show the history: --contact and --version are two questions. Ask one.");
        }

        try (AppContext context = AppContext.open(terminal, SegmentConfiguration.class)) {
            Segment found = segment.find(context);
            if (who != null) {
                ofContact(context, found, context.get(Contacts.class).find(who));
            } else if (of != null) {
                ofVersion(context, found, of);
            } else {
                ofSegment(context, found);
            }
        }
    }

    private void ofContact(AppContext context, Segment found, Contact who) {
        List<Stay> changes =
                context.get(MembershipHistory.class).of(found.directory(), who.number(), found.number(), most).stream()
                        .map(Stay::of)
                        .toList();
        output.print(changes, () -> {
            TextTable table = new TextTable("AT", "CHANGE", "VERSION");
            changes.forEach(change -> table.row(change.at(), change.change(), change.version()));
            return table.toString();
        });
    }

    private void ofVersion(AppContext context, Segment found, long of) {
        MembershipHistory history = context.get(MembershipHistory.class);
        Publication publication = history.publications(found, Integer.MAX_VALUE).stream()
                .filter(one -> one.version() == of)
                .findFirst()
                .orElseThrow(() -> Refusal.usage("Cannot show version " + of + " of the segment " + found.called()
                        + ": it was never published, or its history was pruned. 'muster segments history "
                        + found.id() + "' lists them."));
        PrintWriter out = terminal.text();
        if (!output.isJson()) {
            out.print("contactId,change\r\n");
        }

        history.forEachChange(found, publication, (change, id) -> {
            if (output.isJson()) {
                terminal.json(new Move(id, word(change)));
            } else {
                out.print(id + "," + word(change) + "\r\n");
            }
        });
    }

    private void ofSegment(AppContext context, Segment found) {
        Segments segments = context.get(Segments.class);
        History history = new History(
                found.id(),
                context.get(MembershipHistory.class).publications(found, most).stream()
                        .map(Switch::of)
                        .toList(),
                segments.definitions(found).stream()
                        .limit(most)
                        .map(Written::of)
                        .toList(),
                segments.actions(found, most).stream().map(Deed::of).toList());
        output.print(history, () -> text(history));
    }

    private static String text(History history) {
        TextTable switches = new TextTable("PUBLISHED", "VERSION", "MEMBERS", "ADDED", "REMOVED", "KIND", "BY");
        history.versions()
                .forEach(one -> switches.row(
                        one.published(),
                        one.version(),
                        one.members(),
                        one.added(),
                        one.removed(),
                        one.kind(),
                        one.by()));
        TextTable definitions = new TextTable("DEFINED", "REVISION", "BY", "CONDITION");
        history.definitions().forEach(one -> definitions.row(one.at(), one.revision(), one.by(), one.condition()));
        TextTable actions = new TextTable("DONE", "ACTION", "BY", "DETAIL");
        history.actions().forEach(one -> actions.row(one.at(), one.action(), one.by(), one.detail()));
        return switches + "\n" + definitions + "\n" + actions;
    }

    private static String word(Change change) {
        return change.name().toLowerCase(Locale.ROOT);
    }

    private record History(String segment, List<Switch> versions, List<Written> definitions, List<Deed> actions) {}

    private record Switch(
            Instant published, long version, long members, long added, long removed, String kind, String by) {

        static Switch of(Publication publication) {
            return new Switch(
                    Instant.ofEpochMilli(publication.at()),
                    publication.version(),
                    publication.members(),
                    publication.added(),
                    publication.removed(),
                    publication.kind().toLowerCase(Locale.ROOT),
                    publication.actor());
        }
    }

    private record Written(Instant at, int revision, String by, JsonNode condition) {

        static Written of(DefinitionChange change) {
            return new Written(
                    Instant.ofEpochMilli(change.definedAt()),
                    change.revision(),
                    change.actor(),
                    Json.mapper().readTree(change.definition()));
        }
    }

    private record Deed(Instant at, String action, String by, String detail) {

        static Deed of(AuditEntry entry) {
            return new Deed(
                    Instant.ofEpochMilli(entry.actedAt()),
                    entry.action().substring("segment.".length()),
                    entry.actor().text(),
                    String.valueOf(entry.detail().get("result")));
        }
    }

    private record Stay(Instant at, String change, String segment, long version) {

        static Stay of(MembershipChange change) {
            return new Stay(
                    Instant.ofEpochMilli(change.at()),
                    change.joined() ? "joined" : "left",
                    PublicId.SEGMENT.of(change.segment()),
                    change.version());
        }
    }

    private record Move(String contactId, String change) {}
}
