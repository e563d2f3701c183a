package io.muster.dedup.undo;

import io.muster.directory.ContactField;
import io.muster.directory.EmbeddedJson;
import io.muster.directory.Membership;
import io.muster.directory.Profile;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rule of an undo, value by value: what is still as the run left it becomes as it was before; anything else was changed
 * since and stays.
 */
final class Restoring {

    private static final String OPT_OUT = "unsubscribed";
    private static final String EMBEDDED_PREFIX = "embedded.";

    private Restoring() {}

    /**
     * The values that a contact is given back.
     *
     * @param left as the run left them; null when that is not known, then every value counts as changed since
     */
    static Profile profile(Profile before, @Nullable Profile left, Profile now) {
        if (now.equals(left) || now.equals(before)) {
            return before;
        }

        EnumMap<ContactField, String> fields = new EnumMap<>(ContactField.class);
        for (ContactField field : ContactField.ALL) {
            boolean untouched = left != null && Objects.equals(now.field(field), left.field(field));
            String value = untouched ? before.field(field) : now.field(field);
            if (value != null) {
                fields.put(field, value);
            }
        }

        Map<String, String> embedded = data(before.embedded(), left == null ? null : left.embedded(), now.embedded());
        boolean untouched = left != null && now.unsubscribed() == left.unsubscribed();
        return new Profile(fields, embedded, untouched ? before.unsubscribed() : now.unsubscribed());
    }

    /** The names of the values in which two states of a contact differ. */
    static Set<String> differences(Profile some, Profile other) {
        Set<String> differences = new TreeSet<>();
        if (some.equals(other)) {
            return differences;
        }

        for (ContactField field : ContactField.ALL) {
            if (!Objects.equals(some.field(field), other.field(field))) {
                differences.add(field.key());
            }
        }

        for (String name : names(some.embedded(), other.embedded())) {
            if (!Objects.equals(some.embedded(name), other.embedded(name))) {
                differences.add(EMBEDDED_PREFIX + name);
            }
        }

        if (some.unsubscribed() != other.unsubscribed()) {
            differences.add(OPT_OUT);
        }

        return differences;
    }

    /** The membership that a contact is given back; null for none. */
    static @Nullable Membership membership(
            @Nullable Membership before, @Nullable Membership left, @Nullable Membership now) {
        if (Objects.equals(now, left)) {
            return before;
        }

        if (before == null || left == null || now == null) {
            return now;
        }

        Membership ofOptOut = now.unsubscribed() == left.unsubscribed() ? before : now;
        return new Membership(
                ofOptOut.unsubscribed(),
                EmbeddedJson.write(data(
                        EmbeddedJson.read(before.embedded()),
                        EmbeddedJson.read(left.embedded()),
                        EmbeddedJson.read(now.embedded()))),
                before.joinedAt(),
                ofOptOut.optedOutAt());
    }

    private static Map<String, String> data(
            Map<String, String> before, @Nullable Map<String, String> left, Map<String, String> now) {
        Map<String, String> restored = new TreeMap<>();
        for (String name : names(before, now)) {
            boolean untouched = left != null && Objects.equals(now.get(name), left.get(name));
            String value = untouched ? before.get(name) : now.get(name);
            if (value != null) {
                restored.put(name, value);
            }
        }

        return restored;
    }

    private static Set<String> names(Map<String, String> some, Map<String, String> more) {
        Set<String> names = new TreeSet<>(some.keySet());
        names.addAll(more.keySet());
        return names;
    }
}
