package io.muster.dedup.resolve;

import io.muster.directory.IdentityKey;
import io.muster.load.EventKey;
import io.muster.load.EventKind;
import io.muster.load.StoredEvent;
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
    public @Nullable SurveyedContact contact(long number) {
        return null;
    }

    @Override
    public List<String> aliases(long number) {
        return List.of();
    }

    @Override
    public List<IdentityKey> contentKeys(long number) {
        return List.of();
    }

    @Override
    public List<EventKey> events(EventKind kind, long number) {
        return List.of();
    }

    @Override
    public List<Long> absorbed(long number) {
        return List.of();
    }

    @Override
    public long survivor(long number) {
        return 0;
    }

    @Override
    public boolean hasEvent(EventKind kind, EventKey key) {
        return false;
    }

    @Override
    public @Nullable StoredEvent event(EventKind kind, EventKey key) {
        return null;
    }

    @Override
    public boolean hasFormerEvents() {
        return false;
    }

    @Override
    public void close() {}
}
