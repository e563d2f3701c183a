package io.muster.dedup.rules;

import io.muster.directory.CodePointOrder;
import io.muster.directory.ContactField;
import io.muster.directory.EmbeddedJson;
import io.muster.directory.FieldPolicy;
import io.muster.directory.IdentityKey;
import io.muster.directory.Lineage;
import io.muster.directory.OptOut;
import io.muster.directory.Origin;
import io.muster.directory.Profile;
import io.muster.support.Fold;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which of what a row says is still news. A row never replaces what a newer row of the same source said about the
 * contact, nor a newer edit, field by field; and a source never replaces what a source of higher precedence said. What is
 * no news is as if the row did not say it. Policies come after that. Not safe for use by several threads.
 */
public final class Recency {

    private final Policies policies;
    private final Standing standing;
    private final Map<Long, String> sources;
    private final List<String> order;
    private final String source;
    private final int rank;

    /**
     * How the rows of a run stand among what is known.
     *
     * @param run the numeric id of the run
     * @param source the name of the source that its rows speak for; names compare without case
     * @param hasAsOf whether its rows say as of when they are true
     * @param order names of sources, the one of highest precedence first; sources that are not named come after all of
     *     them and are equal among each other
     */
    public record Standing(long run, String source, boolean hasAsOf, List<String> order) {

        /** Copies what it is given. */
        public Standing {
            order = List.copyOf(order);
        }
    }

    /**
     * What of a row is news.
     *
     * @param record the row, without what is not
     * @param optOut what it says of the opt-out from the directory, likewise
     * @param hidesOlder whether something was left out that would have changed a value
     */
    public record News(IncomingRecord record, OptOut optOut, boolean hidesOlder) {}

    /**
     * @param policies tell whether what a row says counts at all
     * @param sources the names of the sources of other runs
     */
    public Recency(Policies policies, Standing standing, Map<Long, String> sources) {
        this.policies = policies;
        this.standing = standing;
        this.sources = sources;
        this.order = standing.order().stream().map(Fold::fold).toList();
        this.source = Fold.fold(standing.source());
        this.rank = rank(source);
    }

    /** What of a row is news about a contact. */
    public News news(Lineage lineage, Profile contact, IncomingRecord row, OptOut optOut, long asOf) {
        Known known = new Known(lineage, asOf);
        Set<ContactField> late = EnumSet.noneOf(ContactField.class);
        boolean hidesOlder = false;
        for (ContactField field : ContactField.ALL) {
            String held = contact.field(field);
            IncomingRecord.Said said = row.says(field);
            if (Change.effect(policies.of(field), held != null, said) != Change.Effect.STAYS
                    && known.isLate(Lineage.key(field), held != null)) {
                late.add(field);
                hidesOlder |= held == null || said == IncomingRecord.Said.BLANK || !row.isValue(field, held);
            }
        }

        Set<String> lateNames = new HashSet<>(0);
        for (Map.Entry<String, String> given : row.embedded().entrySet()) {
            String held = contact.embedded(given.getKey());
            if (isLate(given.getKey(), held, IncomingRecord.Said.VALUE, known)) {
                lateNames.add(given.getKey());
                hidesOlder |= !given.getValue().equals(held);
            }
        }

        for (String name : row.blankEmbedded()) {
            String held = contact.embedded(name);
            if (isLate(name, held, IncomingRecord.Said.BLANK, known)) {
                lateNames.add(name);
                hidesOlder |= held != null;
            }
        }

        boolean lateOptOut = optOut != OptOut.UNSAID && known.isLate(Lineage.OPT_OUT, contact.unsubscribed());
        hidesOlder |= lateOptOut && optOut.after(contact.unsubscribed()) != contact.unsubscribed();
        return new News(
                late.isEmpty() && lateNames.isEmpty() ? row : new Partial(row, late, lateNames),
                lateOptOut ? OptOut.UNSAID : optOut,
                hidesOlder);
    }

    /** Whether something newer, or of higher precedence, was said of a contact: then a row does not delete it. */
    public boolean isLate(Lineage lineage, Profile contact, long asOf) {
        Known known = new Known(lineage, asOf);
        return ContactField.ALL.stream()
                        .anyMatch(field -> contact.field(field) != null && known.isLate(Lineage.key(field), true))
                || contact.embedded().keySet().stream().anyMatch(name -> known.isLate(Lineage.key(name), true))
                || known.isLate(Lineage.OPT_OUT, contact.unsubscribed());
    }

    /** The same of its opt-out from the directory. */
    public boolean isLateOptOut(Lineage lineage, Profile contact, long asOf) {
        return new Known(lineage, asOf).isLate(Lineage.OPT_OUT, contact.unsubscribed());
    }

    private boolean isLate(String name, @Nullable String held, IncomingRecord.Said said, Known known) {
        return Change.effect(policies.of(name), held != null, said) != Change.Effect.STAYS
                && known.isLate(Lineage.key(name), held != null);
    }

    /** Where the values of a contact come from that a row has made; what the row left blank on purpose counts as said. */
    public Lineage created(Origin origin, IncomingRecord row, OptOut optOut, Profile contact) {
        Set<Long> emptied = new TreeSet<>();
        for (ContactField field : ContactField.ALL) {
            if (row.says(field) == IncomingRecord.Said.BLANK && clears(policies.of(field))) {
                emptied.add(Lineage.key(field));
            }
        }

        for (String name : row.blankEmbedded()) {
            if (clears(policies.of(name))) {
                emptied.add(Lineage.key(name));
            }
        }

        if (optOut == OptOut.LIFTED) {
            emptied.add(Lineage.OPT_OUT);
        }

        return Lineage.created(origin).with(origin, emptied, contact, contact, this::isSameSource);
    }

