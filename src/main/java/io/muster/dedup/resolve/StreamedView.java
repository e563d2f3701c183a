package io.muster.dedup.resolve;

import io.muster.dedup.rules.KeyMaker;
import io.muster.directory.ContactField;
import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import io.muster.directory.Lineage;
import io.muster.directory.Membership;
import io.muster.directory.Profile;
import io.muster.directory.StoredContact;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the whole directory once, in the order of its rows, and keeps it encoded: for files that are large against the
 * directory. The claims of a rule are read as a whole as soon as much of a block asks for them, else looked up.
 */
final class StreamedView extends LookupView {

    /** A rule's claims are streamed when at least one of so many rows asks for one. */
    private static final int ONE_OF = 5;

    private final SnapshotReader reader;
    private final KeyMaker keys;
    private final boolean hasList;
    private final RecordStore contacts;
    private final RecordStore members;
    private final KeyMemory memory;
    private final List<RuleClaims> claims = new ArrayList<>();
    // What was found out about the rows at hand, by the very values: most rows are asked about twice.
    private final IdentityHashMap<IncomingRow.Values, Long> asStored = new IdentityHashMap<>();

    /** All claims of a rule. */
    private record RuleClaims(int rule, KeyTable owners) {}

    /**
     * @param folder where contacts go that do not fit into the memory
     * @param inMemory bytes of memory for contacts
     * @param memory where claims are kept
     */
    StreamedView(SnapshotReader reader, KeyMaker keys, boolean hasList, Path folder, long inMemory, KeyMemory memory) {
        super(reader, keys, hasList);
        this.reader = reader;
        this.keys = keys;
        this.hasList = hasList;
        this.memory = memory;
        this.contacts = new RecordStore(folder.resolve("contacts"), inMemory);
        this.members = new RecordStore(folder.resolve("members"), inMemory / 4);
        reader.allContacts(contacts::add);
        if (hasList) {
            reader.allMembers(members::add);
        }
    }

    @Override
    public void prepare(List<IncomingRow> rows, List<IdentityKey> further) {
        asStored.clear();
        Set<IdentityKey> asked = new HashSet<>();
        further.forEach(key -> ask(key, asked));
        List<IncomingRow> different = new ArrayList<>();
        // Apart from the comparison: waits for memory overlap when nothing stands between them.
        long[] found = new long[rows.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = found(rows.get(i));
        }

        for (int i = 0; i < found.length; i++) {
            IncomingRow row = rows.get(i);
            if (!isFoundAsStored(row, found[i])) {
                different.add(row);
                row.keys().forEach(key -> ask(key, asked));
            }
        }

        if (stream(asked, Math.max(1, rows.size() / ONE_OF))) {
            // With more claims at hand fewer rows have questions.
            prepare(rows, further);
            return;
        }

        // A contact whose values differ from its row may give keys up: who owns those will be asked.
        for (IncomingRow row : different) {
            long number = found(row);
            SurveyedContact stored = number == 0 ? null : contact(number);
            if (stored != null) {
                Profile values = stored.stored().profile();
                for (int place = 0; place < keys.size(); place++) {
                    ask(keys.key(place, values), asked);
                }
            }
        }

        lookUpOwners(asked);
    }

    private void ask(@Nullable IdentityKey key, Set<IdentityKey> asked) {
        if (key != null && owners(key.rule()) == null) {
            asked.add(key);
        }
    }

    private boolean isFoundAsStored(IncomingRow row, long number) {
        if (number == 0 || !compare(number, row.values())) {
            return false;
        }

        asStored.put(row.values(), number);
        return true;
    }

    /** The contact that the row's first key finds among the claims at hand; 0 for none. */
    private long found(IncomingRow row) {
        for (IdentityKey key : row.keys()) {
            if (key != null) {
                KeyTable owners = owners(key.rule());
                long owner = owners == null ? KeyOwner.NOBODY : owners.get(key);
                return KeyOwner.isContact(owner) ? owner : KeyOwner.NOBODY;
            }
        }

        return 0;
    }

    private boolean stream(Set<IdentityKey> asked, int least) {
        Map<Integer, Integer> byRule = new HashMap<>();
        asked.forEach(key -> byRule.merge(key.rule(), 1, Integer::sum));
        for (Map.Entry<Integer, Integer> rule : byRule.entrySet()) {
            if (rule.getValue() >= least) {
                stream(rule.getKey());
                // One at a time: the claims of the first rule spare the others most questions.
                return true;
            }
        }

        return false;
    }

    private void stream(int rule) {
        KeyTable owners = new KeyTable(memory);
        claims.add(new RuleClaims(rule, owners));
        reader.claims(rule, owners::put);
    }

    private @Nullable KeyTable owners(int rule) {
        for (int i = 0; i < claims.size(); i++) {
            if (claims.get(i).rule() == rule) {
                return claims.get(i).owners();
            }
        }

        return null;
    }

    @Override
    public long owner(IdentityKey key) {
        KeyTable owners = owners(key.rule());
        return owners == null ? super.owner(key) : owners.get(key);
    }

    @Override
    public @Nullable SurveyedContact contact(long number) {
        RecordBytes in = contacts.get(number);
        if (in == null) {
            return null;
        }

        @Nullable String[] values = new String[ContactField.ALL.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.getText();
        }

        Profile profile = Profile.stored(values, in.getFlag(), in.getText());
        StoredContact stored =
                new StoredContact(number, in.getInt(), in.getLong(), in.getLong(), profile, Lineage.of(in.getBytes()));
        return new SurveyedContact(stored, member(number));
    }

    private @Nullable Membership member(long number) {
        RecordBytes in = members.get(number);
        return in == null
                ? null
                : new Membership(
                        in.getFlag(), in.getText(), in.getLong(), in.getFlag() ? Long.valueOf(in.getLong()) : null);
    }

    @Override
    public boolean isAsStored(long number, IncomingRow.Values row) {
        Long known = asStored.get(row);
        return (known != null && known == number) || compare(number, row);
    }

    private boolean compare(long number, IncomingRow.Values row) {
        RecordBytes in = contacts.get(number);
        if (in == null
                || row.action().takesAway()
                || row.transaction() != null
                || row.touchpoint() != null
                || !row.listEmbedded().isEmpty()) {
            return false;
        }

        for (int i = 0; i < ContactField.ALL.size(); i++) {
            if (!in.passText(row.fields().get(ContactField.ALL.get(i)))) {
                return false;
            }
        }

        boolean unsubscribed = in.getFlag();
        if (!in.passText(row.embeddedJson())) {
            return false;
        }

        if (!hasList) {
            return row.optOut().after(unsubscribed) == unsubscribed;
        }

        RecordBytes member = members.get(number);
        if (member == null || row.ofDirectory().after(unsubscribed) != unsubscribed) {
            return false;
        }

        boolean optedOut = member.getFlag();
        return row.optOut().after(optedOut) == optedOut;
    }

    @Override
    public void close() {
        contacts.close();
        members.close();
        claims.forEach(rule -> rule.owners().close());
        super.close();
    }
}
