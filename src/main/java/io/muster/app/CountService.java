package io.muster.app;

import io.muster.directory.MailingList;
import io.muster.directory.store.Directories;
import io.muster.directory.store.KeptCounts;
import io.muster.directory.store.KeptCounts.Kept;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many contacts directories and lists have, without a wait: what was counted last is shown with its moment, and what is
 * old is counted anew by a thread of its own. What is counted quickly is fresh; what takes long is counted rarely.
 */
public final class CountService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CountService.class);

    private static final Duration FRESH = Duration.ofSeconds(2);
    // Counting takes at most one part in a hundred of the database's time.
    private static final int RARELY = 100;
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private final Directories directories;
    private final KeptCounts counts;
    private final InstantSource clock;
    private final Set<Key> underWay = ConcurrentHashMap.newKeySet();
    private final ExecutorService counter = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("contact-counts").daemon().factory());

    private record Key(int directory, int list) {}

    /**
     * How many contacts there are.
     *
     * @param contacts of the directory or list
     * @param optedOut those of them who opted out of it
     * @param asOf of which moment that is
     */
    public record Count(long contacts, long optedOut, Instant asOf) {}

    CountService(Directories directories, KeptCounts counts, InstantSource clock) {
        this.directories = directories;
        this.counts = counts;
        this.clock = clock;
    }

    /** How many contacts a directory has; null while they are counted for the first time. */
    public @Nullable Count of(String directory) {
        return of(directories.find(directory).number(), List.of(KeptCounts.DIRECTORY))
                .get(KeptCounts.DIRECTORY);
    }

    /** How many contacts lists of one directory have, by the numbers of the lists; without those counted for the first time. */
    public Map<Integer, Count> of(String directory, Collection<MailingList> lists) {
        return of(
                directories.find(directory).number(),
                lists.stream().map(MailingList::number).toList());
    }

    private Map<Integer, Count> of(int directory, Collection<Integer> lists) {
        Map<Integer, Kept> kept = counts.read(directory, lists);
        List<Key> old = lists.stream()
                .filter(list -> isOld(kept.get(list)))
                .map(list -> new Key(directory, list))
                .filter(underWay::add)
                .toList();
        return views(old.isEmpty() || !countedSoon(old) ? kept : counts.read(directory, lists));
    }

    private boolean isOld(@Nullable Kept kept) {
        return kept == null || clock.millis() - kept.countedAt() >= Math.max(FRESH.toMillis(), kept.took() * RARELY);
    }

    private boolean countedSoon(List<Key> old) {
        Future<?> counting = counter.submit(() -> old.forEach(this::count));
        try {
            var ignored = counting.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException late) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void count(Key key) {
        try {
            counts.count(key.directory(), key.list());
        } catch (RuntimeException failure) {
            // The next one who asks has it counted again.
            LOG.warn("Cannot count contacts: {}", failure.getMessage());
            LOG.debug("Counting failed", failure);
        } finally {
            var ignored = underWay.remove(key);
        }
    }

    private static Map<Integer, Count> views(Map<Integer, Kept> kept) {
        return kept.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> new Count(
                                entry.getValue().contacts(),
                                entry.getValue().optedOut(),
                                Instant.ofEpochMilli(entry.getValue().countedAt()))));
    }

    @Override
    public void close() {
        var ignored = counter.shutdownNow();
    }
}
