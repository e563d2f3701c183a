package io.muster.dedup.undo;

import io.muster.dedup.KeyedContact;
import io.muster.directory.IdentityKey;
import io.muster.directory.StoredContact;
import io.muster.load.ContactImage;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A contact that the run deleted comes back with all that hung on it.
 *
 * @param image it with its rows, just before it was deleted
 * @param contact it as it comes back, with what its keys are made of
 */
record PutBack(ContactImage image, KeyedContact contact) {

    static PutBack of(StoredContact stored, ContactImage image) {
        List<String> aliases = values(image, "contact_alias", "ext_ref")
                .map(String.class::cast)
                .toList();
        Set<IdentityKey> content = new HashSet<>();
        values(image, "content_claim", "key_hash")
                .forEach(key -> content.add(IdentityKey.of(IdentityKey.CONTENT_RULE, (byte[]) key)));
        return new PutBack(image, new KeyedContact(stored, aliases, content));
    }

    private static Stream<Object> values(ContactImage image, String table, String column) {
        return image.tables().stream()
                .filter(some -> some.name().equals(table))
                .flatMap(some -> some.rows().stream()
                        .map(row ->
                                Objects.requireNonNull(row.get(some.columns().indexOf(column)))));
    }
}
