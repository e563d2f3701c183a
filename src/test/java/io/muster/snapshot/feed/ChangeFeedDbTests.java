package io.muster.snapshot.feed;

import static io.muster.dedup.DirectoryFixture.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.IdentityRules;
import io.muster.directory.Actor;
import io.muster.directory.changes.ChangeKind;
import io.muster.directory.changes.ChangeStream;
import io.muster.directory.store.EmbeddedNames;
import io.muster.directory.store.MailingLists;
import io.muster.frequency.FrequencyRuleStore;
import io.muster.frequency.FrequencyUpkeep;
import io.muster.intercept.Definitions;
import io.muster.intercept.InterceptSettings;
import io.muster.intercept.Project;
import io.muster.intercept.ProjectSettings;
import io.muster.intercept.Projects;
import io.muster.intercept.decide.ProjectDefinition;
import io.muster.segment.Segments;
import io.muster.snapshot.build.DirectoryTable;
import io.muster.snapshot.build.SnapshotStore;
import io.muster.snapshot.feed.ChangeFeed.Changes;
import io.muster.snapshot.feed.ChangeFeed.NotRecorded;
import io.muster.snapshot.feed.ChangeFeed.Nothing;
import io.muster.snapshot.feed.ChangeFeed.Reply;
import io.muster.snapshot.format.FeedBatch;
import io.muster.snapshot.format.FeedRecord;
import io.muster.snapshot.format.LiveTable;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.support.Refusal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Evaluators who ask, wait and are told; any number of them. */
class ChangeFeedDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Actor TESTER = Actor.system("tester");

    @TempDir
    private Path folder;

    private final JdbcClient jdbc = database.jdbc();
    private final Clock clock = Clock.systemUTC();
    private final TransactionTemplate transactions = new TransactionTemplate(database.transactions());
    private final ContactEdits edits = new ContactEdits(jdbc, database.transactions(), clock, database.ids());
    private DirectoryFixture directory;
    private SnapshotStore snapshots;
    private FeedAnswers answers;
    private TestFollower follower;
    private ChangeFeed feed;

    @BeforeEach
    void publish() {
        MailingLists lists = new MailingLists(jdbc, clock, database.ids());
        Segments segments = new Segments(jdbc, transactions, lists, clock, database.ids());
        directory = DirectoryFixture.create(jdbc, "extRef");
        Projects projects = new Projects(
                jdbc,
                transactions,
                new IdentityRules(jdbc, transactions, new EmbeddedNames(jdbc, clock), clock),
                segments,
                clock,
                database.ids());
        Project made =
                projects.create(TESTER, "Shop " + directory.id(), ProjectSettings.USUAL.linkedTo(directory.id()));
        projects.create(TESTER, made, "Hello", InterceptSettings.USUAL);
        projects.apply(TESTER, made);
        edits.upsert(directory.id(), record("extRef", "A1"));
        snapshots = new SnapshotStore(
                projects,
                new Definitions(
                        projects,
                        new FrequencyRuleStore(jdbc, transactions, clock, database.ids()),
                        ProjectDefinition.USUAL_PLACEHOLDERS,
                        database.ids()),
                new SnapshotFolder(folder.resolve("snapshots")),
                5,
                clock);
        answers = new FeedAnswers(jdbc, database.transactions(), snapshots, clock, database.ids());
        follower = new TestFollower(
                jdbc,
                answers,
                new DirectoryTable(
                        jdbc,
                        database.transactions(),
                        new FrequencyUpkeep(database.dataSource(), clock, database.ids()),
                        clock,
                        database.ids()),
                snapshots,
                directory.id(),
                folder);
        feed = new ChangeFeed(answers, database.ids(), Duration.ofSeconds(60));
    }

    @AfterEach
    void close() {
        feed.close();
        follower.close();
    }

    private String id() {
        return database.ids().directory(directory.id());
    }

    private CompletableFuture<Reply> ask(String position) {
        return feed.ask(id(), position, false);
    }

    private static FeedBatch batch(CompletableFuture<Reply> reply) throws Exception {
        Reply told = reply.get(20, TimeUnit.SECONDS);
        assertThat(told).isInstanceOf(Changes.class);
        return FeedBatch.fromJson(((Changes) told).json());
    }

    private static List<String> references(FeedBatch batch) {
        return batch.records().stream()
                .map(FeedRecord::references)
                .flatMap(List::stream)
                .toList();
    }

    @Test
    void whoAsksWaitsAndIsToldOfTheNextChange() throws Exception {
        CompletableFuture<Reply> waiting = ask(follower.live().position());
        await().until(() -> feed.waiting() == 1);
        assertThat(waiting).isNotDone();
        edits.upsert(directory.id(), record("extRef", "A2"));

        FeedBatch batch = batch(waiting);
        assertThat(references(batch)).containsExactly("A2");
        assertThat(batch.restart()).isFalse();
        await().until(() -> feed.waiting() == 0);
    }

    @Test
    void hundredsWhoWaitForTheSameAreToldTheSame() throws Exception {
        String position = follower.live().position();
        List<CompletableFuture<Reply>> waiting =
                IntStream.range(0, 400).mapToObj(i -> ask(position)).toList();
        edits.upsert(directory.id(), record("extRef", "A2"));

        Set<byte[]> made = Collections.newSetFromMap(new IdentityHashMap<>());
        for (CompletableFuture<Reply> one : waiting) {
            Changes told = (Changes) one.get(20, TimeUnit.SECONDS);
            assertThat(references(FeedBatch.fromJson(told.json()))).containsExactly("A2");
            made.add(told.json());
        }

        assertThat(made).as("made once for all who wait").hasSizeLessThan(100);
    }

    @Test
    void anyServerAnswersAnyEvaluator() throws Exception {
        edits.upsert(directory.id(), record("extRef", "A2"));
        FeedBatch first = batch(ask(follower.live().position()));
        edits.upsert(directory.id(), record("extRef", "A3"));
        try (ChangeFeed other = new ChangeFeed(answers, database.ids(), Duration.ofSeconds(60))) {
            assertThat(references(batch(other.ask(id(), first.position(), false))))
                    .containsExactly("A3");
        }
    }

    @Test
    void nothingIsToldWhenThePatienceIsOver() throws Exception {
        try (ChangeFeed impatient = new ChangeFeed(answers, database.ids(), Duration.ofMillis(300))) {
            String position = follower.live().position();
            assertThat(impatient.ask(id(), position, false).get(20, TimeUnit.SECONDS))
                    .isEqualTo(new Nothing());
        }
    }

    @Test
    void whatConcernsNoTableMovesThePositionAndWakesNobody() throws Exception {
        try (ChangeFeed impatient = new ChangeFeed(answers, database.ids(), Duration.ofSeconds(2))) {
            String position = follower.live().position();
            CompletableFuture<Reply> waiting = impatient.ask(id(), position, false);
            transactions.executeWithoutResult(
                    status -> new ChangeStream(jdbc).note(directory.id(), 1, Set.of(ChangeKind.LISTS), clock.millis()));

            FeedBatch batch = batch(waiting);
            assertThat(batch.records()).isEmpty();
            assertThat(batch.restart()).isFalse();
            assertThat(batch.position()).isNotEqualTo(position);
        }
    }

    @Test
    void aLargeChangeIsToldBlockByBlockAndNotToThoseWhoAreBehind() throws Exception {
        String position = follower.live().position();
        transactions.executeWithoutResult(status -> new ChangeStream(jdbc)
                .note(directory.id(), LongStream.range(100, 6_000), Set.of(ChangeKind.VALUES), clock.millis()));
        edits.upsert(directory.id(), record("extRef", "A2"));

        FeedBatch first = batch(ask(position));
        assertThat(first.records()).hasSize(5_900);
        assertThat(references(batch(ask(first.position())))).containsExactly("A2");

        FeedBatch behind = batch(feed.ask(id(), position, true));
        assertThat(references(behind)).containsExactly("A2");
        assertThat(behind.restart()).as("not all is told").isTrue();
    }

    @Test
    void aChangeOfTooManyContactsIsLeftToTheNextTable() throws Exception {
        String position = follower.live().position();
        transactions.executeWithoutResult(status -> new ChangeStream(jdbc)
                .note(directory.id(), LongStream.range(0, 50_001), Set.of(ChangeKind.VALUES), clock.millis()));

        FeedBatch batch = batch(ask(position));
        assertThat(batch.records()).isEmpty();
        assertThat(batch.restart()).isTrue();
        LiveTable live = follower.live();
        live.apply(batch);
        assertThat(live.isBehind()).isTrue();
    }

    @Test
    void whoseChangesAreGoneIsToldSoAndGoesOnFromNow() throws Exception {
        String position = follower.live().position();
        edits.upsert(directory.id(), record("extRef", "A2"));
        answers.reader().end(directory.id());
        assertThat(ask(position).get(20, TimeUnit.SECONDS)).isEqualTo(new NotRecorded());

        answers.reader().start(directory.id());
        FeedBatch lost = batch(ask(position));
        assertThat(lost.restart()).isTrue();
        assertThat(lost.records()).isEmpty();
        edits.upsert(directory.id(), record("extRef", "A3"));
        assertThat(references(batch(ask(lost.position())))).containsExactly("A3");
    }

    @Test
    void refusesWhatIsNoQuestion() {
        assertThatThrownBy(() -> ask("p9"))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo("INVALID_POSITION"));
        assertThatThrownBy(
                        () -> feed.ask("POOL_000000000000000", follower.live().position(), false))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo("INVALID_DIRECTORY"));
    }

    @Test
    void aServerThatStopsLetsAllGo() throws Exception {
        List<CompletableFuture<Reply>> waiting = new ArrayList<>();
        waiting.add(ask(follower.live().position()));
        await().until(() -> feed.waiting() == 1);
        feed.close();
        assertThat(waiting.getFirst().get(5, TimeUnit.SECONDS)).isEqualTo(new Nothing());
        assertThat(ask(follower.live().position()).get(5, TimeUnit.SECONDS)).isEqualTo(new Nothing());
    }

    @Test
    void withoutTheDatabaseWhoAsksHearsItAtOnce() {
        DriverManagerDataSource nowhere = new DriverManagerDataSource("jdbc:mysql://127.0.0.1:1/muster");
        FeedAnswers none = new FeedAnswers(
                JdbcClient.create(nowhere), new JdbcTransactionManager(nowhere), snapshots, clock, database.ids());
        try (ChangeFeed other = new ChangeFeed(none, database.ids(), Duration.ofSeconds(60))) {
            CompletableFuture<Reply> reply = other.ask(id(), follower.live().position(), false);
            assertThatThrownBy(() -> reply.get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(DataAccessException.class);
        }
    }
}
