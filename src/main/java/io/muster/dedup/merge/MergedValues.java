package io.muster.dedup.merge;

import io.muster.dedup.KeyedContact;
import io.muster.directory.ContactField;
import io.muster.directory.Lineage;
import io.muster.directory.Profile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a group of contacts becomes: per field and embedded name the newest value, opted out if any was. Newest is the
 * contact changed last; of contacts changed at the same moment, the one with the highest number.
 *
 * @param values the survivor's values
 * @param lineage each value comes from where it came from to the contact that had it
 * @param aliases the references that lead to the survivor besides its own
 */
record MergedValues(Profile values, Lineage lineage, Set<String> aliases) {

    private static final Comparator<KeyedContact> BY_AGE_OF_VALUES = Comparator.comparingLong(
                    (KeyedContact contact) -> contact.stored().modifiedAt())
            .thenComparingLong(KeyedContact::number);

    /** @param survivor the one of the group whose own reference is never replaced */
    static MergedValues of(KeyedContact survivor, Collection<KeyedContact> group) {
        EnumMap<ContactField, String> fields = new EnumMap<>(ContactField.class);
        Map<String, String> embedded = new HashMap<>();
        boolean unsubscribed = false;
        List<KeyedContact> byAge = byAge(group);
        for (KeyedContact contact : byAge) {
            fields.putAll(contact.profile().fields());
            embedded.putAll(contact.profile().embedded());
            unsubscribed |= contact.profile().unsubscribed();
        }

        String own = survivor.profile().field(ContactField.EXT_REF);
        if (own != null) {
            fields.put(ContactField.EXT_REF, own);
        }

        Profile values = new Profile(fields, embedded, unsubscribed);
        Lineage lineage = Lineage.merged(
                byAge.stream().map(MergedValues::state).toList(), own == null ? null : state(survivor), values);
        return new MergedValues(values, lineage, aliases(fields.getOrDefault(ContactField.EXT_REF, ""), group));
    }

    private static Lineage.State state(KeyedContact contact) {
        return Lineage.State.of(contact.stored());
    }

    /** The contacts, oldest values first. */
    static List<KeyedContact> byAge(Collection<KeyedContact> group) {
        List<KeyedContact> sorted = new ArrayList<>(group);
        sorted.sort(BY_AGE_OF_VALUES);
        return sorted;
    }

    private static Set<String> aliases(String own, Collection<KeyedContact> group) {
        Set<String> aliases = new LinkedHashSet<>();
        for (KeyedContact contact : group) {
            aliases.addAll(contact.aliases());
            String reference = contact.profile().field(ContactField.EXT_REF);
            if (reference != null) {
                aliases.add(reference);
            }
        }

        aliases.remove(own);
        return aliases;
    }
}
