package io.muster.dedup.resolve;

import io.muster.dedup.rules.KeyMaker;
import io.muster.directory.ContactField;
import io.muster.directory.IdentityKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The keys of rows that no rule can recognise: their content and how often the file had it so far. */
final class ContentKeys implements AutoCloseable {

    private final KeyMaker keys;
    private final KeyTable occurrences;

    ContentKeys(KeyMaker keys, KeyMemory memory) {
        this.keys = keys;
        this.occurrences = new KeyTable(memory);
    }

    IdentityKey of(IncomingRow.Values values) {
        List<String> content = new ArrayList<>();
        for (ContactField field : ContactField.ALL) {
            content.add(Objects.requireNonNullElse(values.said().field(field), ""));
        }

        values.said().embedded().forEach((name, value) -> {
            content.add(name);
            content.add(value);
        });
        IdentityKey first = keys.contentKey(content, 1);
        long occurrence = occurrences.count(first.high(), first.low());
        return occurrence == 1 ? first : keys.contentKey(content, Math.toIntExact(occurrence));
    }

    /** Whether there was such a row. */
    boolean hasAny() {
        return occurrences.size() > 0;
    }

    @Override
    public void close() {
        occurrences.close();
    }
}