    private static boolean clears(FieldPolicy policy) {
        return Change.effect(policy, true, IncomingRecord.Said.BLANK) == Change.Effect.CLEARED;
    }

    /**
     * Where the values of a contact come from after a row: what the row set, and what it said again and is now known as
     * of a newer moment.
     *
     * @param news what of the row is news
     */
    public Lineage after(Lineage lineage, Profile before, Profile after, News news, Origin origin) {
        Set<Long> set = Lineage.changed(before, after);
        Known known = new Known(lineage, origin.asOf());
        IncomingRecord row = news.record();
        for (ContactField field : ContactField.ALL) {
            String held = after.field(field);
            IncomingRecord.Said said = row.says(field);
            boolean isSaid = said == IncomingRecord.Said.VALUE
                    ? held != null && row.isValue(field, held)
                    : held == null && said == IncomingRecord.Said.BLANK;
            if (isSaid && confirms(Lineage.key(field), before.field(field), said, policies.of(field), known)) {
                set.add(Lineage.key(field));
            }
        }

        for (Map.Entry<String, String> given : row.embedded().entrySet()) {
            String name = given.getKey();
            if (given.getValue().equals(after.embedded(name))
                    && confirms(
                            Lineage.key(name),
                            before.embedded(name),
                            IncomingRecord.Said.VALUE,
                            policies.of(name),
                            known)) {
                set.add(Lineage.key(name));
            }
        }

        for (String name : row.blankEmbedded()) {
            if (after.embedded(name) == null
                    && confirms(Lineage.key(name), null, IncomingRecord.Said.BLANK, policies.of(name), known)) {
                set.add(Lineage.key(name));
            }
        }

        if (news.optOut() != OptOut.UNSAID && known.moves(Lineage.OPT_OUT, before.unsubscribed())) {
            set.add(Lineage.OPT_OUT);
        }

        return lineage.with(origin, set, before, after, this::isSameSource);
    }

    /** The same after a row that opted the contact out, and was not late to do so. */
    public Lineage optedOut(Lineage lineage, Profile before, Profile after, Origin origin) {
        boolean isNews = !before.unsubscribed() || new Known(lineage, origin.asOf()).moves(Lineage.OPT_OUT, true);
        return isNews ? lineage.with(origin, Set.of(Lineage.OPT_OUT), before, after, this::isSameSource) : lineage;
    }

    private static boolean confirms(
            long field, @Nullable String held, IncomingRecord.Said said, FieldPolicy policy, Known known) {
        return Change.effect(policy, held != null, said) != Change.Effect.STAYS && known.moves(field, held != null);
    }

    private boolean isSameSource(Origin origin) {
        return origin instanceof Origin.Row row && source.equals(source(row));
    }

    private @Nullable String source(Origin.Row row) {
        if (row.run() == standing.run()) {
            return source;
        }

        String name = sources.get(row.run());
        return name == null ? null : Fold.fold(name);
    }

    private int rank(@Nullable String name) {
        int place = name == null ? -1 : order.indexOf(name);
        return place < 0 ? order.size() : place;
    }

    /** What is known of a contact, asked by a row of one moment. */
    private final class Known {

        private final Lineage lineage;
        private final @Nullable Origin only;
        private final long asOf;

        Known(Lineage lineage, long asOf) {
            this.lineage = lineage;
            this.only = lineage.only();
            this.asOf = asOf;
        }

        private @Nullable Origin origin(long field, boolean present) {
            return only == null ? lineage.origin(field, present) : present ? only : null;
        }

        private @Nullable Origin own(long field, boolean present) {
            return only == null
                    ? lineage.newest(field, present, Recency.this::isSameSource)
                    : present && isSameSource(only) ? only : null;
        }

        /** Whether something newer, or of higher precedence, was said of the field. */
        boolean isLate(long field, boolean present) {
            Origin origin = origin(field, present);
            if (origin instanceof Origin.Row row && rank(source(row)) < rank) {
                return true;
            }

            if (!standing.hasAsOf()) {
                return false;
            }

            Origin own = own(field, present);
            return (origin instanceof Origin.Edit && asOf < origin.asOf()) || (own != null && asOf < own.asOf());
        }

        /** Whether to say the same again is worth a note. */
        boolean moves(long field, boolean present) {
            Origin origin = origin(field, present);
            if (origin instanceof Origin.Row row && rank(source(row)) > rank) {
                return true;
            }

            Origin own = own(field, present);
            return standing.hasAsOf() && asOf != Origin.NO_AS_OF && (own == null || asOf > own.asOf());
        }
    }

    /** A row without some of what it says. */
    private record Partial(IncomingRecord row, Set<ContactField> late, Set<String> lateNames)
            implements IncomingRecord {

        @Override
        public Said says(ContactField field) {
            return late.contains(field) ? Said.NOTHING : row.says(field);
        }

        @Override
        public String value(ContactField field) {
            return row.value(field);
        }

        @Override
        public boolean isValue(ContactField field, String stored) {
            return row.isValue(field, stored);
        }

        @Override
        public SortedMap<String, String> embedded() {
            SortedMap<String, String> some = new TreeMap<>(CodePointOrder.INSTANCE);
            some.putAll(row.embedded());
            some.keySet().removeAll(lateNames);
            return some;
        }

        @Override
        public Collection<String> blankEmbedded() {
            return row.blankEmbedded().stream()
                    .filter(name -> !lateNames.contains(name))
                    .toList();
        }

        @Override
        public @Nullable String embeddedJson() {
            return EmbeddedJson.write(embedded());
        }

        @Override
        public @Nullable IdentityKey key(int place) {
            return row.key(place);
        }
    }
}
