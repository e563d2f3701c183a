package io.muster.app;

import io.muster.dedup.ContactQuery;
import io.muster.dedup.ContactSearch;
import io.muster.dedup.SearchTasks;
import io.muster.dedup.SearchTasks.SearchTask;
import io.muster.dedup.SearchTasks.State;
import io.muster.directory.Actor;
import io.muster.directory.Contact;
import io.muster.directory.Directory;
import io.muster.directory.store.Directories;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.longlong.Roaring64NavigableMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Searches that read all contacts of a directory. One goes on while its asker looks at other pages, is known to every server,
 * and can be stopped; when the server that reads is gone, another one goes on where it ended.
 */
public final class ContactSearches implements AutoCloseable {

    /** How many contacts a search keeps; it ends when it has found as many. */
    public static final int MOST = 10_000;

    static final int NAME_LENGTH = 16;

    private static final Logger LOG = LoggerFactory.getLogger(ContactSearches.class);
    private static final int AT_ONCE = 2;
    private static final Duration SAVED_EVERY = Duration.ofSeconds(1);
    /** Contacts a second, as long as no search of the directory has shown how quickly they are read. */
    private static final long USUAL_RATE = 200_000;

    private final Directories directories;
    private final ContactSearch search;
    private final ContactListing listing;
    private final SearchTasks tasks;
    private final InstantSource clock;
    private final Supplier<String> names;
    private final ExecutorService readers = Executors.newFixedThreadPool(
            AT_ONCE, Thread.ofPlatform().name("contact-search-", 0).daemon().factory());

    /** What is searched by. */
    public enum By {
        EMAIL("email"),
        REFERENCE("extRef"),
        PHONE("phone"),
        NAME("");

        private final String field;

        By(String field) {
            this.field = field;
        }

        /** The key of the field; empty for what is of several. */
        String field() {
            return field;
        }

        /** The query for a text. */
        public ContactQuery query(String text) {
            return switch (this) {
                case EMAIL -> new ContactQuery.Email(text);
                case REFERENCE -> new ContactQuery.Reference(text);
                case PHONE -> new ContactQuery.Phone(text);
                case NAME -> new ContactQuery.Name(text);
            };
        }
    }

    /**
     * What is searched for.
     *
     * @param list the id of a list that those found are on; null for any
     * @param segment the id of a segment that they are in; null for any
     */
    public record Question(
            By by,
            String text,
            @Nullable String list,
            @Nullable String segment) {

        /** The same as a limit of a listing. */
        public WantedContacts wanted() {
            return new WantedContacts(by.query(text), list, segment);
        }
    }

    /**
     * A search.
     *
     * @param state whether it goes on
     * @param isSilent whether it should go on and its reader is gone
     * @param read how many contacts it has read
     * @param found how many it has found
     */
    public record SearchView(String id, Question question, State state, boolean isSilent, long read, long found) {}

    ContactSearches(
            Directories directories,
            ContactSearch search,
            ContactListing listing,
            SearchTasks tasks,
            InstantSource clock,
            Supplier<String> names) {
        this.directories = directories;
        this.search = search;
        this.listing = listing;
        this.tasks = tasks;
        this.clock = clock;
        this.names = names;
    }

    /** How long reading so many contacts of a directory takes, about, by how long it took last. */
    public Duration estimate(String directory, long contacts) {
        long rate = tasks.lastDone(directories.find(directory).number())
                .filter(last -> last.read() > 0 && last.beatAt() > last.startedAt())
                .map(last -> Math.max(1, last.read() * 1_000 / (last.beatAt() - last.startedAt())))
                .orElse(USUAL_RATE);
        return Duration.ofSeconds(Math.max(1, contacts / rate));
    }

    /** Begins a search; its id. */
    public String start(Actor actor, String directory, Question question) {
        Directory found = directories.find(directory);
        // What cannot be searched for is refused now, not in the background.
        var ignored = listing.page(directory, question.wanted(), null, 1);
        SearchTask task = tasks.add(
                names.get(), found.number(), actor.text(), JsonMapper.shared().writeValueAsString(question));
        // What is found first is there when its page is.
        tasks.save(task, step(found, question.wanted(), task))
                .filter(going -> going.state() == State.RUNNING)
                .ifPresent(going -> read(found, going));
        return task.id();
    }

