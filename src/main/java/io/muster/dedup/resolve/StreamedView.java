package io.muster.dedup.resolve;

import io.muster.dedup.rules.KeyMaker;
import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
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
    private final KeyMemory memory;
    private final LineDigest digest = new LineDigest();
    // Read by whoever needs them first, on whatever thread, and complete when others see them.
    private volatile @Nullable DigestTable digests;
    private volatile List<RuleClaims> claims = List.of();

    /** All claims of a rule. */
    private record RuleClaims(int rule, KeyTable owners) {}

    /** @param memory where digests and claims are kept */
    StreamedView(SnapshotReader reader, KeyMaker keys, boolean hasList, KeyMemory memory) {
        super(reader, keys, hasList);
        this.reader = reader;
        this.hasList = hasList;
        this.memory = memory;
    }

    @Override
    Looked look(List<IncomingRow> rows) {
        Looked found = new Looked();
        if (rows.isEmpty()) {
            return found;
        }

        List<IncomingRow> different;
        Set<IdentityKey> asked;
        do {
            // With more claims at hand fewer rows have questions.
            different = different(rows, found);
            asked = unknown(different.stream().map(IncomingRow::keys).flatMap(List::stream));
        } while (stream(asked, rows.size()));

        found.owners(asked);
        found.withOwners(concerned(different));
        return found;
    }

    /** The rows that were not found to say what is stored. */
    private List<IncomingRow> different(List<IncomingRow> rows, Looked looked) {
        // Apart from the comparison: waits for memory overlap when nothing stands between them.
        long[] found = new long[rows.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = found(rows.get(i));
        }

        LineDigest own = new LineDigest();
        List<IncomingRow> different = new ArrayList<>();
        for (int i = 0; i < found.length; i++) {
            IncomingRow row = rows.get(i);
            if (found[i] != 0 && compare(found[i], row.values(), own)) {
                looked.isAsStored(row.values(), found[i]);
            } else {
                different.add(row);
            }
        }

        return different;
    }

    @Override
    public void prepare(List<IncomingRow> rows, List<IdentityKey> further) {
        stream(unknown(further.stream()), rows.size());
        super.prepare(rows, further);
    }

    private Set<IdentityKey> unknown(Stream<@Nullable IdentityKey> keys) {
        Set<IdentityKey> unknown = new HashSet<>();
        keys.forEach(key -> {
            if (key != null && !isKnown(key)) {
                unknown.add(key);
            }
        });
        return unknown;
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

    /** Reads the claims of a rule that much of so many rows asks for; whether there was one. */
    private synchronized boolean stream(Set<IdentityKey> asked, int rows) {
        Map<Integer, Integer> byRule = new HashMap<>();
        asked.forEach(key -> byRule.merge(key.rule(), 1, Integer::sum));
        for (Map.Entry<Integer, Integer> rule : byRule.entrySet()) {
            if (rule.getValue() >= Math.max(1, rows / ONE_OF)) {
                stream(rule.getKey());
                // One at a time: the claims of the first rule spare the others most questions.
                return true;
            }
        }

        return false;
    }

    private void stream(int rule) {
        if (owners(rule) == null) {
            KeyTable owners = new KeyTable(memory);
            reader.claims(rule, owners::put);
            claims = Stream.concat(claims.stream(), Stream.of(new RuleClaims(rule, owners)))
                    .toList();
        }
    }

    private synchronized DigestTable digests() {
        DigestTable known = digests;
        if (known != null) {
            return known;
        }

        DigestTable made = new DigestTable(memory);
        reader.allDigests(made);
        if (hasList) {
            reader.allMembers(made);
        }

        digests = made;
        return made;
    }

    private @Nullable KeyTable owners(int rule) {
        List<RuleClaims> known = claims;
        for (int i = 0; i < known.size(); i++) {
            if (known.get(i).rule() == rule) {
                return known.get(i).owners();
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
        return super.isAsStored(number, row) || compare(number, row, digest);
    }

    private boolean compare(long number, IncomingRow.Values row, LineDigest digest) {
        DigestTable known = digests;
        DigestTable digests = known == null ? digests() : known;
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
        DigestTable known = digests;
        if (known != null) {
            known.close();
        }

        claims.forEach(rule -> rule.owners().close());
        super.close();
    }
}
