package io.muster.cli;

import io.muster.directory.Contact;
import io.muster.directory.ContactTransaction;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.DirectoryConfiguration;
import io.muster.directory.store.Timeline;
import io.muster.support.PublicId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code muster transactions list}. */
@Command(
        name = "list",
        description = "List the transactions of a contact, the newest first.",
        footer = {"", "Examples:", "  muster transactions list --contact CID_1a2B3c4D5e6F7g8 --json"})
final class TransactionsListCommand implements Runnable {

    private final Terminal terminal;

    @Mixin
    private TimelineOf of;

    @Mixin
    private Output output;

    TransactionsListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** One transaction. */
    private record Answer(
            String date,
            Map<String, String> fields,
            @Nullable String run,
            String recorded) {

        static Answer of(ContactTransaction transaction) {
            Long run = transaction.run();
            return new Answer(
                    Instant.ofEpochMilli(transaction.happenedAt()).toString(),
                    transaction.fields(),
                    run == null ? null : PublicId.RUN.of(run),
                    Instant.ofEpochMilli(transaction.recordedAt()).toString());
        }
    }

    @Override
    public void run() {
        try (AppContext context = AppContext.open(terminal, DirectoryConfiguration.class)) {
            Contact contact = of.find(context.get(Contacts.class));
            List<Answer> answers =
                    context.get(Timeline.class).transactions(contact.directory(), contact.number(), of.limit()).stream()
                            .map(Answer::of)
                            .toList();
            output.print(answers, () -> text(answers));
            of.note(terminal, answers.size());
        }
    }

    private static String text(List<Answer> answers) {
        if (answers.isEmpty()) {
            return "No transaction.\n";
        }

        TextTable table = new TextTable("DATE", "FIELDS");
        answers.forEach(answer -> table.row(
                answer.date(),
                answer.fields().entrySet().stream()
                        .map(field -> field.getKey() + "=" + field.getValue())
                        .collect(Collectors.joining(", "))));
        return table.toString();
    }
}
