package io.muster.dedup.merge;

import io.muster.dedup.KeyedContact;
import io.muster.directory.ContactField;
import io.muster.directory.IdentityKey;
import io.muster.directory.Lineage;
import io.muster.directory.Profile;
import io.muster.directory.StoredContact;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A contact with all that hung on it at one moment of a merge; stored as deflated JSON.
 *
 * @param number its number
 * @param fields values by field key
 * @param embedded embedded data
 * @param unsubscribed opted out of the directory
 * @param createdAt epoch milliseconds
 * @param modifiedAt epoch milliseconds
 * @param version its version
 * @param aliases references of contacts it had absorbed
 * @param contentKeys keys of content, hexadecimal
 * @param owned keys it owned, {@code rule:hexadecimal}
 * @param transactions keys of its transactions, hexadecimal; left out of the survivor's images
 * @param touchpoints keys of its touchpoints, likewise
 * @param responses numbers of its responses, likewise
 * @param memberships its lists
 * @param apart marks it shared with contacts it is kept apart from
 * @param lineage where its values came from, as {@link Lineage} stores it; null when nothing is known
 */
@SuppressWarnings("ArrayRecordComponent") // written and read once
record MergeImage(
        long number,
        Map<String, String> fields,
        Map<String, String> embedded,
        boolean unsubscribed,
        long createdAt,
        long modifiedAt,
        int version,
        List<String> aliases,
        List<String> contentKeys,
        List<String> owned,
        List<String> transactions,
        List<String> touchpoints,
        List<Long> responses,
        List<Member> memberships,
        List<Long> apart,
        byte @Nullable [] lineage) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final HexFormat HEX = HexFormat.of();

    /** Images of merges older than touchpoints or responses have none. */
    MergeImage {
        touchpoints = touchpoints == null ? List.of() : touchpoints;
        responses = responses == null ? List.of() : responses;
    }

    /** Membership in one list; when it opted out of that is not known in images made before it was noted. */
    record Member(
            int list,
            boolean unsubscribed,
            Map<String, String> embedded,
            long joinedAt,
            @Nullable Long optedOutAt) {}

    static MergeImage of(KeyedContact contact, Set<IdentityKey> owned, Attachments.Of attachments, Set<Long> apart) {
        Map<String, String> fields = new TreeMap<>();
        contact.profile().fields().forEach((field, value) -> fields.put(field.key(), value));
        return new MergeImage(
                contact.number(),
                fields,
                contact.profile().embedded(),
                contact.profile().unsubscribed(),
                contact.stored().createdAt(),
                contact.stored().modifiedAt(),
                contact.version(),
                contact.aliases(),
                contact.contentKeys().stream()
                        .map(key -> HEX.formatHex(key.bytes()))
                        .sorted()
                        .toList(),
                owned.stream()
                        .sorted()
                        .map(key -> key.rule() + ":" + HEX.formatHex(key.bytes()))
                        .toList(),
                attachments.transactions().stream().map(HEX::formatHex).toList(),
                attachments.touchpoints().stream().map(HEX::formatHex).toList(),
                attachments.responses(),
                attachments.memberships(),
                apart.stream().sorted().toList(),
                contact.stored().lineage().stored());
    }

    static MergeImage read(byte[] stored) {
        try (InflaterInputStream inflated = new InflaterInputStream(new ByteArrayInputStream(stored))) {
            return JSON.readValue(inflated.readAllBytes(), MergeImage.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] stored() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflated = new DeflaterOutputStream(bytes)) {
            deflated.write(JSON.writeValueAsBytes(this));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return bytes.toByteArray();
    }

    Profile profile() {
        EnumMap<ContactField, String> values = new EnumMap<>(ContactField.class);
        fields.forEach((key, value) -> ContactField.byKey(key).ifPresent(field -> values.put(field, value)));
        return new Profile(values, embedded, unsubscribed);
    }

    /** The contact as it is put back: as it was, at a version nobody has read. */
    KeyedContact restored() {
        Set<IdentityKey> content = new HashSet<>();
        contentKeys.forEach(key -> content.add(IdentityKey.of(IdentityKey.CONTENT_RULE, HEX.parseHex(key))));
        return new KeyedContact(
                new StoredContact(number, version + 1, createdAt, modifiedAt, profile(), Lineage.of(lineage)),
                aliases,
                content);
    }

    Set<IdentityKey> ownedKeys() {
        Set<IdentityKey> keys = new HashSet<>();
        for (String key : owned) {
            int colon = key.indexOf(':');
            keys.add(IdentityKey.of(Integer.parseInt(key.substring(0, colon)), HEX.parseHex(key.substring(colon + 1))));
        }

        return keys;
    }

    List<byte[]> transactionKeys() {
        return transactions.stream().map(HEX::parseHex).toList();
    }

    List<byte[]> touchpointKeys() {
        return touchpoints.stream().map(HEX::parseHex).toList();
    }
}
