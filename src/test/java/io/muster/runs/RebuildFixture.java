package io.muster.runs;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.database.TestDatabase;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.LockRetry;
import io.muster.dedup.MovableClock;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.changes.ChangeKind;
import io.muster.directory.changes.ChangeReader;
import io.muster.directory.changes.ChangeStream;
import io.muster.directory.store.Directories;
import io.muster.directory.store.MailingLists;
import io.muster.jobs.Progress;
import io.muster.jobs.Run;
import io.muster.jobs.RunKind;
import io.muster.jobs.RunLedger;
import io.muster.jobs.rebuild.RebuildJob;
import io.muster.jobs.rebuild.RebuildPace;
import io.muster.jobs.rebuild.RebuildRequest;
import io.muster.jobs.rebuild.RebuildStores;
import io.muster.jobs.rebuild.Rebuilds;
import io.muster.segment.Segment;
import io.muster.segment.Segments;
import io.muster.segment.SizeGuard;
import io.muster.segment.members.Member;
import io.muster.segment.members.MembershipHistory;
import io.muster.segment.members.SegmentMembers;
import io.muster.segment.publish.Freshness;
import io.muster.segment.publish.Publishing;
import io.muster.segment.publish.RebuildResults;
import io.muster.segment.publish.Switching;
import io.muster.segment.publish.Versions;
import io.muster.support.PublicId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** A directory with contacts and segments, and rebuilds of them. */
final class RebuildFixture implements AutoCloseable {

    static final RebuildPace PACE = new RebuildPace(2, 4);

    final JdbcClient jdbc;
    final MovableClock clock = new MovableClock();
    final Segments segments;
    final Switching switching;
    final SegmentMembers members;
    final MembershipHistory history;
    final RunLedger runs;
    final Rebuilds rebuilds;
    final ChangeStream changes;
    private final TestDatabase database;
    private final ImportFixture context;
    private final TransactionTemplate transactions;

    RebuildFixture(TestDatabase database, Path folder) {
        this.database = database;
        jdbc = database.jdbc();
        context = new ImportFixture(database, folder);
        transactions = new TransactionTemplate(database.transactions());
        clock.set(1_760_000_000_000L);
        segments =
                new Segments(jdbc, transactions, new MailingLists(jdbc, clock, database.ids()), clock, database.ids());
        switching = new Switching(jdbc, transactions, segments, clock);
        members = new SegmentMembers(jdbc, database.transactions(), database.ids());
        history = new MembershipHistory(jdbc, database.ids());
        runs = new RunLedger(jdbc, transactions, clock, database.ids());
        rebuilds = new Rebuilds(jdbc, runs, context.bean(JsonMapper.class));
        changes = new ChangeStream(jdbc);
    }

    /** Rebuilds as another process would have them. */
    SegmentRebuilds rebuilds() {
        return rebuilds(service());
    }

    SegmentRebuilds rebuilds(RunService service) {
        return new SegmentRebuilds(service, rebuilds, new RebuildResults(jdbc));
    }

    RunService service() {
        return service(database.dataSource());
    }

    RunService service(javax.sql.DataSource source) {
        RebuildStores stores = new RebuildStores(
                jdbc,
                new LockRetry(database.transactions()),
                source,
                segments,
                new Versions(jdbc),
                new Publishing(jdbc, segments, clock),
                new Freshness(jdbc),
                RebuildStores.reader(jdbc, database.transactions(), clock),
                runs,
                rebuilds,
                clock);
        return context.service(new RebuildRuns(
                stores,
                context.bean(Directories.class),
                new RebuildJob(context.bean(JobRepository.class), stores),
                PACE,
                "test",
                context.bean(JsonMapper.class)));
    }

    /** A rebuild that a process has begun. */
    Run rebuilding(Directory directory, RebuildRequest request) {
        Run run = runs.enter(
                new RunLedger.NewRun(
                        RunKind.SEGMENT_REBUILD,
                        0,
                        null,
                        directory.number(),
                        context.bean(JsonMapper.class).writeValueAsString(request),
                        "nobody"),
                AwaitedRuns.TESTER);
        assertThat(runs.begin(run)).isTrue();
        rebuilds.giveVersion(run);
        return run;
    }

    void letSeemDead(Run run) {
        jdbc.sql("UPDATE run_heartbeat SET beat_at = beat_at - ? WHERE run_id = ?")
                .params(RunLedger.DEAD_AFTER.toMillis() + 6_000, run.number())
                .update();
    }

    Directory directory() {
        return directory(DirectoryFixture.create(jdbc));
    }

    Directory directory(DirectoryFixture rows) {
        return context.bean(Directories.class).byNumber(rows.id()).orElseThrow();
    }

