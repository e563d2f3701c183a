package io.muster.jobs.contactimport;

import io.muster.directory.ContactField;
import io.muster.directory.EmbeddedJson;
import io.muster.directory.Membership;
import io.muster.directory.Profile;
import io.muster.extract.transform.Transforms;
import io.muster.load.NetWrite;
import io.muster.load.RowOutcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A few of the contacts that a dry run would make, change or delete, before and after. It is kept in memory only, since
 * it holds what contacts are.
 */
public final class Sample {

    private final int most;
    private volatile List<Contact> contacts = List.of();
    private final List<Row> rows = new CopyOnWriteArrayList<>();

    /** @param most how many contacts are wanted */
    public Sample(int most) {
        this.most = most;
    }

    /** What would happen to a contact. */
    public enum Kind {
        /** It would be made. */
        CREATED,
        /** It would change. */
        CHANGED,
        /** It would be deleted. */
        DELETED
    }

    /**
     * A contact before and after.
     *
     * @param number its number; 0 for a new one
     * @param rows the rows of the file behind it
     * @param fields what would be different
     */
    public record Contact(long number, Kind kind, List<Long> rows, List<Field> fields) {}

    /**
     * A value before and after.
     *
     * @param field the field as mappings name it, {@code unsubscribed}, {@code list} or {@code transactions}
     */
    public record Field(
            String field, @Nullable String before, @Nullable String after) {}

    /**
     * A row before its transforms and after each of them.
     *
     * @param row its number
     * @param before its values by column, as the file has them
     * @param transforms what each transform does
     */
    public record Row(long row, Map<String, String> before, List<Transforms.Trace> transforms) {}

    int most() {
        return most;
    }

    void take(List<NetWrite> writes) {
        contacts = writes.stream().map(Sample::contact).toList();
    }

    void take(long row, List<String> header, List<String> cells, List<Transforms.Trace> traces) {
        Map<String, String> before = new LinkedHashMap<>();
        for (int i = 0; i < cells.size(); i++) {
            before.put(header.get(i), cells.get(i));
        }

        rows.add(new Row(row, before, traces));
    }

    /** Rows before and after each transform; none without transforms. */
    public List<Row> rows() {
        return List.copyOf(rows);
    }

    /** The contacts, new ones and others in turn. */
    public List<Contact> contacts() {
        return contacts;
    }

    private static Contact contact(NetWrite write) {
        Profile before = write.before() == null ? null : write.before().profile();
        Profile after = write.deletes() ? null : write.after();
        List<Field> fields = new ArrayList<>();
        for (ContactField field : ContactField.ALL) {
            add(
                    fields,
                    field.key(),
                    before == null ? null : before.field(field),
                    after == null ? null : after.field(field));
        }

        add(fields, "unsubscribed", optedOut(before), optedOut(after));
        embedded(fields, "embedded.", json(before), json(after));
        if (write.list() != null) {
            Membership was = write.list().before();
            Membership is = write.list().after();
            add(fields, "list", listed(was), listed(is));
            embedded(fields, "list.", was == null ? null : was.embedded(), is == null ? null : is.embedded());
        }

        recorded(fields, "transactions", write.transactions().size());
        recorded(fields, "touchpoints", write.touchpoints().size());
        return new Contact(
                Math.max(0, write.ref()),
                write.deletes() ? Kind.DELETED : write.creates() ? Kind.CREATED : Kind.CHANGED,
                write.rows().stream().map(RowOutcome::row).toList(),
                fields);
    }

    private static void recorded(List<Field> fields, String name, int count) {
        if (count > 0) {
            fields.add(new Field(name, null, "+" + count));
        }
    }

    private static void embedded(List<Field> fields, String prefix, @Nullable String before, @Nullable String after) {
        SortedMap<String, String> was = before == null ? new TreeMap<>() : EmbeddedJson.read(before);
        SortedMap<String, String> is = after == null ? new TreeMap<>() : EmbeddedJson.read(after);
        TreeSet<String> names = new TreeSet<>(was.keySet());
        names.addAll(is.keySet());
        names.forEach(name -> add(fields, prefix + name, was.get(name), is.get(name)));
    }

    private static void add(List<Field> fields, String name, @Nullable String before, @Nullable String after) {
        if (!Objects.equals(before, after)) {
            fields.add(new Field(name, before, after));
        }
    }

    private static @Nullable String optedOut(@Nullable Profile profile) {
        return profile != null && profile.unsubscribed() ? "true" : null;
    }

    private static @Nullable String listed(@Nullable Membership membership) {
        return membership == null ? null : membership.unsubscribed() ? "opted out" : "member";
    }

    private static @Nullable String json(@Nullable Profile profile) {
        return profile == null ? null : profile.embeddedJson();
    }
}
