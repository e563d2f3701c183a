package io.muster.cli;

import io.muster.directory.Contact;
import io.muster.directory.store.Contacts;
import io.muster.segment.Segment;
import io.muster.segment.evaluate.Explanation;
import io.muster.segment.members.MembershipHistory;
import io.muster.segment.members.SegmentConfiguration;
import io.muster.segment.members.SegmentPreview;
import io.muster.support.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster segments explain}. */
@Command(
        name = "explain",
        description = "Tell which parts of a segment's condition hold for a contact now, and what was seen. Membership"
                + " itself is that of the last rebuild.",
        footer = {"", "Examples:", "  muster segments explain SG_1a2B3c4D5e6F7g8 --contact CID_1a2B3c4D5e6F7g8"})
final class SegmentsExplainCommand implements Runnable {

    private final Terminal terminal;

    @Mixin
    private SegmentOption segment;

    @Option(names = "--contact", paramLabel = "CONTACT", required = true, description = "The contact's id, CID_…")
    private String contact;

    @Mixin
    private Output output;

    SegmentsExplainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, SegmentConfiguration.class)) {
            Segment found = segment.find(context);
            Contact who = context.get(Contacts.class).find(contact);
            if (who.directory() != found.directory()) {
                throw Refusal.usage("Cannot explain the segment " + found.called() + ": the contact " + who.id()
                        + " belongs to another directory. Name one of the same directory.");
            }

            Explanation explanation = context.get(SegmentPreview.class)
                    .explain(SegmentOption.directory(context, found), found, who.number())
                    .orElseThrow(() -> Refusal.failed(
                            "Cannot explain the segment " + found.called() + ": the contact was deleted meanwhile."));
            boolean member = context.get(MembershipHistory.class)
                    .segmentsOf(found.directory(), who.number())
                    .contains(found.number());
            Explained answer = new Explained(
                    found.id(), found.name(), who.id(), member, explanation.holds(), Part.of(explanation));
            output.print(answer, () -> text(answer));
        }
    }

    /**
     * @param member whether readers see the contact in the segment
     * @param holds whether the condition holds for the contact now
     */
    private record Explained(
            String segment, String name, String contact, boolean member, boolean holds, Part condition) {}

    private record Part(
            String condition, boolean holds, @Nullable String seen, List<Part> parts) {

        static Part of(Explanation explanation) {
            return new Part(
                    explanation.text(),
                    explanation.holds(),
                    explanation.seen().orElse(null),
                    explanation.parts().stream().map(Part::of).toList());
        }
    }

    private static String text(Explained answer) {
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

    private static void line(StringBuilder text, Part part, int depth) {
        text.append(part.holds() ? "yes  " : "no   ").repeat(' ', depth * 2).append(part.condition());
        if (part.seen() != null) {
            text.append("   (").append(part.seen()).append(')');
        }

        text.append('\n');
        part.parts().forEach(one -> line(text, one, depth + 1));
    }
}