    Segment segment(Directory directory, String name, String condition) {
        return segments.create(directory, name, condition, SizeGuard.usual(), Actor.system("tester"));
    }

    /** A segment whose every version is published, however it jumps. */
    Segment unguarded(Directory directory, String name, String condition) {
        return segments.create(directory, name, condition, new SizeGuard(null, 0), Actor.system("tester"));
    }

    Segment now(Segment segment) {
        return segments.byNumber(segment.number()).orElseThrow();
    }

    RebuildAnswer full(Directory directory) {
        return rebuilds().rebuild(RebuildRequest.full(directory.number(), "test"), AwaitedRuns.TESTER, Progress.NONE);
    }

    RebuildAnswer incremental(Directory directory) {
        return rebuilds()
                .rebuild(RebuildRequest.incremental(directory.number(), "test"), AwaitedRuns.TESTER, Progress.NONE);
    }

    RebuildAnswer alone(Segment segment) {
        return rebuilds()
                .rebuild(
                        RebuildRequest.alone(segment.directory(), List.of(segment.number()), "test"),
                        AwaitedRuns.TESTER,
                        Progress.NONE);
    }

    /** Contacts with a language and a tier each. */
    void contacts(Directory directory, long first, long step, int count, String language, @Nullable String tier) {
        for (int from = 0; from < count; from += 1_000) {
            int some = Math.min(1_000, count - from);
            List<@Nullable Object> values = new ArrayList<>();
            for (int i = 0; i < some; i++) {
                long number = first + (from + i) * step;
                Collections.addAll(
                        values,
                        directory.number(),
                        number,
                        "R" + number,
                        language,
                        tier == null ? null : "{\"tier\":\"" + tier + "\"}",
                        clock.millis(),
                        clock.millis());
            }

            jdbc.sql("INSERT INTO contact (directory_id, number, ext_ref, language, unsubscribed, embedded, created_at,"
                            + " modified_at, version) VALUES "
                            + String.join(", ", Collections.nCopies(some, "(?, ?, ?, ?, 0, ?, ?, ?, 1)")))
                    .params(values)
                    .update();
        }
    }

    /** Does something to a contact as every writer does: with the gate shared and the change noted. */
    void change(Directory directory, long number, ChangeKind kind, String sql, Object... more) {
        transactions.executeWithoutResult(status -> {
            List<Object> params = new ArrayList<>(List.of(more));
            params.add(directory.number());
            params.add(number);
            jdbc.sql(sql + " WHERE directory_id = ? AND number = ?")
                    .params(params)
                    .update();
            changes.note(directory.number(), number, Set.of(kind), clock.millis());
        });
    }

    /** Another reader of changes. */
    ChangeReader reader(String name) {
        return new ChangeReader(name, EnumSet.allOf(ChangeKind.class), jdbc, database.transactions(), clock);
    }

    void start(ChangeReader reader, Directory directory) {
        transactions.executeWithoutResult(status -> reader.start(directory.number()));
    }

    void language(Directory directory, long number, String language) {
        change(directory, number, ChangeKind.VALUES, "UPDATE contact SET language = ?", language);
    }

    void delete(Directory directory, long number) {
        change(directory, number, ChangeKind.GONE, "DELETE FROM contact");
    }

    /** Numbers of the members that readers see. */
    NavigableSet<Long> members(Segment segment) {
        NavigableSet<Long> numbers = new TreeSet<>();
        String after = null;
        do {
            var page = members.page(segment, after, 1_000);
            page.members().stream()
                    .map(Member::contactId)
                    .map(RebuildFixture::number)
                    .forEach(numbers::add);
            after = page.next();
        } while (after != null);
        return numbers;
    }

    static long number(String contact) {
        return PublicId.numberOf(
                TestDatabase.IDS.read(PublicId.CONTACT, contact).orElseThrow());
    }

    /** All that tells readers anything about the members of a directory's segments, version by version. */
    List<String> state(Directory directory, long version) {
        return jdbc.sql("SELECT CONCAT_WS('|', b.segment_id, b.block, b.members, HEX(m.members)) FROM segment_block b"
                        + " JOIN segment_members m ON m.directory_id = b.directory_id AND m.segment_id = b.segment_id"
                        + " AND m.version = b.members_version AND m.block = b.block"
                        + " WHERE b.directory_id = ? AND b.version = ? ORDER BY b.segment_id, b.block")
                .params(directory.number(), version)
                .query(String.class)
                .list();
    }

    long count(String table, Directory directory) {
        return jdbc.sql("SELECT COUNT(*) FROM " + table + " WHERE directory_id = ?")
                .param(directory.number())
                .query(Long.class)
                .single();
    }

    @Override
    public void close() {
        context.close();
    }
}
