package io.muster.directory;

import io.muster.support.Fold;
import io.muster.support.SipHash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The record of one contact that says where each of its values comes from, as it is stored beside them. Immutable; read
 * from its bytes when it is first asked.
 *
 * <p>The record is a list of statements, the newest first: an {@link Origin} and the fields it set. The first statement
 * about a field says where its value comes from. A statement can also be about all fields that the contact has except
 * some, so that a contact that one row has made takes three to nine bytes. Statements with an as-of remain behind newer
 * ones of other sources: a row must never replace what a newer row of its own source has said, even after others spoke.
 *
 * <p>Fields are numbers: {@link #key(ContactField)}, {@link #OPT_OUT}, and for embedded data 48 bits of a hash of the
 * folded name, six bytes where a statement names it.
 */
public final class Lineage {

    /** Nothing is known: nothing has changed the contact since records are kept. */
    public static final Lineage UNKNOWN = new Lineage(new byte[0]);

    /** The opt-out from the directory. */
    public static final long OPT_OUT = ContactField.ALL.size();

    private static final SipHash NAMES = new SipHash(0x6C696E65616765L, 0x6669656C6473L);
    private static final SortedSet<Long> NOTHING = Collections.emptySortedSet();
    private static final long FIRST_NAMED = 64;
    private static final int NAME_BYTES = 6;

    private final byte[] bytes;
    private @Nullable List<Statement> statements;

    /** @param others whether it is about all fields that the contact has, except those named */
    private record Statement(Origin origin, boolean others, SortedSet<Long> named) {

        /** @param present whether the contact has a value of the field */
        boolean isAbout(long field, boolean present) {
            return others ? present && !named.contains(field) : named.contains(field);
        }

        Statement naming(SortedSet<Long> fields) {
            return new Statement(origin, others, fields);
        }
    }

    /**
     * What is known of a contact at some time.
     *
     * @param contact its values
     */
    public record State(Profile contact, Lineage lineage) {

        /** The state of a stored contact. */
        public static State of(StoredContact contact) {
            return new State(contact.profile(), contact.lineage());
        }

        /** What was said of each field, the newest first. */
        private SortedMap<Long, List<Origin>> said() {
            Set<Long> present = present(contact);
            Set<Long> fields = new TreeSet<>(present);
            lineage.statements().forEach(statement -> fields.addAll(statement.named()));
            SortedMap<Long, List<Origin>> said = new TreeMap<>();
            for (long field : fields) {
                List<Origin> of = lineage.statements().stream()
                        .filter(statement -> statement.isAbout(field, present.contains(field)))
                        .map(Statement::origin)
                        .distinct()
                        .toList();
                if (!of.isEmpty()) {
                    said.put(field, of);
                }
            }

            return said;
        }
    }

    private Lineage(byte[] bytes) {
        this.bytes = bytes;
    }

    private Lineage(List<Statement> statements) {
        this.bytes = write(statements);
        this.statements = List.copyOf(statements);
    }

    /** A record as it is stored; null stands for {@link #UNKNOWN}. */
    public static Lineage of(byte @Nullable [] stored) {
        return stored == null || stored.length == 0 ? UNKNOWN : new Lineage(stored);
    }

    /** The record of a contact that one origin has made. */
    public static Lineage created(Origin origin) {
        Writer out = new Writer();
        out.statement(origin, true, NOTHING);
        return new Lineage(out.bytes());
    }

    /** @param said by field, the newest first */
    private static Lineage saying(Map<Long, List<Origin>> said, Profile contact) {
        Set<Long> present = present(contact);
        SortedMap<Long, List<Origin>> rest = new TreeMap<>(said);
        rest.values().removeIf(List::isEmpty);
        List<Statement> all = new ArrayList<>();
        while (!rest.isEmpty()) {
            Origin next = newest(rest.values());
            SortedSet<Long> fields = new TreeSet<>();
            rest.forEach((field, origins) -> {
                if (origins.getFirst().equals(next)) {
                    fields.add(field);
                }
            });
            all.addAll(statements(next, fields, present));
            fields.forEach(field -> rest.computeIfPresent(
                    field, (same, origins) -> origins.size() == 1 ? null : origins.subList(1, origins.size())));
        }

        return new Lineage(all);
    }

    /** One that comes after no other. */
    private static Origin newest(Collection<List<Origin>> said) {
        return said.stream()
                .map(List::getFirst)
                .filter(first -> said.stream().noneMatch(origins -> origins.indexOf(first) > 0))
                .findFirst()
                .orElseGet(() -> said.iterator().next().getFirst());
    }

    /** What an origin says of some fields, at least one, in as few bytes as possible. */
    private static List<Statement> statements(Origin origin, Set<Long> fields, Set<Long> present) {
        SortedSet<Long> set = new TreeSet<>(fields);
        set.retainAll(present);
        SortedSet<Long> cleared = new TreeSet<>(fields);
        cleared.removeAll(present);
        SortedSet<Long> left = new TreeSet<>(present);
        left.removeAll(set);
        boolean others = size(left) + (cleared.isEmpty() ? 0 : 2 * NAME_BYTES) < size(set);
        if (!others) {
            return List.of(new Statement(origin, false, new TreeSet<>(fields)));
        }

        Statement about = new Statement(origin, true, left);
        return cleared.isEmpty() ? List.of(about) : List.of(about, new Statement(origin, false, cleared));
    }

    /** The key of a field. */
    public static long key(ContactField field) {
        return field.place();
    }

    /** The key of embedded data of that name, in whatever case. */
    public static long key(String embeddedName) {
        byte[] name = Fold.fold(embeddedName).getBytes(StandardCharsets.UTF_8);
        return FIRST_NAMED + (NAMES.of(name, 0, name.length) >>> (64 - 8 * NAME_BYTES));
    }

    /** The keys of everything that has a value; an opt-out counts as one. */
    public static Set<Long> present(Profile contact) {
        Set<Long> present = new TreeSet<>();
        for (ContactField field : ContactField.ALL) {
            if (contact.field(field) != null) {
                present.add(key(field));
            }
        }

        if (contact.unsubscribed()) {
            present.add(OPT_OUT);
        }

        contact.embedded().keySet().forEach(name -> present.add(key(name)));
        return present;
    }

    /** The keys of everything that is different between two states of a contact. */
    public static Set<Long> changed(Profile before, Profile after) {
        Set<Long> changed = new TreeSet<>();
        for (ContactField field : ContactField.ALL) {
            if (!Objects.equals(before.field(field), after.field(field))) {
                changed.add(key(field));
            }
        }

        if (before.unsubscribed() != after.unsubscribed()) {
            changed.add(OPT_OUT);
        }

        if (!Objects.equals(before.embeddedJson(), after.embeddedJson())) {
            changedNames(before.embedded(), after.embedded(), changed);
            changedNames(after.embedded(), before.embedded(), changed);
        }

        return changed;
    }

    private static void changedNames(Map<String, String> some, Map<String, String> others, Set<Long> changed) {
        some.forEach((name, value) -> {
            if (!value.equals(others.get(name))) {
                changed.add(key(name));
            }
        });
    }

    /** The record as it is stored; null when nothing is known. */
    public byte @Nullable [] stored() {
        return bytes.length == 0 ? null : bytes.clone();
    }

    /**
     * Where a field's value comes from; null when nobody knows.
     *
     * @param present whether the contact has a value of the field
     */
    public @Nullable Origin origin(long field, boolean present) {
        return newest(field, present, any -> true);
    }

    /** The newest of some origins that said anything of a field; null for none. */
    public @Nullable Origin newest(long field, boolean present, Predicate<Origin> wanted) {
        for (Statement statement : statements()) {
            if (statement.isAbout(field, present) && wanted.test(statement.origin())) {
                return statement.origin();
            }
        }

        return null;
    }

    /** Where every value comes from, and every absence that somebody brought about; only those that are known. */
    public SortedMap<Long, Origin> origins(Profile contact) {
        SortedMap<Long, Origin> origins = new TreeMap<>();
        for (long field : present(contact)) {
            Origin origin = origin(field, true);
            if (origin != null) {
                origins.put(field, origin);
            }
        }

        for (Statement statement : statements()) {
            if (!statement.others()) {
                statement.named().forEach(field -> origins.putIfAbsent(field, statement.origin()));
            }
        }

        return origins;
    }

    /** Whether one statement without exceptions is all there is: then it is about everything the contact has. */
    public @Nullable Origin only() {
        List<Statement> all = statements();
        return all.size() == 1
                        && all.getFirst().others()
                        && all.getFirst().named().isEmpty()
                ? all.getFirst().origin()
                : null;
    }

    /**
     * The record after an origin set some fields.
     *
     * @param fields what it set, cleared fields too
     * @param before the contact as it was
     * @param after the contact as it is now
     * @param sameSource origins that need not be remembered once this one has spoken; those without an as-of need not
     *     either way
     */
    public Lineage with(Origin origin, Set<Long> fields, Profile before, Profile after, Predicate<Origin> sameSource) {
        if (fields.isEmpty()) {
            return this;
        }

        Set<Long> present = present(after);
        SortedSet<Long> set = new TreeSet<>(fields);
        set.retainAll(present);
        SortedSet<Long> cleared = new TreeSet<>(fields);
        cleared.removeAll(present);
        List<Statement> all = new ArrayList<>(statements(origin, fields, present));
        Statement newest = all.getFirst();

        SortedSet<Long> had = new TreeSet<>(fields);
        had.retainAll(present(before));
        for (Statement statement : statements()) {
            if (!hasMoment(statement.origin()) || sameSource.test(statement.origin())) {
                addUnlessEmpty(without(statement, all, fields, newest), all);
            } else {
                remember(statement, set, cleared, had, all);
            }
        }

        return new Lineage(all);
    }

    private static void addUnlessEmpty(Statement statement, List<Statement> all) {
        if (statement.others() || !statement.named().isEmpty()) {
            all.add(statement);
        }
    }

    /** A statement about all others is about what the contact has now and had then: what comes or goes is named. */
    private static void remember(
            Statement old, SortedSet<Long> set, SortedSet<Long> cleared, SortedSet<Long> had, List<Statement> all) {
        if (!old.others()) {
            all.add(old);
            return;
        }

        SortedSet<Long> except = new TreeSet<>(set);
        except.removeAll(had);
        SortedSet<Long> gone = new TreeSet<>(cleared);
        gone.retainAll(had);
        gone.removeAll(old.named());
        except.addAll(gone);
        except.addAll(old.named());
        all.add(old.naming(except));
        addUnlessEmpty(new Statement(old.origin(), false, gone), all);
    }

    /** What of a statement still counts behind a newer one. */
    private static Statement without(Statement old, List<Statement> newer, Set<Long> fields, Statement newest) {
        SortedSet<Long> named = new TreeSet<>(old.named());
        if (!old.others()) {
            named.removeAll(fields);
            return old.naming(named);
        }

        if (!newest.others()) {
            // What it was about as well is hidden by the newer statement.
            return old;
        }

        SortedSet<Long> still = new TreeSet<>(newest.named());
        still.removeAll(named);
        if (old.origin().asOf() == Origin.NO_AS_OF) {
            newer.stream().filter(one -> !one.others()).forEach(one -> still.removeAll(one.named()));
        }

        return new Statement(old.origin(), false, still);
    }

    private static int size(SortedSet<Long> fields) {
        SortedSet<Long> names = fields.tailSet(FIRST_NAMED);
        return NAME_BYTES * names.size() + (names.size() < fields.size() ? 1 : 0);
    }

    /**
     * The record after something that changed a contact was taken back: what it said is forgotten, what was said before is
     * known again, and what was said since is still known. A field that stays as that left it comes from there as before.
     *
     * @param before the contact before the change that is taken back
     * @param left the contact as the change left it
     * @param now the contact just before the change is taken back
     * @param values the contact's values from now on
     */
    public static Lineage goneBack(State before, State left, State now, Profile values) {
        Set<Long> stay = changed(before.contact(), values);
        Set<Long> back = changed(now.contact(), values);
        Map<Long, List<Origin>> then = before.said();
        Map<Long, List<Origin>> did = left.said();
        Map<Long, List<Origin>> said = now.said();
        Set<Long> fields = new TreeSet<>(then.keySet());
        fields.addAll(did.keySet());
        for (long field : fields) {
            List<Origin> was = then.getOrDefault(field, List.of());
            List<Origin> became = did.getOrDefault(field, List.of());
            List<Origin> is = said.getOrDefault(field, List.of());
            List<Origin> since =
                    is.stream().takeWhile(origin -> !became.contains(origin)).toList();
            if (became.equals(was) || (since.isEmpty() && stay.contains(field))) {
                continue;
            }

            // The first of them says where the value comes from; the others count by their moment.
            said.put(field, back.contains(field) ? following(was, since) : following(since, was));
        }

        return saying(said, values);
    }

    /**
     * The record of what several contacts become together. What says where a value comes from is the newest; what else was said
     * of its field, of other contacts and with an as-of, still counts by its moment.
     *
     * @param oldestFirst the contacts: of those that have a value of a field, the last one's stays
     * @param keepsReference the one whose reference stays instead; null for none
     * @param values what they become
     */
    public static Lineage merged(List<State> oldestFirst, @Nullable State keepsReference, Profile values) {
        Map<Long, List<Origin>> said = new TreeMap<>();
        Set<Long> had = new TreeSet<>();
        for (State state : oldestFirst) {
            Set<Long> present = present(state.contact());
            Map<Long, List<Origin>> says = state.said();
            Set<Long> fields = new TreeSet<>(present);
            fields.addAll(says.keySet());
            for (long field : fields) {
                List<Origin> newer = says.getOrDefault(field, List.of());
                List<Origin> older = said.getOrDefault(field, List.of());
                boolean stays = !present.contains(field) && had.contains(field);
                said.put(field, stays ? behind(older, newer) : behind(newer, older));
            }

            had.addAll(present);
        }

        if (keepsReference != null) {
            long reference = key(ContactField.EXT_REF);
            List<Origin> own = keepsReference.said().getOrDefault(reference, List.of());
            said.put(reference, behind(own, said.getOrDefault(reference, List.of())));
        }

        return saying(said, values);
    }

    /** Where nobody knows what a value comes from, nothing else can be said first. */
    private static List<Origin> behind(List<Origin> first, List<Origin> others) {
        return first.isEmpty() ? first : following(first, others);
    }

    private static List<Origin> following(List<Origin> newer, List<Origin> older) {
        return newer.isEmpty()
                ? older
                : Stream.concat(newer.stream(), older.stream().filter(Lineage::hasMoment))
                        .distinct()
                        .toList();
    }

    private static boolean hasMoment(Origin origin) {
        return origin instanceof Origin.Row && origin.asOf() != Origin.NO_AS_OF;
    }

    private List<Statement> statements() {
        List<Statement> read = statements;
        if (read == null) {
            read = new Reader(bytes).read();
            statements = read;
        }

        return read;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Lineage lineage && Arrays.equals(bytes, lineage.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "Lineage" + statements();
    }

    // A statement: flags (1), then as variable-length numbers run and row, or the moment of an edit; the as-of; a mask
    // of the fields that are not embedded data (1); the number of names, and six bytes for each.
    private static final int EDIT = 1;
    private static final int AS_OF = 2;
    private static final int OTHERS = 4;
    private static final int FIELDS = 8;
    private static final int NAMED = 16;

    private static byte[] write(List<Statement> statements) {
        Writer out = new Writer();
        statements.forEach(statement -> out.statement(statement.origin(), statement.others(), statement.named()));
        return out.bytes();
    }

    private static final class Writer {

        private byte[] bytes = new byte[16];
        private int length;

        void statement(Origin origin, boolean others, SortedSet<Long> named) {
            SortedSet<Long> names = named.isEmpty() ? named : named.tailSet(FIRST_NAMED);
            int mask = 0;
            for (long field : named.isEmpty() ? named : named.headSet(FIRST_NAMED)) {
                mask |= 1 << field;
            }

            boolean asOf = origin instanceof Origin.Row && origin.asOf() != Origin.NO_AS_OF;
            put((origin instanceof Origin.Edit ? EDIT : 0)
                    | (asOf ? AS_OF : 0)
                    | (others ? OTHERS : 0)
                    | (mask == 0 ? 0 : FIELDS)
                    | (names.isEmpty() ? 0 : NAMED));
            switch (origin) {
                case Origin.Row row -> {
                    number(row.run());
                    number(row.row());
                    if (asOf) {
                        number(row.asOf() << 1 ^ row.asOf() >> 63);
                    }
                }
                case Origin.Edit edit -> number(edit.at());
            }

            if (mask != 0) {
                put(mask);
            }

            if (!names.isEmpty()) {
                number(names.size());
                names.forEach(this::name);
            }
        }

        private void put(int value) {
            if (length == bytes.length) {
                bytes = Arrays.copyOf(bytes, 2 * length);
            }

            bytes[length++] = (byte) value;
        }

        private void number(long value) {
            long rest = value;
            while ((rest & ~0x7FL) != 0) {
                put((int) ((rest & 0x7F) | 0x80));
                rest >>>= 7;
            }

            put((int) rest);
        }

        private void name(long key) {
            for (int shift = 8 * (NAME_BYTES - 1); shift >= 0; shift -= 8) {
                put((int) ((key - FIRST_NAMED) >>> shift));
            }
        }

        byte[] bytes() {
            return Arrays.copyOf(bytes, length);
        }
    }

    private static final class Reader {

        private final byte[] bytes;
        private int at;

        Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        List<Statement> read() {
            List<Statement> statements = new ArrayList<>(2);
            while (at < bytes.length) {
                int flags = bytes[at++];
                Origin origin = (flags & EDIT) != 0
                        ? new Origin.Edit(number())
                        : new Origin.Row(number(), number(), (flags & AS_OF) == 0 ? Origin.NO_AS_OF : signed());
                SortedSet<Long> named = new TreeSet<>();
                if ((flags & FIELDS) != 0) {
                    int mask = bytes[at++];
                    for (long field = 0; field <= OPT_OUT; field++) {
                        if ((mask & 1 << field) != 0) {
                            named.add(field);
                        }
                    }
                }

                for (long names = (flags & NAMED) == 0 ? 0 : number(); names > 0; names--) {
                    named.add(name());
                }

                statements.add(new Statement(origin, (flags & OTHERS) != 0, named));
            }

            return List.copyOf(statements);
        }

        private long number() {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                byte next = bytes[at++];
                value |= (next & 0x7FL) << shift;
                if (next >= 0) {
                    return value;
                }
            }
        }

        private long signed() {
            long value = number();
            return value >>> 1 ^ -(value & 1);
        }

        private long name() {
            long key = 0;
            for (int i = 0; i < NAME_BYTES; i++) {
                key = key << 8 | (bytes[at++] & 0xFF);
            }

            return FIRST_NAMED + key;
        }
    }
}
