package io.muster.snapshot.format;

import io.muster.intercept.decide.ContactRecord;
import io.muster.intercept.decide.ContactTable;
import io.muster.intercept.decide.Reference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table of contacts with what changed since. One thread applies changes; any number of others look up meanwhile, and see
 * each contact either before a change or after it. What changed is kept in memory, and only so much of it: a table that is behind
 * learns of other contacts for a while, then of those only that it knows have changed.
 */
public final class LiveTable implements ContactTable {

    private static final long LEAST_ROOM = 1_000;
    private static final int ROOM_PERCENT = 5;

    /** Contacts that a table takes at most, as a multiple of those after which it is behind. */
    private static final int MOST = 2;

    /** The references of these contacts, as a multiple of the contacts. A reference that was given up is not forgotten. */
    private static final int MOST_REFERENCES = 4;

    private final SnapshotTable table;
    private final LongIndex<Changed> contacts = new LongIndex<>();
    private final LongIndex<Changed[]> references = new LongIndex<>();
    private final List<Changed> all = new ArrayList<>();
    private volatile int size;
    private volatile String position;
    private volatile boolean outdated;
    private long keptReferences;

    /** A table to which nothing has changed yet. */
    public LiveTable(SnapshotTable table) {
        this.table = table;
        this.position = table.description().position();
    }

    /** A contact that changed. Its newest state is exchanged at once. */
    private static final class Changed {

        private volatile State state;

        Changed(State state) {
            this.state = state;
        }
    }

    /** What a contact is since it changed; its references as UTF-8. */
    @SuppressWarnings("ArrayRecordComponent") // Read by every look-up; never compared.
    private record State(FeedRecord record, byte[][] references, long[] audiences, long[] times) {

        boolean has(Reference reference) {
            for (byte[] one : references) {
                if (reference.sameAs(one)) {
                    return true;
                }
            }

            return false;
        }
    }

    /** The table below. */
    public SnapshotTable table() {
        return table;
    }

    /** Where the change feed goes on from. */
    public String position() {
        return position;
    }

    /** How many contacts have changed since the table was made. */
    public int changedContacts() {
        return size;
    }

    /** Whether so much has changed, or was missed, that only a new table brings everything. */
    public boolean isBehind() {
        return outdated || size > room();
    }

    private long room() {
        return Math.max(LEAST_ROOM, table.contacts() * ROOM_PERCENT / 100);
    }

    /** How many references of contacts that changed are kept, those included that were given up since. */
    long keptReferences() {
        return keptReferences;
    }

    /** Says that what changed since the table was made is not known any more. */
    public void markOutdated() {
        outdated = true;
    }

    /** Takes a batch of the change feed. By one thread at a time. */
    public void apply(FeedBatch batch) {
        apply(batch.records(), batch.audiences(), batch.surveys());
        // Of a survey that got rules of its own the table has no times, nor of any survey when there were no rules.
        outdated |= batch.restart() || !table.surveys().containsAll(batch.surveys());
        position = batch.position();
    }

    private void apply(List<FeedRecord> records, List<String> audiences, List<String> surveys) {
        int[] audienceOf = places(audiences, table.audiences());
        int[] timeOf = places(table.surveys(), surveys);
        long[] unsaid = unsaid(audiences);
        for (FeedRecord record : records) {
            apply(record, memberships(record, audienceOf, unsaid), times(record, timeOf));
        }
    }

    /**
     * Takes over what changed on top of an older table and is newer than this one, so that a new table never knows less
     * than the one before. Before any look-up.
     */
    public void takeOver(LiveTable older) {
        List<Changed> known;
        synchronized (older.all) {
            known = List.copyOf(older.all);
        }

        apply(
                known.stream()
                        .map(changed -> changed.state)
                        .filter(state ->
                                state.record().version() > table.description().version())
                        .map(state -> asOf(older, state))
                        .toList(),
                older.audiences(),
                older.surveys());
    }

    private static FeedRecord asOf(LiveTable older, State state) {
        FeedRecord record = state.record();
        return new FeedRecord(
                record.contact(),
                record.version(),
                record.references(),
                Arrays.copyOf(state.audiences(), older.table.description().audienceWords()),
                state.times());
    }

