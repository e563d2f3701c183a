package io.muster.cli;

import io.muster.directory.Contact;
import io.muster.directory.Touchpoint;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.DirectoryConfiguration;
import io.muster.directory.store.Timeline;
import io.muster.support.PublicId;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster touchpoints list}. */
@Command(
        name = "list",
        description = "List the touchpoints of a contact, the newest first.",
        footer = {"", "Examples:", "  muster touchpoints list --contact CID_1a2B3c4D5e6F7g8 --json"})
final class TouchpointsListCommand implements Runnable {

    private final Terminal terminal;

    @Mixin
    private TimelineOf of;

    @Mixin
    private Output output;

    TouchpointsListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** One touchpoint. */
    private record Answer(
            String channel,
            String kind,
            String time,
            @Nullable String survey,
            @Nullable String intercept,
            @Nullable String run,
            String recorded) {

        static Answer of(Touchpoint touchpoint) {
            Long run = touchpoint.run();
            return new Answer(
                    touchpoint.channel(),
                    touchpoint.kind(),
                    Instant.ofEpochMilli(touchpoint.happenedAt()).toString(),
                    touchpoint.survey(),
                    touchpoint.intercept(),
                    run == null ? null : PublicId.RUN.of(run),
                    Instant.ofEpochMilli(touchpoint.recordedAt()).toString());
        }
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, DirectoryConfiguration.class)) {
            Contact contact = of.find(context.get(Contacts.class));
            List<Answer> answers =
                    context.get(Timeline.class).touchpoints(contact.directory(), contact.number(), of.limit()).stream()
                            .map(Answer::of)
                            .toList();
            output.print(answers, () -> text(answers));
            of.note(terminal, answers.size());
        }
    }

    private static String text(List<Answer> answers) {
        if (answers.isEmpty()) {
            return "No touchpoint.\n";
        }

        TextTable table = new TextTable("TIME", "CHANNEL", "KIND", "SURVEY", "INTERCEPT");
        answers.forEach(answer -> table.row(
                answer.time(),
                answer.channel(),
                answer.kind(),
                Objects.requireNonNullElse(answer.survey(), ""),
                Objects.requireNonNullElse(answer.intercept(), "")));
        return table.toString();
    }
}
