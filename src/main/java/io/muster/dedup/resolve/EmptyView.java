package io.muster.dedup.resolve;

import io.muster.dedup.IdentityKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A directory without contacts. */
final class EmptyView implements DirectoryView {

    @Override
    public void prepare(List<IncomingRow> rows, List<IdentityKey> keys) {}

    @Override
    public long owner(IdentityKey key) {
        return 0;
    }

    @Override
    public List<Long> shadows(IdentityKey key) {
        return List.of();
    }

    @Override
    public @Nullable StoredContact contact(long number) {
        return null;
    }

    @Override
    public List<String> aliases(long number) {
        return List.of();
    }

    @Override
    public List<Long> absorbed(long number) {
        return List.of();
    }

    @Override
    public boolean hasTransaction(long high, long low) {
        return false;
    }

    @Override
    public void close() {}
}
