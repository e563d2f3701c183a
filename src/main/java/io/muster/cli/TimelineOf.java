package io.muster.cli;

import io.muster.directory.Contact;
import io.muster.directory.store.Contacts;
import io.muster.support.Refusal;
import picocli.CommandLine.Option;

/** Whose records are listed and how many, to be mixed in. */
final class TimelineOf {

    @Option(names = "--contact", paramLabel = "CONTACT", required = true, description = "The contact's id, CID_…")
    private String contact;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many at most. Default: ${DEFAULT-VALUE}.")
    private int limit;

    Contact find(Contacts contacts) {
        return contacts.find(contact);
    }

    int limit() {
        if (limit < 1) {
            throw Refusal.usage("Cannot list: --limit is below 1. Use a positive number.");
        }

        return limit;
    }

    /** Says so where there may be more. */
    void note(Terminal terminal, int listed) {
        if (listed == limit) {
            terminal.notes().println("Stopped at %d; there may be more (--limit).".formatted(limit));
        }
    }
}
