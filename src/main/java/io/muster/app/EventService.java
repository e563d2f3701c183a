package io.muster.app;

import io.muster.directory.Directory;
import io.muster.directory.store.ContactExport.Format;
import io.muster.directory.store.Directories;
import io.muster.directory.store.EventExport;
import io.muster.directory.store.Timeline;
import io.muster.load.EventKey;
import io.muster.load.EventSources;
import io.muster.support.Ids;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The transactions and touchpoints of a directory, whoever has them. */
public final class EventService {

    private final Directories directories;
    private final EventSources sources;
    private final Timeline timeline;
    private final EventExport export;
    private final Ids ids;

    EventService(Directories directories, EventSources sources, Timeline timeline, EventExport export, Ids ids) {
        this.directories = directories;
        this.sources = sources;
        this.timeline = timeline;
        this.export = export;
        this.ids = ids;
    }

    /**
     * The transactions that have this id.
     *
     * @param source where they come from; null for any source
     */
    public List<TransactionView> transactions(String directory, String id, @Nullable String source) {
        int number = directories.find(directory).number();
        return timeline.transactions(number, keys(number, id, source)).stream()
                .filter(found -> source == null || found.event().source().equals(source))
                .map(found -> TransactionView.of(number, found, ids))
                .toList();
    }

    /**
     * The touchpoints that have this key.
     *
     * @param source where they come from; null for any source
     */
    public List<TouchpointView> touchpoints(String directory, String key, @Nullable String source) {
        int number = directories.find(directory).number();
        return timeline.touchpoints(number, keys(number, key, source)).stream()
                .filter(found -> source == null || found.event().source().equals(source))
                .map(found -> TouchpointView.of(number, found, ids))
                .toList();
    }

    private List<byte[]> keys(int directory, String id, @Nullable String source) {
        return sources.keys(directory, id, source).stream().map(EventKey::bytes).toList();
    }

    /** Writes all transactions of a directory and leaves the stream open; the result is their number. */
    public long exportTransactions(String directory, Format format, OutputStream out) throws IOException {
        Directory found = directories.find(directory);
        return export.transactions(found.number(), format, out);
    }

    /** Writes all touchpoints of a directory and leaves the stream open; the result is their number. */
    public long exportTouchpoints(String directory, Format format, OutputStream out) throws IOException {
        Directory found = directories.find(directory);
        return export.touchpoints(found.number(), format, out);
    }
}
