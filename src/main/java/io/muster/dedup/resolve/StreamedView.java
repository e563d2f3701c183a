package io.muster.dedup.resolve;

import io.muster.dedup.rules.KeyMaker;
import io.muster.directory.IdentityKey;
import java.util.HashMap;
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
        super(reader, keys, hasList, true);
        this.reader = reader;
        this.hasList = hasList;
        this.memory = memory;
    }

    @Override
    List<IncomingRow> different(List<IncomingRow> rows, Looked found) {
        while (true) {
            List<IncomingRow> different = different(rows, found, digests());
            // With more claims at hand fewer rows have questions.
            if (!stream(unknown(keys(different)), rows.size())) {
                return different;
            }
        }
    }

    @Override
    public void prepare(List<IncomingRow> rows, List<IdentityKey> further) {
        stream(unknown(further.stream()), rows.size());
        super.prepare(rows, further);
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

    private DigestTable digests() {
        DigestTable known = digests;
        return known == null ? readDigests() : known;
    }

    private synchronized DigestTable readDigests() {
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
    long owner(IdentityKey key, Looked looked) {
        KeyTable owners = owners(key.rule());
        return owners == null ? super.owner(key, looked) : owners.get(key);
    }

    @Override
    public boolean isAsStored(long number, IncomingRow.Values row) {
        return super.isAsStored(number, row) || isAsStored(number, row, digests(), digest);
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
