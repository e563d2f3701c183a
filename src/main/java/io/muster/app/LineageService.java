package io.muster.app;

import io.muster.app.ContactLineage.By;
import io.muster.app.ContactLineage.Value;
import io.muster.directory.Contact;
import io.muster.directory.ContactField;
import io.muster.directory.Lineage;
import io.muster.directory.Origin;
import io.muster.directory.Profile;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditEntry;
import io.muster.directory.store.AuditQuery;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.EmbeddedNames;
import io.muster.directory.store.LineageRuns;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says of each value of a contact which run, file and row, or which edit, last set it. */
public final class LineageService {

    private static final String EMBEDDED = "embedded.";

    // An edit takes its moment shortly before its line in the audit log does.
    private static final Duration ENTERED_WITHIN = Duration.ofMinutes(1);

    private static final int MOST_LINES = 100;

    private final Contacts contacts;
    private final EmbeddedNames names;
    private final LineageRuns runs;
    private final Audit audit;
    private final Ids ids;

    LineageService(Contacts contacts, EmbeddedNames names, LineageRuns runs, Audit audit, Ids ids) {
        this.contacts = contacts;
        this.names = names;
        this.runs = runs;
        this.audit = audit;
        this.ids = ids;
    }

    /** Where the values of a contact come from. */
    public ContactLineage of(String id) {
        Contact contact = contacts.find(id);
        Map<Long, Origin> origins = contact.lineage().origins(contact.profile());
        Set<Long> imports = origins.values().stream()
                .filter(Origin.Row.class::isInstance)
                .map(origin -> ((Origin.Row) origin).run())
                .collect(Collectors.toSet());
        Map<Long, LineageRuns.Known> known = runs.of(contact.directory(), imports);
        // One edit sets several fields, and is looked up once.
        Map<Long, Optional<String>> actors = origins.values().stream()
                .filter(Origin.Edit.class::isInstance)
                .map(origin -> ((Origin.Edit) origin).at())
                .distinct()
                .collect(Collectors.toMap(Function.identity(), at -> actor(contact, at)));
        List<Value> values = new ArrayList<>();
        fields(contact).forEach((field, value) -> {
            Origin origin = origins.get(key(field));
            if (value != null || origin != null) {
                values.add(value(field, value, origin, known, actors));
            }
        });
        return new ContactLineage(contact.id(), values);
    }

    /** Every field with its value, those without one too: one that is empty now may have been emptied. */
    private Map<String, @Nullable String> fields(Contact contact) {
        Profile profile = contact.profile();
        Map<String, @Nullable String> fields = new LinkedHashMap<>();
        ContactField.ALL.forEach(field -> fields.put(field.key(), profile.field(field)));
        boolean optOutKnown = contact.lineage().origin(Lineage.OPT_OUT, profile.unsubscribed()) != null;
        fields.put(
                "unsubscribed",
                profile.unsubscribed() || optOutKnown ? Boolean.toString(profile.unsubscribed()) : null);
        profile.embedded().forEach((name, value) -> fields.put(EMBEDDED + name, value));
        names.of(contact.directory()).names().forEach(name -> fields.putIfAbsent(EMBEDDED + name, null));
        return fields;
    }

    private static long key(String field) {
        return ContactField.byKey(field)
                .map(Lineage::key)
                .orElseGet(() ->
                        field.startsWith(EMBEDDED) ? Lineage.key(field.substring(EMBEDDED.length())) : Lineage.OPT_OUT);
    }

    private Value value(
            String field,
            @Nullable String value,
            @Nullable Origin origin,
            Map<Long, LineageRuns.Known> known,
            Map<Long, Optional<String>> actors) {
        if (origin == null) {
            return new Value(field, value, By.UNKNOWN, null, null, null, null, null, null, null);
        }

        return switch (origin) {
            case Origin.Edit edit ->
                new Value(
                        field,
                        value,
                        By.EDIT,
                        null,
                        null,
                        null,
                        Instant.ofEpochMilli(edit.at()),
                        null,
                        null,
                        actors.getOrDefault(edit.at(), Optional.empty()).orElse(null));
            case Origin.Row row -> imported(field, value, row, known.get(row.run()));
        };
    }

    private Value imported(String field, @Nullable String value, Origin.Row row, LineageRuns.@Nullable Known run) {
        return new Value(
                field,
                value,
                By.IMPORT,
                ids.run(row.run()),
                run == null ? null : run.file(),
                row.row(),
                run == null ? null : Instant.ofEpochMilli(run.at()),
                run == null || run.source().isEmpty() ? null : run.source(),
                row.asOf() == Origin.NO_AS_OF ? null : Instant.ofEpochMilli(row.asOf()),
                null);
    }

    /** Who made the edit of that moment; empty when the audit log does not say. */
    private Optional<String> actor(Contact contact, long at) {
        AuditQuery lines = new AuditQuery(
                null,
                null,
                null,
                PublicId.CONTACT,
                PublicId.contact(contact.directory(), contact.number()),
                at,
                at + ENTERED_WITHIN.toMillis());
        List<AuditEntry> newestFirst = audit.read(lines, null, MOST_LINES);
        return newestFirst.isEmpty()
                ? Optional.empty()
                : Optional.of(newestFirst.getLast().actor().text());
    }
}