    /** A search of a directory. */
    public SearchView show(String directory, String id) {
        SearchTask task = task(directories.find(directory), id);
        return new SearchView(
                task.id(),
                question(task),
                task.state(),
                tasks.isSilent(task),
                task.read(),
                task.found().getLongCardinality());
    }

    /** Some of what a search has found so far, as in {@link ContactListing#page}. */
    public ContactListing.Some found(String directory, String id, @Nullable String after, int most) {
        Directory of = directories.find(directory);
        long from = after == null ? 0 : listing.number(of, after);
        Roaring64NavigableMap all = task(of, id).found();
        List<Long> numbers = LongStream.range(all.rankLong(from), all.getLongCardinality())
                .limit(most + 1L)
                .mapToObj(all::select)
                .toList();

        boolean more = numbers.size() > most;
        List<Contact> some = listing.byNumbers(of, more ? numbers.subList(0, most) : numbers);
        return new ContactListing.Some(some, more ? listing.id(of, numbers.get(most - 1)) : null, true);
    }

    /** Writes all that a search has found so far as CSV, as {@link ContactListing#write} does. */
    public void write(String directory, String id, boolean spreadsheet, OutputStream out) throws IOException {
        Directory of = directories.find(directory);
        TreeSet<Long> numbers = new TreeSet<>();
        task(of, id).found().forEach(numbers::add);
        listing.write(of, numbers, spreadsheet, out);
    }

    /** Stops a search; what it has found stays. */
    public void stop(String directory, String id) {
        tasks.stop(task(directories.find(directory), id).id());
    }

    /** Goes on with a search that was stopped, or whose reader is gone. */
    public void resume(String directory, String id) {
        Directory of = directories.find(directory);
        tasks.take(task(of, id)).ifPresent(task -> read(of, task));
    }

    private SearchTask task(Directory directory, String id) {
        return tasks.find(directory.number(), id)
                .orElseThrow(() -> Refusal.notFound(
                        "UNKNOWN_SEARCH", "There is no such search. Searches are kept for a day; search again."));
    }

    private static Question question(SearchTask task) {
        return JsonMapper.shared().readValue(task.question(), Question.class);
    }

    private void read(Directory directory, SearchTask task) {
        try {
            readers.execute(() -> go(directory, task));
        } catch (RejectedExecutionException closing) {
            LOG.debug("The server stops: another one may go on", closing);
        }
    }

    private void go(Directory directory, SearchTask begun) {
        try {
            WantedContacts wanted = question(begun).wanted();
            SearchTask saved = begun;
            SearchTask now = begun;
            while (now.state() == State.RUNNING && !Thread.currentThread().isInterrupted()) {
                now = step(directory, wanted, now);
                boolean isTime = clock.millis() - saved.beatAt() >= SAVED_EVERY.toMillis();
                boolean isFirst = saved.found().isEmpty() && !now.found().isEmpty();
                if (isTime || isFirst || now.state() != State.RUNNING) {
                    Optional<SearchTask> kept = tasks.save(saved, now);
                    if (kept.isEmpty()) {
                        return;
                    }

                    saved = kept.get();
                    now = saved;
                }
            }
        } catch (RuntimeException failure) {
            // Its page says that nobody goes on with it, and lets one do so.
            LOG.warn("A search of contacts was cut off: {}", failure.getMessage());
            LOG.debug("A search was cut off", failure);
        }
    }

    private SearchTask step(Directory directory, WantedContacts wanted, SearchTask task) {
        ContactSearch.Part part = search.read(directory, Objects.requireNonNull(wanted.query()), task.readTo());
        Roaring64NavigableMap found = new Roaring64NavigableMap();
        found.or(task.found());
        listing.among(directory, wanted, part.found()).stream()
                .limit(MOST - found.getLongCardinality())
                .forEach(found::addLong);
        return new SearchTask(
                task.id(),
                task.directory(),
                task.question(),
                found.getLongCardinality() >= MOST ? State.FULL : part.isEnd() ? State.DONE : State.RUNNING,
                part.readTo(),
                task.read() + part.read(),
                found,
                task.startedAt(),
                task.beatAt());
    }

    @Override
    public void close() {
        var ignored = readers.shutdownNow();
    }
}
