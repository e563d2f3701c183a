package io.muster.dedup.rules;

import io.muster.directory.CodePointOrder;
import io.muster.directory.ContactField;
import io.muster.directory.EmbeddedJson;
import io.muster.directory.IdentityKey;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A record for the tests of the rules, made step by step; its keys are given, not computed. */
final class AnIncomingRecord implements IncomingRecord {

    private final Map<ContactField, String> values = new EnumMap<>(ContactField.class);
    private final Set<ContactField> blank = EnumSet.noneOf(ContactField.class);
    private final SortedMap<String, String> embedded = new TreeMap<>(CodePointOrder.INSTANCE);
    private final Set<String> blankEmbedded = new HashSet<>();
    private final Map<Integer, IdentityKey> keys = new HashMap<>();
    private @Nullable String json;

    static AnIncomingRecord record() {
        return new AnIncomingRecord();
    }

    AnIncomingRecord with(ContactField field, String value) {
        values.put(field, value);
        return this;
    }

    AnIncomingRecord blank(ContactField field) {
        blank.add(field);
        return this;
    }

    AnIncomingRecord with(String name, String value) {
        embedded.put(name, value);
        json = EmbeddedJson.write(embedded);
        return this;
    }

    AnIncomingRecord blank(String name) {
        blankEmbedded.add(name);
        return this;
    }

    AnIncomingRecord key(int place, IdentityKey key) {
        keys.put(place, key);
        return this;
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
        return json;
    }

    @Override
    public @Nullable IdentityKey key(int place) {
        return keys.get(place);
    }
}
