package io.muster.snapshot.feed;

import io.muster.directory.changes.ChangeFeedReader;
import io.muster.directory.changes.ChangeFeedReader.Changed;
import io.muster.directory.changes.ChangeFeedReader.Lost;
import io.muster.directory.changes.ChangeFeedReader.Portion;
import io.muster.directory.changes.FeedPosition;
import io.muster.snapshot.build.SnapshotStore;
import io.muster.snapshot.format.FeedBatch;
import io.muster.support.Ids;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes the answers of the feed. What changed, what it is now, and how new that is are read in one snapshot of the database.
 */
public final class FeedAnswers {

    /** After so many contacts an answer ends with the transaction that they were changed in. */
    private static final long CONTACTS = 5_000;

    /** A transaction that changed more contacts is left to the next table. */
    private static final long MOST_OF_ONE_TRANSACTION = 50_000;

    /** To those who are behind, a transaction that changed more contacts is not told. */
    private static final long LARGE = 1_000;

    private final JdbcClient jdbc;
    private final SnapshotStore snapshots;
    private final InstantSource clock;
    private final ChangeFeedReader reader;
    private final TransactionTemplate snapshot;
    private final Ids ids;

    /**
     * One question of an evaluator.
     *
     * @param position where it has come to
     * @param behind whether only a new table brings it everything, so that large changes need not be told any more
     */
    public record Question(FeedPosition position, boolean behind) {}

    /**
     * An answer.
     *
     * @param position where the next question begins
     * @param batch what changed
     * @param more whether there is more at once
     * @param age how long ago the last of it changed, milliseconds; negative when nothing did
     */
    record Answer(FeedPosition position, FeedBatch batch, boolean more, long age) {

        boolean isEmpty() {
            return batch.records().isEmpty() && !batch.restart();
        }
    }

    /** Reads that database. */
    public FeedAnswers(
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            SnapshotStore snapshots,
            InstantSource clock,
            Ids ids) {
        this.jdbc = jdbc;
        this.snapshots = snapshots;
        this.ids = ids;
        this.clock = clock;
        reader = new ChangeFeedReader(jdbc, transactions, clock);
        snapshot = new TransactionTemplate(transactions);
        snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        snapshot.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        snapshot.setReadOnly(true);
    }

    ChangeFeedReader reader() {
        return reader;
    }

    /** What changed since, as it is now. */
    Answer answer(Question question) {
        return Objects.requireNonNull(snapshot.execute(status -> read(question)));
    }

    private Answer read(Question question) {
        int directory = question.position().directory();
        Portion portion = new Portion(CONTACTS, question.behind() ? LARGE : MOST_OF_ONE_TRANSACTION);
        long version = reader.now(directory).version();
        return switch (reader.read(question.position(), portion)) {
            case Lost lost ->
                new Answer(
                        lost.position(),
                        new FeedBatch(lost.position().text(), true, List.of(), List.of(), List.of()),
                        false,
                        -1);
            case Changed changed ->
                new Answer(
                        changed.position(),
                        batch(directory, changed, version),
                        changed.more(),
                        changed.changedAt() == 0 ? -1 : Math.max(0, clock.millis() - changed.changedAt()));
        };
    }

    private FeedBatch batch(int directory, Changed changed, long version) {
        List<Long> audiences = List.copyOf(snapshots.audiences(directory));
        ContactRecords records = new ContactRecords(jdbc, directory, audiences);
        return new FeedBatch(
                changed.position().text(),
                !changed.isWhole(),
                audiences.stream().map(ids::segment).toList(),
                records.surveys(),
                records.of(changed.contacts(), version));
    }
}
