package io.muster.dedup.resolve;

import io.muster.directory.ContactField;
import io.muster.directory.EmbeddedJson;
import io.muster.directory.FieldPolicy;
import io.muster.load.ContactImage;
import io.muster.load.ListChange.Membership;
import io.muster.load.RowOutcome.Changed;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What a row makes of a contact's values and of its membership, under the policies. */
final class ImageChange {

    private final Policies policies;
    private final boolean hasList;
    private final long asOf;

    /**
     * The values after a row.
     *
     * @param changed what is different, as bits of {@link Changed}
     */
    record After(ContactImage image, @Nullable Membership membership, int changed) {}

    ImageChange(Policies policies, boolean hasList, long asOf) {
        this.policies = policies;
        this.hasList = hasList;
        this.asOf = asOf;
    }

    /** A new contact as the row describes it. */
    After create(IncomingRow.Values row) {
        Map<ContactField, String> fields = row.fields();
        boolean optedOut = row.optOut() == IncomingRow.OptOut.TRUE;
        ContactImage image = new ContactImage(
                fields.get(ContactField.FIRST_NAME),
                fields.get(ContactField.LAST_NAME),
                fields.get(ContactField.EMAIL),
                fields.get(ContactField.PHONE),
                fields.get(ContactField.EXT_REF),
                fields.get(ContactField.LANGUAGE),
                !hasList && optedOut,
                row.embeddedJson());
        return new After(image, hasList ? join(row) : null, 0);
    }

    /** An existing contact after the row; {@code keepReference} when the incoming reference is an alias of it. */
    After update(ContactImage old, @Nullable Membership membership, IncomingRow.Values row, boolean keepReference) {
        int changed = 0;
        String firstName = value(ContactField.FIRST_NAME, old.firstName(), row);
        String lastName = value(ContactField.LAST_NAME, old.lastName(), row);
        String email = value(ContactField.EMAIL, old.email(), row);
        String phone = value(ContactField.PHONE, old.phone(), row);
        String extRef = keepReference ? old.extRef() : value(ContactField.EXT_REF, old.extRef(), row);
        String language = value(ContactField.LANGUAGE, old.language(), row);
        String embedded = embedded(old.embedded(), row);
        boolean unsubscribed = hasList ? old.unsubscribed() : optOut(old.unsubscribed(), row);
        changed |= bit(old.firstName(), firstName, Changed.FIRST_NAME);
        changed |= bit(old.lastName(), lastName, Changed.LAST_NAME);
        changed |= bit(old.email(), email, Changed.EMAIL);
        changed |= bit(old.phone(), phone, Changed.PHONE);
        changed |= bit(old.extRef(), extRef, Changed.EXT_REF);
        changed |= bit(old.language(), language, Changed.LANGUAGE);
        changed |= bit(old.embedded(), embedded, Changed.EMBEDDED);
        changed |= old.unsubscribed() == unsubscribed ? 0 : Changed.OPT_OUT.bit();
        Membership after = hasList ? member(membership, row) : null;
        changed |= Objects.equals(membership, after) ? 0 : Changed.LIST.bit();
        ContactImage image = changed == 0
                ? old
                : new ContactImage(firstName, lastName, email, phone, extRef, language, unsubscribed, embedded);
        return new After(image, after, changed);
    }

    private @Nullable String value(ContactField field, @Nullable String old, IncomingRow.Values row) {
        return Policies.apply(
                policies.of(field),
                old,
                row.fields().get(field),
                row.blankFields().contains(field));
    }

    private @Nullable String embedded(@Nullable String old, IncomingRow.Values row) {
        boolean nothingSaid = row.embeddedJson() == null && row.blankEmbedded().isEmpty();
        // The usual case of a file that comes every night: the row says exactly what is stored.
        if (nothingSaid || (policies.overwritesEmbedded() && Objects.equals(old, row.embeddedJson()))) {
            return old;
        }

        SortedMap<String, String> merged = EmbeddedJson.read(old);
        row.embedded().forEach((name, value) -> set(merged, name, value, policies.of(name)));
        row.blankEmbedded().forEach(name -> set(merged, name, null, policies.of(name)));
        return EmbeddedJson.write(merged);
    }

    private static void set(SortedMap<String, String> merged, String name, @Nullable String value, FieldPolicy policy) {
        String after = Policies.apply(policy, merged.get(name), value, value == null);
        if (after == null) {
            merged.remove(name);
        } else {
            merged.put(name, after);
        }
    }

    private Membership member(@Nullable Membership old, IncomingRow.Values row) {
        if (old == null) {
            return join(row);
        }

        String embedded = old.embedded();
        if (!row.listEmbedded().isEmpty()) {
            SortedMap<String, String> merged = EmbeddedJson.read(embedded);
            merged.putAll(row.listEmbedded());
            embedded = EmbeddedJson.write(merged);
        }

        return new Membership(optOut(old.unsubscribed(), row), embedded, old.joinedAt());
    }

    private Membership join(IncomingRow.Values row) {
        return new Membership(row.optOut() == IncomingRow.OptOut.TRUE, EmbeddedJson.write(row.listEmbedded()), asOf);
    }

    private static boolean optOut(boolean old, IncomingRow.Values row) {
        return switch (row.optOut()) {
            case UNSAID -> old;
            case TRUE -> true;
            case FALSE -> false;
        };
    }

    private static int bit(@Nullable String old, @Nullable String after, Changed change) {
        return Objects.equals(old, after) ? 0 : change.bit();
    }
}
