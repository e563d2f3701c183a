package io.muster.snapshot.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.intercept.decide.ContactRecord;
import io.muster.intercept.decide.Reference;
import io.muster.intercept.decide.SeenContact;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes on top of a table: the newest record of each contact is in force, whatever the order they came in. */
class LiveTableTests {

    private static final List<String> AUDIENCES = List.of("SG_a", "SG_b");

    private final Path folder;

    private final LiveTable table;

    /** Three contacts. */
    LiveTableTests(@TempDir Path folder) throws IOException {
        this.folder = folder;
        this.table = new LiveTable(table(100));
    }

    @Test
    void isTheTableWhileNothingChanged() {
        assertThat(SeenContact.of(table, "C-1")).isEqualTo("audiences 1 time 10");
        assertThat(SeenContact.of(table, "C-9")).isEqualTo("unknown");
        assertThat(table.position()).isEqualTo("p100");
        assertThat(table.changedContacts()).isZero();
    }

    @Test
    void aNewTimeReplacesTheOldOne() {
        apply(new FeedRecord(1, 101, List.of("C-1"), new long[] {1}, new long[] {77}));

        assertThat(SeenContact.of(table, "C-1")).isEqualTo("audiences 1 time 77");
        assertThat(SeenContact.of(table, "C-2")).as("others stay").isEqualTo("audiences 2 time 20");
        assertThat(table.position()).isEqualTo("after");
    }

    @Test
    void theNewestVersionWinsWhateverTheOrder() {
        apply(new FeedRecord(1, 103, List.of("C-1"), new long[] {1}, new long[] {3}));
        apply(new FeedRecord(1, 102, List.of("C-1"), new long[] {1}, new long[] {2}));
        apply(new FeedRecord(1, 103, List.of("C-1"), new long[] {1}, new long[] {4}));

        assertThat(SeenContact.of(table, "C-1")).isEqualTo("audiences 1 time 3");
    }

    @Test
    void knowsNewContacts() {
        apply(new FeedRecord(9, 101, List.of("C-9"), new long[] {0}, new long[] {90}));

        assertThat(SeenContact.of(table, "C-9")).isEqualTo("audiences 0 time 90");
    }

    @Test
    void forgetsAReferenceThatChanged() {
        apply(new FeedRecord(1, 101, List.of("C-1a"), new long[] {1}, new long[] {10}));
        assertThat(SeenContact.of(table, "C-1")).isEqualTo("unknown");
        assertThat(SeenContact.of(table, "C-1a")).isEqualTo("audiences 1 time 10");

        apply(new FeedRecord(1, 102, List.of("C-1"), new long[] {1}, new long[] {10}));
        assertThat(SeenContact.of(table, "C-1")).isEqualTo("audiences 1 time 10");
        assertThat(SeenContact.of(table, "C-1a")).isEqualTo("unknown");
    }

    @Test
    void forgetsDeletedContacts() {
        apply(FeedRecord.gone(1, 101));

        assertThat(SeenContact.of(table, "C-1")).isEqualTo("unknown");
    }

    @Test
    void findsTheSurvivorOfAMergeByBothReferences() {
        FeedRecord survivor = new FeedRecord(2, 102, List.of("C-2", "C-1"), new long[] {3}, new long[] {99});
        FeedRecord loser = FeedRecord.gone(1, 101);
        for (List<FeedRecord> order : List.of(List.of(survivor, loser), List.of(loser, survivor))) {
            apply(order.toArray(FeedRecord[]::new));
            assertThat(SeenContact.of(table, "C-1")).isEqualTo("audiences 3 time 99");
            assertThat(SeenContact.of(table, "C-2")).isEqualTo("audiences 3 time 99");
        }

        FeedRecord back = new FeedRecord(1, 104, List.of("C-1"), new long[] {1}, new long[] {10});
        apply(back);
        assertThat(SeenContact.of(table, "C-1")).as("the undo, half of it seen").isEqualTo("audiences 1 time 10");
        apply(new FeedRecord(2, 105, List.of("C-2"), new long[] {2}, new long[] {20}));
        assertThat(SeenContact.of(table, "C-1")).isEqualTo("audiences 1 time 10");
        assertThat(SeenContact.of(table, "C-2")).isEqualTo("audiences 2 time 20");
    }

    @Test
    void aReferenceGoesFromOneContactToAnother() {
        apply(new FeedRecord(2, 101, List.of("C-1"), new long[] {2}, new long[] {20}));
        assertThat(SeenContact.of(table, "C-1")).as("the newer claim").isEqualTo("audiences 2 time 20");
        assertThat(SeenContact.of(table, "C-2")).isEqualTo("unknown");
    }

