package io.muster.dedup.resolve;

import io.muster.dedup.rules.KeyMaker;
import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads of the whole directory once, in the order of its rows, what tells whether a row changes anything: for files that
 * are large against the directory. Contacts of which a row says something else are looked up. The claims of a rule are read
 * as a whole as soon as much of a block asks for them, else looked up.
 */
final class StreamedView extends LookupView {

    /** A rule's claims are streamed when at least one of so many rows asks for one. */
    private static final int ONE_OF = 5;

    private final SnapshotReader reader;
    private final boolean hasList;
    private final DigestTable digests;
    private final LineDigest digest = new LineDigest();
    private final KeyMemory memory;
    private final List<RuleClaims> claims = new ArrayList<>();
    // What was found out about the rows at hand, by the very values: most rows are asked about twice.
    private final IdentityHashMap<IncomingRow.Values, Long> asStored = new IdentityHashMap<>();

    /** All claims of a rule. */
    private record RuleClaims(int rule, KeyTable owners) {}

    /** @param memory where digests and claims are kept */
    StreamedView(SnapshotReader reader, KeyMaker keys, boolean hasList, KeyMemory memory) {
        super(reader, keys, hasList);
        this.reader = reader;
        this.hasList = hasList;
        this.memory = memory;
        this.digests = new DigestTable(memory);
        reader.allDigests(digests);
        if (hasList) {
            reader.allMembers(digests);
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

        lookUp(asked, concerned(different));
    }

    /** Most rows need nothing but what was streamed. */
    @Override
    public @Nullable Ahead lookAhead(List<IncomingRow> rows) {
        return null;
    }

    private void ask(@Nullable IdentityKey key, Set<IdentityKey> asked) {
        if (key != null && !isKnown(key)) {
            asked.add(key);
        }
    }

    /** The contacts that rows name or may mean, as far as that is known without being looked up. */
    private Set<Long> concerned(List<IncomingRow> rows) {
        Set<Long> numbers = new HashSet<>();
        for (IncomingRow row : rows) {
            numbers.add(row.values().contact());
            for (IdentityKey key : row.keys()) {
                KeyTable owners = key == null ? null : owners(key.rule());
                long owner = key == null || owners == null ? KeyOwner.NOBODY : owners.get(key);
                if (KeyOwner.isContact(owner)) {
                    numbers.add(owner);
                }
            }
        }

        return numbers;
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
    boolean isKnown(IdentityKey key) {
        return owners(key.rule()) != null;
    }

    @Override
    public long owner(IdentityKey key) {
        KeyTable owners = owners(key.rule());
        return owners == null ? super.owner(key) : owners.get(key);
    }

    @Override
    public boolean isAsStored(long number, IncomingRow.Values row) {
        Long known = asStored.get(row);
        return (known != null && known == number) || compare(number, row);
    }

    private boolean compare(long number, IncomingRow.Values row) {
        int flags = digests.flags(number);
        if ((flags & DigestTable.THERE) == 0
                || row.action().takesAway()
                || row.transaction() != null
                || row.touchpoint() != null
                || !row.listEmbedded().isEmpty()) {
            return false;
        }

        boolean unsubscribed = (flags & DigestTable.UNSUBSCRIBED) != 0;
        boolean optedOut = (flags & DigestTable.OPTED_OUT) != 0;
        boolean says = hasList
                ? (flags & DigestTable.MEMBER) == 0
                        || row.ofDirectory().after(unsubscribed) != unsubscribed
                        || row.optOut().after(optedOut) != optedOut
                : row.optOut().after(unsubscribed) != unsubscribed;
        if (says) {
            return false;
        }

        digest.make(row.said());
        return digests.has(number, digest.high(), digest.low());
    }

    @Override
    public void close() {
        digests.close();
        claims.forEach(rule -> rule.owners().close());
        super.close();
    }
}
