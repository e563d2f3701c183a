package io.muster.snapshot.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.directory.changes.FeedPosition;
import io.muster.intercept.decide.ContactRecord;
import io.muster.intercept.decide.ContactTable;
import io.muster.intercept.decide.Reference;
import io.muster.intercept.decide.SeenContact;
import io.muster.snapshot.build.DirectoryTable;
import io.muster.snapshot.build.SnapshotStore;
import io.muster.snapshot.feed.FeedAnswers.Answer;
import io.muster.snapshot.feed.FeedAnswers.Question;
import io.muster.snapshot.format.FeedBatch;
import io.muster.snapshot.format.LiveTable;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.SnapshotTable;
import io.muster.snapshot.format.TableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What an evaluator does with the feed of one directory, and what a table that was just built says beside it. */
public final class TestFollower implements AutoCloseable {

    private static final String REFERENCES = """
        SELECT ext_ref FROM contact WHERE directory_id = :directory AND ext_ref IS NOT NULL
        UNION SELECT ext_ref FROM contact_alias WHERE directory_id = :directory
        """;

    private final JdbcClient jdbc;
    private final FeedAnswers answers;
    private final DirectoryTable tables;
    private final SnapshotStore snapshots;
    private final int directory;
    private final Path folder;
    private final Arena arena = Arena.ofShared();
    private final Set<String> references = new TreeSet<>();
    private LiveTable live;
    private int built;

    public TestFollower(
            JdbcClient jdbc,
            FeedAnswers answers,
            DirectoryTable tables,
            SnapshotStore snapshots,
            int directory,
            Path folder) {
        this.jdbc = jdbc;
        this.answers = answers;
        this.tables = tables;
        this.snapshots = snapshots;
        this.directory = directory;
        this.folder = folder;
        this.live = new LiveTable(build());
    }

    public LiveTable live() {
        return live;
    }

    /** A table as it would be built now. */
    public SnapshotTable build() {
        try {
            Path made = Files.createDirectories(folder.resolve("table-" + directory + "-" + ++built));
            TableFile file = tables.build(directory, snapshots.audiences(directory), made, (contacts, share) -> {
                // nobody watches
            });
            return SnapshotTable.open(
                    file.path(),
                    arena,
                    new Manifest.Table(
                            file.path().getFileName().toString(), file.bytes(), file.sha256(), file.contacts()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Begins again from the same file, as after a restart: changes were in memory only. */
    public void restart() {
        live = new LiveTable(live.table());
    }

    /** Takes the next table, as evaluators do when one is published. */
    public void take(SnapshotTable next) {
        LiveTable newer = new LiveTable(next);
        newer.takeOver(live);
        live = newer;
    }

    /** Asks and applies until nothing is new; how many records came. */
    public int catchUp() {
        int records = 0;
        boolean more = true;
        while (more) {
            Answer answer = next();
            records += answer.batch().records().size();
            live.apply(FeedBatch.fromJson(answer.batch().toJson()));
            more = answer.more();
        }

        return records;
    }

    /** The next answer, not applied. */
    Answer next() {
        return answers.answer(new Question(FeedPosition.parse(directory, live.position()), live.isBehind()));
    }

    /** After it has caught up, whatever reference was ever there is answered as by a table that was just built. */
    public void catchesUp() {
        noteReferences();
        catchUp();
        SnapshotTable fresh = build();
        noteReferences();
        assertThat(seen(live)).isEqualTo(seen(fresh));
    }

    /** Whether it answers as a table that was just built, without having asked. */
    public boolean isInStep() {
        return seen(live).equals(seen(build()));
    }

    /** Remembers the references that are there now, so that they are looked for later as well. */
    public void noteReferences() {
        references.addAll(jdbc.sql(REFERENCES)
                .param("directory", directory)
                .query(String.class)
                .list());
    }

    private Map<String, String> seen(ContactTable table) {
        Map<String, String> seen = new TreeMap<>();
        references.forEach(reference -> seen.put(reference, seen(table, reference)));
        return seen;
    }

    /** The times that are after a moment, by reference. */
    public Map<String, String> timesAfter(long moment) {
        Map<String, String> times = new TreeMap<>();
        for (String text : references) {
            Reference reference = new Reference();
            reference.of(text);
            ContactRecord contact = new ContactRecord();
            for (int i = 0; live.find(reference, contact) && i < live.surveys().size(); i++) {
                if (SeenContact.time(contact, i) > moment) {
                    times.put(text + " " + live.surveys().get(i), Long.toString(SeenContact.time(contact, i)));
                }
            }
        }

        return times;
    }

    private static String seen(ContactTable table, String text) {
        Reference reference = new Reference();
        reference.of(text);
        ContactRecord contact = new ContactRecord();
        if (!table.find(reference, contact)) {
            return "unknown";
        }

        Map<String, String> times = new TreeMap<>();
        for (int i = 0; i < table.surveys().size(); i++) {
            times.put(table.surveys().get(i), Long.toString(SeenContact.time(contact, i)));
        }

        Set<String> audiences = new TreeSet<>();
        for (int i = 0; i < table.audiences().size(); i++) {
            if ((SeenContact.word(contact, i / Long.SIZE) >>> i & 1) != 0) {
                audiences.add(table.audiences().get(i));
            }
        }

        return audiences + " " + times;
    }

    @Override
    public void close() {
        arena.close();
    }
}