    @Test
    void readsBatchesWithOtherAudiencesAndSurveys() {
        table.apply(new FeedBatch(
                "after",
                false,
                List.of("SG_new", "SG_b", "SG_a"),
                List.of("", "sv_x"),
                List.of(new FeedRecord(1, 101, List.of("C-1"), new long[] {0b011}, new long[] {5, 6}))));

        assertThat(SeenContact.of(table, "C-1")).isEqualTo("audiences 2 time 5");
    }

    @Test
    void saysWhenOnlyANewTableHelps() {
        List<FeedRecord> records = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            records.add(new FeedRecord(1_000 + i, 101, List.of("N-" + i), new long[] {0}, new long[] {1}));
        }

        apply(records.toArray(FeedRecord[]::new));
        assertThat(table.isBehind()).isFalse();
        apply(new FeedRecord(5_000, 101, List.of("N-last"), new long[] {0}, new long[] {1}));
        assertThat(table.isBehind()).as("more than 5 % and more than 1,000").isTrue();
        assertThat(SeenContact.of(table, "N-last"))
                .as("what is known is served")
                .isEqualTo("audiences 0 time 1");
    }

    @Test
    void saysWhenTheServerCannotSayWhatChanged() {
        table.apply(new FeedBatch("later", true, AUDIENCES, List.of(""), List.of()));
        assertThat(table.isBehind()).isTrue();
    }

    @Test
    void takesOnlySoManyContactsAndReferences() {
        int room = 1_000;
        for (long contact = 10; contact < 20_000; contact++) {
            apply(new FeedRecord(contact, 101, List.of("N-" + contact), new long[] {0}, new long[] {1}));
        }

        assertThat(table.changedContacts()).isEqualTo(2 * room);
        assertThat(table.isBehind()).isTrue();
        assertThat(SeenContact.of(table, "N-19999")).isEqualTo("unknown");
        apply(new FeedRecord(10, 102, List.of("N-10"), new long[] {0}, new long[] {7}));
        assertThat(SeenContact.of(table, "N-10"))
                .as("known contacts are told of")
                .isEqualTo("audiences 0 time 7");

        for (int version = 103; version < 20_000; version++) {
            apply(new FeedRecord(10, version, List.of("N-10 " + version), new long[] {0}, new long[] {7}));
        }

        assertThat(table.keptReferences()).isLessThanOrEqualTo(8L * room);
    }

    @Test
    void keepsMembershipsThatABatchSaysNothingOf() {
        FeedRecord record = new FeedRecord(3, 101, List.of("C-3"), new long[] {0}, new long[] {5});
        table.apply(new FeedBatch("after", false, List.of("SG_b"), List.of(""), List.of(record)));
        assertThat(SeenContact.of(table, "C-3")).as("of the table").isEqualTo("audiences 1 time 5");

        record = new FeedRecord(3, 102, List.of("C-3 anew"), new long[] {1}, new long[] {5});
        table.apply(new FeedBatch("after", false, List.of("SG_b"), List.of(""), List.of(record)));
        assertThat(SeenContact.of(table, "C-3 anew")).as("of the change before").isEqualTo("audiences 3 time 5");
    }

    @Test
    void isBehindWhenASurveyGotRulesThatTheTableHasNoTimesOf() {
        table.apply(new FeedBatch("after", false, AUDIENCES, List.of(""), List.of()));
        assertThat(table.isBehind()).isFalse();
        table.apply(new FeedBatch("after", false, AUDIENCES, List.of("", "sv_x"), List.of()));
        assertThat(table.isBehind()).isTrue();
    }

    @Test
    void aNewTableTakesOverWhatIsNewer() throws IOException {
        apply(
                new FeedRecord(1, 101, List.of("C-1"), new long[] {1}, new long[] {111}),
                new FeedRecord(2, 205, List.of("C-2"), new long[] {2}, new long[] {222}),
                FeedRecord.gone(3, 206));
        LiveTable next = new LiveTable(table(200));
        next.takeOver(table);

        assertThat(SeenContact.of(next, "C-1")).as("the new table is newer").isEqualTo("audiences 1 time 10");
        assertThat(SeenContact.of(next, "C-2")).isEqualTo("audiences 2 time 222");
        assertThat(SeenContact.of(next, "C-3")).isEqualTo("unknown");
        assertThat(next.changedContacts()).isEqualTo(2);
        assertThat(next.position()).as("its own feed begins where it was made").isEqualTo("p200");
    }

    /** Random changes in random order, against a plain map of the newest record of each contact. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void equalsAPlainMapOfTheNewestRecords(long seed) {
        Random random = new Random(seed);
        Map<Long, FeedRecord> newest = new HashMap<>();
        for (long i = 1; i <= 3; i++) {
            newest.put(i, new FeedRecord(i, 100, List.of("C-" + i), new long[] {i}, new long[] {i * 10}));
        }

        for (int round = 0; round < 200; round++) {
            List<FeedRecord> records = new ArrayList<>();
            for (int i = random.nextInt(8); i >= 0; i--) {
                long contact = 1L + random.nextInt(12);
                List<String> references = random.nextInt(4) == 0
                        ? List.of()
                        : List.of("C-" + (1 + random.nextInt(12)), "C-" + (1 + random.nextInt(12)));
                FeedRecord record = new FeedRecord(
                        contact, 101 + round * 10L + i, references, new long[] {random.nextInt(4)}, new long[] {
                            random.nextInt(1_000)
                        });
                records.add(record);
                newest.merge(contact, record, (one, other) -> one.version() > other.version() ? one : other);
            }

            Collections.shuffle(records, random);
            apply(records.toArray(FeedRecord[]::new));
            for (int i = 1; i <= 12; i++) {
                String reference = "C-" + i;
                String expected = newest.values().stream()
                        .filter(record -> record.references().contains(reference))
                        .max((one, other) -> Long.compare(one.version(), other.version()))
                        .map(record -> "audiences %d time %d".formatted(record.audiences()[0], record.times()[0]))
                        .orElse("unknown");
                assertThat(SeenContact.of(table, reference)).isEqualTo(expected);
            }
        }
    }

    /** A record is exchanged at once: memberships and time that a reader sees belong together. */
    @Test
    void readersSeeEachContactBeforeOrAfterAChange() {
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<String> reader = CompletableFuture.supplyAsync(() -> {
            Reference reference = new Reference();
            ContactRecord contact = new ContactRecord();
            while (!done.get()) {
                reference.of("C-1");
                if (!table.find(reference, contact)) {
                    return "not found";
                }

                String seen = SeenContact.of(table, "C-1");
                if (!seen.equals("audiences 1 time 10") && !seen.equals("audiences 2 time 20")) {
                    return seen;
                }
            }

            return "whole";
        });
        for (int i = 0; i < 100_000; i++) {
            boolean odd = i % 2 == 1;
            apply(new FeedRecord(1, 101 + i, List.of("C-1"), new long[] {odd ? 1 : 2}, new long[] {odd ? 10 : 20}));
            if (i % 10 == 0) {
                apply(new FeedRecord(100 + i, 101, List.of("N-" + i), new long[] {0}, new long[] {0}));
            }
        }

        done.set(true);
        assertThat(reader.join()).isEqualTo("whole");
    }

    @Test
    void batchesGoThroughJson() {
        FeedBatch batch = new FeedBatch(
                "p9",
                false,
                AUDIENCES,
                List.of("", "sv_x"),
                List.of(
                        new FeedRecord(1, 101, List.of("Zoë", "\"'"), new long[] {-1}, new long[] {
                            Long.MIN_VALUE, Long.MAX_VALUE
                        }),
                        FeedRecord.gone(2, 102)));

        assertThat(FeedBatch.fromJson(batch.toJson())).isEqualTo(batch);
    }

    private void apply(FeedRecord... records) {
        table.apply(new FeedBatch("after", false, AUDIENCES, List.of(""), List.of(records)));
    }

    private SnapshotTable table(long version) throws IOException {
        try (TableWriter writer = new TableWriter(
                folder,
                new TableDescription("POOL_000000000000001", 5_000, version, "p" + version, AUDIENCES, List.of("")))) {
            writer.add(1, "C-1", List.of(), new long[] {1}, new long[] {10});
            writer.add(2, "C-2", List.of(), new long[] {2}, new long[] {20});
            writer.add(3, "C-3", List.of(), new long[] {3}, new long[] {30});
            TableFile file = writer.finish();
            return SnapshotTable.open(
                    file.path(),
                    Arena.ofAuto(),
                    new Manifest.Table(
                            file.path().getFileName().toString(), file.bytes(), file.sha256(), file.contacts()));
        }
    }
}
