package io.muster.runs;

import static io.muster.runs.AwaitedRuns.TESTER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.muster.database.TestDatabase;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunStatus;
import io.muster.jobs.rebuild.Rebuild;
import io.muster.jobs.rebuild.RebuildKind;
import io.muster.jobs.rebuild.RebuildRequest;
import io.muster.segment.Segment;
import io.muster.segment.Segment.HeldReason;
import io.muster.segment.SizeGuard;
import io.muster.segment.members.MemberPage;
import io.muster.segment.members.MembershipChange;
import io.muster.segment.members.Publication;
import io.muster.segment.members.SegmentMembers;
import io.muster.segment.publish.Built;
import io.muster.segment.publish.Built.Fate;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class RebuildJobTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final String GERMAN = "{field: language, is: de}";
    private static final String GOLD = "{embedded: tier, is: gold}";

    @TempDir
    private static Path folder;

    private static RebuildFixture fixture;

    private Directory directory;

    @BeforeAll
    static void open() {
        fixture = new RebuildFixture(database, folder);
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @BeforeEach
    void makeADirectory() {
        directory = fixture.directory();
    }

    private static String member(Segment segment) {
        return "{segment: " + segment.id() + ", is: member}";
    }

    private static Set<Long> numbers(long first, long step, int count) {
        return new TreeSet<>(
                LongStream.range(0, count).map(i -> first + i * step).boxed().toList());
    }

    @Test
    void computesAllSegmentsInOnePassAndCountsWhoJoinedAndLeft() {
        fixture.contacts(directory, 1, 1, 300, "de", "gold");
        fixture.contacts(directory, 70_000, 1_000, 200, "fr", "gold");
        Segment german = fixture.segment(directory, "German", GERMAN);
        Segment both = fixture.segment(directory, "Both", "all: [" + GOLD + ", none: [" + member(german) + "]]");
        RebuildAnswer first = fixture.full(directory);
        assertThat(first.rebuild().version()).isEqualTo(1);
        assertThat(first.rebuild().status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(first.rebuild().contacts()).isEqualTo(500);
        assertThat(first.origin()).isEqualTo(Origin.OWN);
        assertThat(first.segments())
                .containsExactly(
                        new Built(both.number(), "Both", 1, 200, 200, 0, Fate.PUBLISHED),
                        new Built(german.number(), "German", 1, 300, 300, 0, Fate.PUBLISHED));
        assertThat(fixture.members(german)).isEqualTo(numbers(1, 1, 300));
        assertThat(fixture.members(both)).isEqualTo(numbers(70_000, 1_000, 200));

        fixture.language(directory, 5, "fr");
        fixture.delete(directory, 71_000);
        RebuildAnswer second = fixture.full(directory);
        assertThat(second.segments())
                .containsExactly(
                        new Built(both.number(), "Both", 2, 200, 1, 1, Fate.PUBLISHED),
                        new Built(german.number(), "German", 2, 299, 0, 1, Fate.PUBLISHED));
    }

    @Test
    void aDirectoryWithoutSegmentsOrContactsIsRebuiltAsWell() {
        assertThat(fixture.full(directory).segments()).isEmpty();
        Segment german = fixture.segment(directory, "German", GERMAN);
        assertThat(fixture.full(directory).segments())
                .containsExactly(new Built(german.number(), "German", 2, 0, 0, 0, Fate.PUBLISHED));
        assertThat(fixture.members(german)).isEmpty();
    }

    @Test
    void contactsWhoseWholeBlockIsGoneLeaveTheSegment() {
        fixture.contacts(directory, 10, 1, 3, "de", null);
        fixture.contacts(directory, 100_000, 1, 2, "de", null);
        fixture.contacts(directory, 200_000, 1, 2, "de", null);
        Segment german = fixture.segment(directory, "German", GERMAN);
        fixture.full(directory);
        for (long number : List.of(100_000L, 100_001L, 200_000L, 200_001L)) {
            fixture.delete(directory, number);
        }

        assertThat(fixture.full(directory).segments())
                .containsExactly(new Built(german.number(), "German", 2, 3, 0, 4, Fate.PUBLISHED));
    }

    @Test
    void keepsTheHistoryOfAContactAndOfASegment() {
        fixture.contacts(directory, 1, 1, 3, "de", null);
        Segment german = fixture.segment(directory, "German", GERMAN);
        fixture.full(directory);
        fixture.clock.set(fixture.clock.millis() + 1_000);
        fixture.language(directory, 2, "fr");
        fixture.full(directory);
        fixture.clock.set(fixture.clock.millis() + 1_000);
        fixture.language(directory, 2, "de");
        fixture.full(directory);

        assertThat(fixture.history.of(directory.number(), 2, null, 10))
                .extracting(MembershipChange::version, MembershipChange::joined)
                .containsExactly(tuple(3L, true), tuple(2L, false), tuple(1L, true));
        assertThat(fixture.history.publications(german, 10))
                .extracting(Publication::version, Publication::members, Publication::added, Publication::removed)
                .containsExactly(tuple(3L, 3L, 1L, 0L), tuple(2L, 2L, 0L, 1L), tuple(1L, 3L, 3L, 0L));
        assertThat(fixture.history.segmentsOf(directory.number(), 2)).containsExactly(german.number());
        List<String> moves = new ArrayList<>();
        Publication second = fixture.history.publications(german, 10).get(1);
        fixture.history.forEachChange(
                german, second, (change, id) -> moves.add(change + " " + RebuildFixture.number(id)));
        assertThat(moves).containsExactly("LEFT 2");
    }

    @Test
    void keepsOnlyVersionsThatReadersCanBeSwitchedTo() {
        fixture.contacts(directory, 1, 40_000, 10, "de", "gold");
        fixture.segment(directory, "German", GERMAN);
        fixture.segment(directory, "Gold", GOLD);
        for (int i = 0; i < 5; i++) {
            fixture.language(directory, 1 + 40_000L * i, "fr");
            fixture.full(directory);
        }

        assertThat(fixture.jdbc
                        .sql("SELECT DISTINCT version FROM segment_block WHERE directory_id = ? ORDER BY version")
                        .param(directory.number())
                        .query(Long.class)
                        .list())
                .containsExactly(4L, 5L);
        // The bitmaps that did not change are still those of the first version.
        assertThat(fixture.jdbc
                        .sql("SELECT COUNT(*) FROM segment_members m WHERE directory_id = ? AND NOT EXISTS (SELECT"
                                + " 1 FROM segment_block b WHERE b.directory_id = m.directory_id AND b.segment_id"
                                + " = m.segment_id AND b.block = m.block AND b.members_version = m.version)")
                        .param(directory.number())
                        .query(Long.class)
                        .single())
                .isZero();
        assertThat(fixture.count("segment_version", directory)).isEqualTo(10);
    }

    @Test
    void anEditedSegmentIsRebuiltAlone() {
        fixture.contacts(directory, 1, 1, 4, "de", "gold");
        Segment german = fixture.segment(directory, "German", GERMAN);
        Segment gold = fixture.segment(directory, "Gold", GOLD);
        fixture.full(directory);
        Segment edited = fixture.segments.redefine(german, "{field: language, isNot: de}", Actor.system("tester"));

        assertThat(fixture.alone(edited).segments())
                .containsExactly(new Built(german.number(), "German", 2, 0, 0, 4, Fate.PUBLISHED));
        assertThat(fixture.now(gold).published()).isEqualTo(1);
    }

    @Test
    void whatASegmentUsesIsReadAsPublishedOrRebuiltWhereItNeverWas() {
        fixture.contacts(directory, 1, 1, 4, "de", "gold");
        Segment german = fixture.segment(directory, "German", GERMAN);
        fixture.full(directory);
        fixture.language(directory, 1, "fr");
        Segment gold = fixture.segment(directory, "Gold", GOLD);
        Segment both = fixture.segment(directory, "Both", "all: [" + member(german) + ", " + member(gold) + "]");

        assertThat(fixture.alone(both).segments())
                .extracting(Built::name, Built::version, Built::members)
                .containsExactly(tuple("Both", 2L, 4L), tuple("Gold", 2L, 4L));
        assertThat(fixture.now(german).published()).isEqualTo(1);
    }

    @Test
    void holdsAJumpBackWithThoseThatUseIt() {
        fixture.contacts(directory, 1, 1, 1_200, "de", "gold");
        Segment german = fixture.segment(directory, "German", GERMAN);
        Segment user = fixture.segment(directory, "User", member(german));
        Segment gold = fixture.segment(directory, "Gold", GOLD);
        fixture.full(directory);
        fixture.jdbc
                .sql("UPDATE contact SET language = 'fr' WHERE directory_id = ? AND number <= 700")
                .param(directory.number())
                .update();

        RebuildAnswer held = fixture.full(directory);
        assertThat(held.isHeld()).isTrue();
        assertThat(held.rebuild().status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(held.segments())
                .containsExactly(
                        new Built(german.number(), "German", 2, 500, 0, 700, Fate.HELD),
                        new Built(gold.number(), "Gold", 2, 1_200, 0, 0, Fate.PUBLISHED),
                        new Built(user.number(), "User", 2, 500, 0, 700, Fate.HELD_WITH_USED));
        assertThat(fixture.members(german)).hasSize(1_200);
        assertThat(fixture.members(user)).hasSize(1_200);

        assertThatThrownBy(() -> fixture.switching.release(user, Actor.system("tester")))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot publish the held version of the segment 'User' (" + user.id()
                        + "): it uses the segment 'German' (" + german.id() + "), which is held as well. Publish that"
                        + " one first.");
        assertThat(fixture.switching.release(german, Actor.system("tester")))
                .extracting(Segment::name, Segment::published, Segment::held)
                .containsExactly(tuple("German", 2L, null), tuple("User", 2L, null));
        assertThat(fixture.members(german)).hasSize(500);
        assertThat(fixture.members(user)).hasSize(500);
        assertThat(fixture.history.publications(german, 1))
                .extracting(Publication::kind, Publication::members, Publication::removed)
                .containsExactly(tuple("RELEASE", 500L, 700L));
        assertThat(fixture.switching.release(german, Actor.system("tester")))
                .extracting(Segment::published)
                .containsExactly(2L);
    }

    @Test
    void aChangedDefinitionOrASmallSegmentIsNotHeld() {
        fixture.contacts(directory, 1, 1, 1_200, "de", "gold");
        fixture.contacts(directory, 2_000, 1, 20, "fr", null);
        Segment german = fixture.segment(directory, "German", GERMAN);
        Segment french = fixture.segment(directory, "French", "{field: language, is: fr}");
        Segment free = fixture.segments.guard(
                fixture.segment(directory, "Free", GERMAN), new SizeGuard(null, 0), Actor.system("tester"));
        fixture.full(directory);
        fixture.segments.redefine(german, "{field: language, is: it}", Actor.system("tester"));
        fixture.jdbc
                .sql("UPDATE contact SET language = 'it' WHERE directory_id = ?")
                .param(directory.number())
                .update();

        assertThat(fixture.full(directory).segments())
                .extracting(Built::segment, Built::members, Built::fate)
                .containsExactly(
                        tuple(free.number(), 0L, Fate.PUBLISHED),
                        tuple(french.number(), 0L, Fate.PUBLISHED),
                        tuple(german.number(), 1_220L, Fate.PUBLISHED));
    }

    @Test
    void aJumpOfMoreThanHalfAndMoreThanTwentyMembersIsHeld() {
        fixture.contacts(directory, 1, 1, 100, "de", null);
        fixture.contacts(directory, 1_000, 1, 21, "fr", null);
        Segment german = fixture.segment(directory, "German", GERMAN);
        Segment french = fixture.segment(directory, "French", "{field: language, is: fr}");
        fixture.full(directory);

        assertThat(fatesWithLanguage("it", 1, 50)).containsExactly(Fate.PUBLISHED, Fate.PUBLISHED);
        assertThat(fatesWithLanguage("de", 1, 25)).containsExactly(Fate.PUBLISHED, Fate.PUBLISHED);
        assertThat(fatesWithLanguage("de", 26, 50)).containsExactly(Fate.PUBLISHED, Fate.PUBLISHED);
        assertThat(fatesWithLanguage("it", 1, 51)).as("51 of 100 are gone").containsExactly(Fate.PUBLISHED, Fate.HELD);
        assertThat(fatesWithLanguage("de", 1, 51)).containsExactly(Fate.PUBLISHED, Fate.PUBLISHED);
        assertThat(fatesWithLanguage("it", 1_001, 1_020))
                .as("20 are gone")
                .containsExactly(Fate.PUBLISHED, Fate.PUBLISHED);
        assertThat(fatesWithLanguage("fr", 1_001, 1_020)).containsExactly(Fate.PUBLISHED, Fate.PUBLISHED);
        assertThat(fatesWithLanguage("it", 1_000, 1_020)).as("21 are gone").containsExactly(Fate.HELD, Fate.PUBLISHED);
        assertThat(german.guard()).isEqualTo(french.guard()).isEqualTo(new SizeGuard(0.5, 20));
    }

    /** Gives contacts a language and rebuilds; what became of the segments by name. */
    private List<Fate> fatesWithLanguage(String language, long from, long to) {
        fixture.jdbc
                .sql("UPDATE contact SET language = ? WHERE directory_id = ? AND number BETWEEN ? AND ?")
                .params(language, directory.number(), from, to)
                .update();
        return fixture.full(directory).segments().stream()
                .sorted(Comparator.comparing(Built::name))
                .map(Built::fate)
                .toList();
    }

    @Test
    void theLastVersionIsPutBackOnce() {
        fixture.contacts(directory, 1, 1, 4, "de", null);
        Segment german = fixture.segment(directory, "German", GERMAN);
        assertThatThrownBy(() -> fixture.switching.rollBack(german, Actor.system("tester")))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot roll back the segment 'German' (" + german.id()
                        + "): there is no version before the published one. Rebuild it instead.");
        fixture.full(directory);
        fixture.language(directory, 1, "fr");
        fixture.full(directory);

        Segment back = fixture.switching.rollBack(german, Actor.system("tester"));
        assertThat(back.published()).isEqualTo(1);
        assertThat(back.held()).isEqualTo(2);
        assertThat(back.heldReason()).isEqualTo(HeldReason.ROLLBACK);
        assertThat(fixture.members(german)).isEqualTo(numbers(1, 1, 4));
        assertThat(fixture.switching.rollBack(german, Actor.system("tester"))).isEqualTo(back);
        assertThat(fixture.history.of(directory.number(), 1, german.number(), 1))
                .extracting(MembershipChange::version, MembershipChange::joined)
                .containsExactly(tuple(1L, true));

        assertThat(fixture.switching.release(german, Actor.system("tester")))
                .extracting(Segment::published, Segment::previous, Segment::held)
                .containsExactly(tuple(2L, 1L, null));
        assertThat(fixture.members(german)).isEqualTo(numbers(2, 1, 3));
        fixture.switching.rollBack(german, Actor.system("tester"));
        assertThat(fixture.full(directory).segments())
                .containsExactly(new Built(german.number(), "German", 3, 3, 0, 1, Fate.PUBLISHED));
        assertThat(fixture.now(german).previous()).isEqualTo(1);
    }

    @Test
    void aSegmentEditedWhileItIsBuiltIsBuiltAgainAlone() throws Exception {
        fixture.contacts(directory, 1, 1, 4, "de", "gold");
        Segment german = fixture.segment(directory, "German", GERMAN);
        Segment user = fixture.segment(directory, "User", member(german));
        Segment gold = fixture.segment(directory, "Gold", GOLD);
        Progress editing = new Progress() {
            private boolean edited;

            @Override
            public void step(String name) {
                if (name.equals("evaluate") && !edited) {
                    edited = true;
                    fixture.segments.redefine(german, "{field: language, is: fr}", Actor.system("tester"));
                    fixture.segment(directory, "New", GERMAN);
                }
            }

            @Override
            public void at(long rows, double share) {}
        };
        RebuildAnswer answer =
                fixture.rebuilds().rebuild(RebuildRequest.full(directory.number(), "test"), TESTER, editing);
        assertThat(answer.rebuild().version()).isEqualTo(1);
        assertThat(answer.segments())
                .extracting(Built::name, Built::version, Built::members)
                .containsExactlyInAnyOrder(
                        tuple("Gold", 1L, 4L), tuple("German", 2L, 0L), tuple("User", 2L, 0L), tuple("New", 2L, 4L));
        assertThat(fixture.now(gold).published()).isEqualTo(1);
        assertThat(fixture.now(user).published()).isEqualTo(2);
    }

    @Test
    void aRebuildThatRunsIsJoined() throws Exception {
        fixture.contacts(directory, 1, 1, 4, "de", null);
        Segment german = fixture.segment(directory, "German", GERMAN);
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            Future<RebuildAnswer> first = threads.submit(() -> fixture.rebuilds()
                    .rebuild(RebuildRequest.full(directory.number(), "first"), TESTER, new Waiting(running, go)));
            running.await();
            CountDownLatch waiting = new CountDownLatch(3);
            RebuildRequest full = RebuildRequest.full(directory.number(), "second");
            Future<RebuildAnswer> second =
                    threads.submit(() -> fixture.rebuilds().rebuild(full, TESTER, new Told(waiting)));
            Future<RebuildAnswer> alone = threads.submit(() -> fixture.rebuilds()
                    .rebuild(
                            RebuildRequest.alone(directory.number(), List.of(german.number()), "alone"),
                            TESTER,
                            new Told(waiting)));
            Future<RebuildAnswer> later =
                    threads.submit(() -> fixture.rebuilds().rebuild(full.fromNow(), TESTER, new Told(waiting)));
            waiting.await();
            go.countDown();

            assertThat(first.get().origin()).isEqualTo(Origin.OWN);
            assertThat(second.get().origin()).isEqualTo(Origin.JOINED);
            assertThat(second.get().rebuild().version()).isEqualTo(1);
            assertThat(second.get().segments()).isEqualTo(first.get().segments());
            assertThat(alone.get().rebuild().version()).isEqualTo(1);
            assertThat(later.get().rebuild().version()).isEqualTo(2);
        }

        assertThat(fixture.rebuilds.latest(directory.number(), 10))
                .extracting(Rebuild::version, Rebuild::kind)
                .containsExactly(tuple(2L, RebuildKind.FULL), tuple(1L, RebuildKind.FULL));
    }

    /** Tells that somebody waits for a rebuild that runs. */
    private record Told(CountDownLatch waiting) implements Progress {

        @Override
        public void step(String name) {
            if (name.startsWith("waiting")) {
                waiting.countDown();
            }
        }

        @Override
        public void at(long rows, double share) {}
    }

    /** Waits where the evaluation begins. */
    private record Waiting(CountDownLatch running, CountDownLatch go) implements Progress {

        @Override
        public void step(String name) {
            if (name.equals("evaluate")) {
                running.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        @Override
        public void at(long rows, double share) {}
    }

    /** Contacts lie in five blocks; each of them is German or is not, whenever somebody looks. */
    @Test
    void readersSeeTheOldVersionWholeAndThenTheNewOneWhole() throws Exception {
        fixture.contacts(directory, 1, 3_000, 100, "de", "a");
        Segment german = fixture.unguarded(directory, "German", "any: [{field: language, is: de}]");
        Segment other = fixture.unguarded(directory, "Other", "none: [" + member(german) + "]");
        fixture.full(directory);
        AtomicBoolean over = new AtomicBoolean();
        Set<String> seen = java.util.concurrent.ConcurrentHashMap.newKeySet();
        List<Runnable> looks = List.of(
                () -> seen.add("page of " + page(german, null, 1_000).members().size()),
                () -> seen.add("export of " + exported(german)),
                () -> walk(german).ifPresent(members -> seen.add("pages of " + members)),
                () -> seen.add("one contact in "
                        + fixture.history.segmentsOf(directory.number(), 1).size()));
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<CompletableFuture<Void>> readers = new ArrayList<>();
            for (Runnable look : looks) {
                readers.add(CompletableFuture.runAsync(
                        () -> {
                            while (!over.get()) {
                                look.run();
                            }
                        },
                        threads));
            }

            String language = "de";
            for (int round = 0; round < 6; round++) {
                language = language.equals("de") ? "fr" : "de";
                fixture.jdbc
                        .sql("UPDATE contact SET language = ? WHERE directory_id = ?")
                        .params(language, directory.number())
                        .update();
                fixture.full(directory);
            }

            // Each has a last look at what does not change any more.
            over.set(true);
            for (CompletableFuture<Void> reader : readers) {
                reader.join();
            }
        }

        looks.forEach(Runnable::run);
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        "page of 0",
                        "page of 100",
                        "export of 0",
                        "export of 100",
                        "pages of 0",
                        "pages of 100",
                        "one contact in 1");
        assertThat(fixture.now(other).published()).isEqualTo(7);
    }

    private static MemberPage page(Segment segment, @Nullable String after, int most) {
        return fixture.members.page(segment, after, most);
    }

    private static long exported(Segment segment) {
        try {
            return fixture.members.write(segment, SegmentMembers.Format.CSV, OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many members all pages have; empty when the version was switched on the way, which pages say. */
    private static Optional<Integer> walk(Segment segment) {
        int members = 0;
        Set<Long> versions = new HashSet<>();
        String after = null;
        do {
            MemberPage page = page(segment, after, 7);
            versions.add(Objects.requireNonNull(page.version()));
            members += page.members().size();
            after = page.next();
        } while (after != null);
        return versions.size() == 1 ? Optional.of(members) : Optional.empty();
    }

    @Test
    void aStoppedRebuildLeavesReadersWhatTheySawAndIsBegunAnewUnderItsNumber() {
        fixture.contacts(directory, 1, 1, 4, "de", null);
        Segment german = fixture.segment(directory, "German", GERMAN);
        fixture.full(directory);
        fixture.language(directory, 1, "fr");
        RunService stopped = fixture.service();
        Progress stopping = new Progress() {
            @Override
            public void step(String name) {
                if (name.equals("evaluate")) {
                    stopped.stopAll();
                }
            }

            @Override
            public void at(long rows, double share) {}
        };
        assertThatThrownBy(() -> fixture.rebuilds(stopped)
                        .rebuild(RebuildRequest.full(directory.number(), "test"), TESTER, stopping))
                .isInstanceOf(Refusal.class)
                .hasMessage(
                        "Cannot finish rebuild 2: it was stopped. Rebuild again; readers see what they saw before.");
        assertThat(fixture.rebuilds.latest(directory.number(), 1))
                .extracting(Rebuild::status)
                .containsExactly(RunStatus.STOPPED);
        assertThat(fixture.members(german)).hasSize(4);

        RebuildAnswer again = fixture.full(directory);
        assertThat(again.rebuild().version()).isEqualTo(2);
        assertThat(again.rebuild().run().epoch()).isEqualTo(2);
        assertThat(fixture.members(german)).hasSize(3);
        await().untilAsserted(() ->
                assertThat(fixture.count("segment_rebuild", directory)).isEqualTo(2));
    }

    @Test
    void anotherWishDoesNotGoOnWithWhatWasStopped() {
        fixture.contacts(directory, 1, 1, 4, "de", null);
        Segment german = fixture.segment(directory, "German", GERMAN);
        fixture.jdbc
                .sql("INSERT IGNORE INTO segment_gate (directory_id) VALUES (?)")
                .param(directory.number())
                .update();
        Run dead = fixture.rebuilding(directory, RebuildRequest.full(directory.number(), "lost"));
        fixture.letSeemDead(dead);
        assertThat(fixture.rebuilds.find(directory.number(), 1))
                .get()
                .extracting(Rebuild::status)
                .isEqualTo(RunStatus.DEAD);

        assertThat(fixture.alone(german).rebuild().version()).isEqualTo(2);
        assertThat(fixture.rebuilds.find(directory.number(), 1))
                .get()
                .extracting(Rebuild::status)
                .isEqualTo(RunStatus.ABANDONED);
    }
}