    private void apply(FeedRecord record, long[] audiences, long[] times) {
        byte[][] texts = record.references().stream()
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        State state = new State(record, texts, audiences, times);
        Changed changed = contacts.get(record.contact());
        if (changed != null && changed.state.record().version() >= record.version()) {
            return;
        }

        boolean tooMany = changed == null && size >= MOST * room();
        if (tooMany || keptReferences + texts.length > MOST_REFERENCES * MOST * room()) {
            outdated = true;
            return;
        }

        if (changed == null) {
            changed = new Changed(
                    new State(FeedRecord.gone(record.contact(), Long.MIN_VALUE), new byte[0][], audiences, times));
            claim(changed, texts);
            changed.state = state;
            contacts.put(record.contact(), changed);
            synchronized (all) {
                all.add(changed);
                size = all.size();
            }
        } else {
            claim(changed, texts);
            changed.state = state;
        }
    }

    /** Makes a contact findable by references; whether it has them, its state says. */
    private void claim(Changed changed, byte[][] texts) {
        for (byte[] text : texts) {
            long fingerprint = table.fingerprint(text);
            Changed[] claims = references.get(fingerprint);
            if (claims == null) {
                references.put(fingerprint, new Changed[] {changed});
                keptReferences++;
            } else if (!Arrays.asList(claims).contains(changed)) {
                Changed[] more = Arrays.copyOf(claims, claims.length + 1);
                more[claims.length] = changed;
                references.put(fingerprint, more);
                keptReferences++;
            }
        }
    }

    @Override
    public List<String> audiences() {
        return table.audiences();
    }

    @Override
    public List<String> surveys() {
        return table.surveys();
    }

    @Override
    public boolean find(Reference reference, ContactRecord into) {
        if (size == 0) {
            return table.find(reference, into);
        }

        long fingerprint = table.fingerprint(reference);
        State newest = newest(references.get(fingerprint), reference);
        if (newest != null) {
            read(newest, into);
            return true;
        }

        long entry = table.locate(fingerprint, reference);
        if (entry == SnapshotTable.NOWHERE || contacts.get(table.contact(entry)) != null) {
            // A contact that changed is found by the references it has now, and this is none of them.
            return false;
        }

        table.read(entry, into);
        return true;
    }

    private static @Nullable State newest(Changed @Nullable [] claims, Reference reference) {
        if (claims == null) {
            return null;
        }

        State newest = null;
        for (Changed one : claims) {
            State state = one.state;
            if (state.has(reference)
                    && (newest == null
                            || state.record().version() > newest.record().version())) {
                newest = state;
            }
        }

        return newest;
    }

    private void read(State state, ContactRecord into) {
        into.clear(state.audiences().length, state.times().length);
        for (int i = 0; i < state.audiences().length; i++) {
            into.audiences(i, state.audiences()[i]);
        }

        for (int i = 0; i < state.times().length; i++) {
            into.time(i, state.times()[i]);
        }
    }

    /** Where each of some names is among others; -1 where it is not. */
    private static int[] places(List<String> names, List<String> among) {
        return names.stream().mapToInt(among::indexOf).toArray();
    }

    private long[] memberships(FeedRecord record, int[] places, long[] unsaid) {
        long[] words = new long[table.description().audienceWords()];
        for (int i = 0; i < places.length && i / Long.SIZE < record.audiences().length; i++) {
            if (places[i] >= 0 && (record.audiences()[i / Long.SIZE] >>> i & 1) != 0) {
                words[places[i] / Long.SIZE] |= 1L << places[i];
            }
        }

        if (Arrays.stream(unsaid).anyMatch(word -> word != 0)) {
            long[] before = known(record);
            for (int i = 0; i < words.length; i++) {
                words[i] |= before[i] & unsaid[i];
            }
        }

        return words;
    }

    /** The memberships that a batch says nothing of: no definition names them any more, but one that is served may. */
    private long[] unsaid(List<String> audiences) {
        long[] words = new long[table.description().audienceWords()];
        for (int i = 0; i < table.audiences().size(); i++) {
            if (!audiences.contains(table.audiences().get(i))) {
                words[i / Long.SIZE] |= 1L << i;
            }
        }

        return words;
    }

    /** The memberships that are known of a contact. */
    private long[] known(FeedRecord record) {
        Changed changed = contacts.get(record.contact());
        if (changed != null) {
            return changed.state.audiences();
        }

        Reference reference = new Reference();
        for (String text : record.references()) {
            reference.of(text);
            long entry = table.locate(table.fingerprint(reference), reference);
            if (entry != SnapshotTable.NOWHERE && table.contact(entry) == record.contact()) {
                return table.memberships(entry);
            }
        }

        return new long[table.description().audienceWords()];
    }

    /** A survey that the batch does not name follows the rules for all surveys, which come first. */
    private static long[] times(FeedRecord record, int[] places) {
        return Arrays.stream(places)
                .map(place -> Math.max(place, 0))
                .mapToLong(place -> place < record.times().length ? record.times()[place] : Long.MIN_VALUE)
                .toArray();
    }
}
