package io.muster.app;

import io.muster.dedup.KeyedContact;
import io.muster.dedup.merge.PossibleGroup;
import io.muster.directory.ContactField;
import io.muster.directory.Profile;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Possible duplicates as people look at them, with public ids. */
public final class DuplicateViews {

    private DuplicateViews() {}

    /**
     * A contact of a group.
     *
     * @param name what people call it: its name, else its email, its reference, its id
     * @param version changes with every change of it
     */
    public record Listed(String id, String name, int version, Instant created, Instant changed) {

        static Listed of(String id, KeyedContact contact) {
            return new Listed(
                    id,
                    name(id, contact.profile()),
                    contact.version(),
                    Instant.ofEpochMilli(contact.stored().createdAt()),
                    Instant.ofEpochMilli(contact.stored().modifiedAt()));
        }

        private static String name(String id, Profile profile) {
            String name = Stream.of(ContactField.FIRST_NAME, ContactField.LAST_NAME)
                    .map(profile::field)
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining(" "));
            return Stream.of(name, profile.field(ContactField.EMAIL), profile.field(ContactField.EXT_REF))
                    .filter(text -> text != null && !text.isEmpty())
                    .findFirst()
                    .orElse(id);
        }
    }

    /**
     * What some contacts share.
     *
     * @param rule the number of the rule
     * @param fields of the rule
     * @param values in these fields, as one of the contacts has them
     * @param contacts ids
     */
    public record Because(int rule, List<String> fields, List<String> values, List<String> contacts) {

        static Because of(PossibleGroup.Shared shared, List<String> contacts) {
            return new Because(shared.rule().id(), shared.rule().fields(), shared.values(), contacts);
        }
    }

    /**
     * A group.
     *
     * @param contacts the oldest first: it survives a merge
     * @param tooLarge whether it has more contacts than are merged, so that only some of them are given
     */
    public record Group(List<Listed> contacts, List<Because> because, boolean tooLarge) {}

    /**
     * A group side by side.
     *
     * @param touches what happened last with each contact, in their order; null for nothing
     * @param lines what they have, a line for a field
     * @param apart whether others share a key with it and are kept apart from it
     * @param maxGroup how many contacts are merged at most
     */
    public record Review(Group group, List<@Nullable Touch> touches, List<Line> lines, boolean apart, int maxGroup) {}

    /** What happened with a contact. */
    public record Touch(String what, Instant at) {}

    /**
     * What contacts have in a field.
     *
     * @param key the field's key, {@code embedded.NAME}, {@code aliases}, {@code optedOut} or {@code lists}
     * @param values by contact; empty for nothing
     * @param after a merge
     */
    public record Line(String key, List<String> values, String after) {

        /** Whether the contacts have different things. */
        public boolean differs() {
            return values.stream().distinct().count() > 1;
        }
    }

    /**
     * Contacts that are kept apart.
     *
     * @param id the decision, or the merge that was undone
     */
    public record Apart(String id, Instant since, List<Listed> contacts) {}

    /** A merge that was made, and the contact that it left. */
    public record Made(String merge, String survivor) {}
}
