package io.muster.dedup;

import io.muster.dedup.rules.IncomingRecord;
import io.muster.directory.CodePointOrder;
import io.muster.directory.ContactField;
import io.muster.directory.EmbeddedJson;
import io.muster.directory.FieldValues;
import io.muster.directory.IdentityKey;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A record or a change that was given for one contact, as the rules see it. */
final class GivenRecord implements IncomingRecord, FieldValues {

    private final DirectoryIdentity identity;
    private final Map<ContactField, String> values = new EnumMap<>(ContactField.class);
    private final Set<ContactField> blank = EnumSet.noneOf(ContactField.class);
    private final SortedMap<String, String> embedded = new TreeMap<>(CodePointOrder.INSTANCE);
    private final Set<String> blankEmbedded = new HashSet<>();

    private GivenRecord(DirectoryIdentity identity) {
        this.identity = identity;
    }

    /** A record; what the directory takes for blank counts as blank. */
    static GivenRecord of(DirectoryIdentity identity, IncomingContact contact) {
        GivenRecord record = new GivenRecord(identity);
        Predicate<String> isBlank = identity.nullTokens()::isBlank;
        record.give(contact.fields(), contact.embedded(), isBlank);
        contact.fields().forEach((field, value) -> {
            if (isBlank.test(value)) {
                record.blank.add(field);
            }
        });
        contact.embedded().forEach((name, value) -> {
            if (isBlank.test(value)) {
                record.blankEmbedded.add(name);
            }
        });
        return record;
    }

    /** A change to the letter: a blank value says nothing, and only what is named is cleared. */
    static GivenRecord of(DirectoryIdentity identity, ContactChange change) {
        GivenRecord record = new GivenRecord(identity);
        record.give(change.fields(), change.embedded(), ContactChange::isBlank);
        record.blank.addAll(change.clearedFields());
        record.blank.removeAll(record.values.keySet());
        record.blankEmbedded.addAll(change.clearedEmbedded());
        record.blankEmbedded.removeAll(record.embedded.keySet());
        return record;
    }

    private void give(Map<ContactField, String> fields, Map<String, String> data, Predicate<String> isBlank) {
        fields.forEach((field, value) -> {
            if (!isBlank.test(value)) {
                values.put(field, value);
            }
        });
        data.forEach((name, value) -> {
            if (!isBlank.test(value)) {
                embedded.put(name, value);
            }
        });
    }

    @Override
    public Said says(ContactField field) {
        return values.containsKey(field) ? Said.VALUE : blank.contains(field) ? Said.BLANK : Said.NOTHING;
    }

    @Override
    public String value(ContactField field) {
        return Objects.requireNonNull(values.get(field));
    }

    @Override
    public SortedMap<String, String> embedded() {
        return embedded;
    }

    @Override
    public Collection<String> blankEmbedded() {
        return blankEmbedded;
    }

    @Override
    public @Nullable String embeddedJson() {
        return EmbeddedJson.write(embedded);
    }

    @Override
    public @Nullable IdentityKey key(int place) {
        return identity.key(place, this);
    }

    @Override
    public @Nullable String field(ContactField field) {
        return values.get(field);
    }

    @Override
    public @Nullable String embedded(String name) {
        return embedded.get(name);
    }
}
