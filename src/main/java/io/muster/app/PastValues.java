package io.muster.app;

import io.muster.app.ContactLineage.Value;
import io.muster.directory.Contact;
import io.muster.directory.ContactField;
import io.muster.directory.Profile;
import io.muster.directory.store.Contacts;
import io.muster.load.JournalEntry;
import io.muster.load.JournalReader;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the values of a contact were before the runs that set them last, out of the journals of those runs. Reading a journal is
 * dear, so that it is done for who asks for it; journals are kept for some time only.
 */
public final class PastValues {

    private static final String EMBEDDED = "embedded.";
    private static final String UNSUBSCRIBED = "unsubscribed";
    private static final int MOST_RUNS = 10;

    private final Contacts contacts;
    private final JournalReader journals;
    private final Ids ids;

    PastValues(Contacts contacts, JournalReader journals, Ids ids) {
        this.contacts = contacts;
        this.journals = journals;
        this.ids = ids;
    }

    /**
     * The values before, by field: empty for none. Fields whose value no run has set, or of which nothing is known any more, are
     * left out.
     */
    public Map<String, String> of(String id, ContactLineage lineage) {
        Contact contact = contacts.find(id);
        Map<String, List<Value>> byRun = new LinkedHashMap<>();
        for (Value value : lineage.fields()) {
            if (value.run() != null) {
                byRun.computeIfAbsent(value.run(), run -> new ArrayList<>()).add(value);
            }
        }

        Map<String, String> before = new LinkedHashMap<>();
        byRun.entrySet().stream()
                .limit(MOST_RUNS)
                .forEach(entry -> entry(ids.read(PublicId.RUN, entry.getKey()).orElseThrow(), contact.number())
                        .ifPresent(journalled -> entry.getValue()
                                .forEach(value -> before.put(value.field(), was(journalled, value.field())))));
        return before;
    }

    private Optional<JournalEntry> entry(long run, long contact) {
        for (JournalReader.Place place : journals.blocks(run, contact)) {
            try {
                Optional<JournalEntry> found = journals.read(run, place).entries().stream()
                        .filter(entry -> entry.number() == contact)
                        .findFirst();
                if (found.isPresent()) {
                    return found;
                }
            } catch (Refusal gone) {
                return Optional.empty();
            }
        }

        return Optional.empty();
    }

    private static String was(JournalEntry entry, String field) {
        if (entry.before() == null) {
            return "";
        }

        Profile profile = entry.before().profile();
        @Nullable
        String value = field.equals(UNSUBSCRIBED)
                ? Boolean.toString(profile.unsubscribed())
                : field.startsWith(EMBEDDED)
                        ? profile.embedded(field.substring(EMBEDDED.length()))
                        : ContactField.byKey(field).map(profile::field).orElse(null);
        return value == null ? "" : value;
    }
}
