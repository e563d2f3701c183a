package io.muster.snapshot.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.muster.intercept.decide.ContactRecord;
import io.muster.intercept.decide.Decider;
import io.muster.intercept.decide.DecisionCall;
import io.muster.intercept.decide.Definitions;
import io.muster.intercept.decide.ProjectInUse;
import io.muster.intercept.decide.Reference;
import io.muster.intercept.decide.SeenContact;
import io.muster.support.Refusal;
import io.muster.support.SipHash;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of contacts hold what was written, in the room they may take, and nothing else is taken for one. */
class SnapshotTableTests {

    private static final SipHash HASH = new SipHash(1, 2);
    private static final TableDescription ONE_RULE =
            new TableDescription("POOL_000000000000001", 5_000, 7, "p7", List.of("SG_a", "SG_b"), List.of(""));

    @TempDir
    private Path folder;

    private final Arena arena = Arena.ofAuto();
    private final Reference reference = new Reference();
    private final ContactRecord contact = new ContactRecord();

    @Test
    void findsContactsByReferencesAndAliases() throws IOException {
        SnapshotTable table = open(write(ONE_RULE, -1, writer -> {
            writer.add(1, "C-1", List.of("OLD-1", "OLD-2"), new long[] {0b01}, new long[] {10});
            writer.add(2, "Zoë 😀", List.of(), new long[] {0b10}, new long[] {20});
            writer.add(3, null, List.of(), new long[] {0b11}, new long[] {30});
        }));

        assertThat(found(table, "C-1")).isEqualTo("audiences 1 time 10");
        assertThat(found(table, "OLD-1")).isEqualTo("audiences 1 time 10");
        assertThat(found(table, "OLD-2")).isEqualTo("audiences 1 time 10");
        assertThat(found(table, "Zoë 😀")).isEqualTo("audiences 2 time 20");
        assertThat(found(table, "c-1")).isEqualTo("unknown");
        assertThat(found(table, "C-3")).isEqualTo("unknown");
        assertThat(table.contacts()).isEqualTo(3);
        assertThat(table.description()).isEqualTo(ONE_RULE);
    }

    @Test
    void anEmptyTableKnowsNobody() throws IOException {
        assertThat(found(open(write(ONE_RULE, -1, writer -> {})), "C-1")).isEqualTo("unknown");
    }

    @Test
    void aReferenceOfItsOwnWinsOverAnAlias() throws IOException {
        SnapshotTable table = open(write(ONE_RULE, -1, writer -> {
            writer.add(1, "A", List.of("B", "A"), new long[] {1}, new long[] {10});
            writer.add(2, "B", List.of("A", "C"), new long[] {2}, new long[] {20});
            writer.add(3, null, List.of("C"), new long[] {3}, new long[] {30});
        }));

        assertThat(found(table, "A")).isEqualTo("audiences 1 time 10");
        assertThat(found(table, "B")).isEqualTo("audiences 2 time 20");
        assertThat(found(table, "C"))
                .as("of two aliases that of the newer contact")
                .isEqualTo("audiences 3 time 30");
    }

    @Test
    void refusesTwoContactsWithOneReference() {
        assertThatThrownBy(() -> write(ONE_RULE, -1, writer -> {
                    writer.add(1, "A", List.of(), new long[1], new long[1]);
                    writer.add(2, "A", List.of(), new long[1], new long[1]);
                }))
                .isInstanceOf(Refusal.class)
                .hasMessage("Cannot build the table of contacts: contacts 1 and 2 have the same reference."
                        + " Merge them or change one of them.");
        assertThat(folder).as("nothing is left behind").isEmptyDirectory();
    }

    /** Fingerprints of 6 bits: nearly all references share theirs, and are still told apart. */
    @ParameterizedTest
    @ValueSource(longs = {0b111111, 0xFFF, -1})
    void tellsReferencesApartThatShareAFingerprint(long mask) throws IOException {
        Map<String, String> expected = new HashMap<>();
        SnapshotTable table = open(write(ONE_RULE, mask, writer -> {
            for (int i = 0; i < 2_000; i++) {
                writer.add(i, "C-" + i, List.of(), new long[] {i & 3}, new long[] {i});
                expected.put("C-" + i, "audiences %d time %d".formatted(i & 3, i));
            }
        }));

        expected.forEach(
                (reference, record) -> assertThat(found(table, reference)).isEqualTo(record));
        if (mask == -1) {
            assertThat(IntStream.range(2_000, 20_000).mapToObj(i -> found(table, "C-" + i)))
                    .containsOnly("unknown");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 64, 65, 200})
    void holdsAnyNumberOfAudiencesAndTimes(int audiences) throws IOException {
        TableDescription description = new TableDescription(
                "POOL_000000000000001",
                5_000,
                7,
                "p7",
                IntStream.range(0, audiences).mapToObj(i -> "SG_" + i).toList(),
                audiences == 0 ? List.of() : List.of("", "sv_x", "sv_y"));
        int words = description.audienceWords();
        Random random = new Random(audiences);
        Map<String, long[]> bits = new HashMap<>();
        SnapshotTable table = open(write(description, -1, writer -> {
            for (int i = 0; i < 1_000; i++) {
                long[] memberships = random.longs(words).toArray();
                bits.put("C-" + i, memberships);
                writer.add(
                        i,
                        "C-" + i,
                        List.of(),
                        memberships,
                        new long[description.surveys().size()]);
            }
        }));

        bits.forEach((text, memberships) -> {
            reference.of(text);
            assertThat(table.find(reference, contact)).isTrue();
            for (int i = 0; i < words; i++) {
                assertThat(audienceWord(contact, i)).isEqualTo(memberships[i]);
            }
        });
    }

    @Test
    void takesAtMost48BytesAContact() throws IOException {
        TableDescription description = new TableDescription(
                "POOL_000000000000001",
                5_000,
                7,
                "p7",
                IntStream.range(0, 64).mapToObj(i -> "SG_%015d".formatted(i)).toList(),
                List.of(""));
        TableFile file = write(description, -1, writer -> {
            for (int i = 0; i < 100_000; i++) {
                writer.add(i, "CUSTOMER-" + i, List.of(), new long[1], new long[1]);
            }
        });

        assertThat(file.bytes() / 100_000.0).isLessThanOrEqualTo(48);
        assertThat(file.references()).isEqualTo(100_000);
    }

    @Test
    void eachTableHasAKeyOfItsOwn() throws IOException {
        TableFile one;
        TableFile other;
        try (TableWriter writer = new TableWriter(folder, ONE_RULE)) {
            writer.add(1, "C-1", List.of(), new long[1], new long[1]);
            one = writer.finish();
        }

        try (TableWriter writer = new TableWriter(folder, ONE_RULE)) {
            writer.add(1, "C-1", List.of(), new long[1], new long[1]);
            other = writer.finish();
        }

        assertThat(one.sha256()).isNotEqualTo(other.sha256());
    }

    @Test
    void filesAreForTheirOwnerOnly() throws IOException {
        TableFile file = write(ONE_RULE, -1, writer -> {});
        assertThat(Files.getPosixFilePermissions(file.path())).hasToString("[OWNER_READ, OWNER_WRITE]");
        assertThat(folder.toFile().list())
                .containsExactly(file.path().getFileName().toString());
    }

    @Test
    void refusesATruncatedTable() throws IOException {
        TableFile file = small();
        byte[] bytes = Files.readAllBytes(file.path());
        Files.write(file.path(), Arrays.copyOf(bytes, bytes.length - 1));

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(Refusal.class)
                .hasMessage(
                        "Cannot use the table %s: it has %d bytes instead of %d. Copy or publish the snapshot again."
                                .formatted(file.path().getFileName(), bytes.length - 1, bytes.length));
    }

    /** A directory of ten million has a table of half a gigabyte, which a list of versions must not read. */
    @Test
    void isDescribedByItsEndsAlone() throws IOException {
        TableFile file = small();
        Manifest.Table named =
                new Manifest.Table(file.path().getFileName().toString(), file.bytes(), file.sha256(), file.contacts());
        byte[] bytes = Files.readAllBytes(file.path());
        byte[] damaged = bytes.clone();
        damaged[bytes.length / 2] ^= 1;
        Files.write(file.path(), damaged);
        assertThat(SnapshotTable.describe(file.path(), named)).isEqualTo(file);

        Files.write(file.path(), Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(() -> SnapshotTable.describe(file.path(), named))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("bytes instead of");
        Files.write(file.path(), new byte[bytes.length]);
        assertThatThrownBy(() -> SnapshotTable.describe(file.path(), named))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("it is no table of format 1");
        byte[] endless = bytes.clone();
        endless[115] = 0x7f;
        Files.write(file.path(), endless);
        assertThatThrownBy(() -> SnapshotTable.describe(file.path(), named))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("its description is damaged");
    }

    @Test
    void refusesATableOfWhichAnyByteIsWrong() throws IOException {
        TableFile file = small();
        byte[] bytes = Files.readAllBytes(file.path());
        for (int i = 0; i < bytes.length; i += 97) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 1;
            Files.write(file.path(), damaged);
            assertThatThrownBy(() -> open(file))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("its content is damaged, the checksum differs");
        }
    }

    @Test
    void refusesWhatIsNoTable() throws IOException {
        Path foreign = folder.resolve("contacts-foreign.table");
        for (int length : new int[] {0, 10, 5_000}) {
            byte[] content = new byte[length];
            Files.write(foreign, content);
            Manifest.Table named = new Manifest.Table("contacts-foreign.table", length, Hashes.of(content), 0);
            assertThatThrownBy(() -> SnapshotTable.open(foreign, arena, named))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("it is no table of format 1");
        }
    }

    @Test
    void refusesATableThatIsNotThere() throws IOException {
        TableFile file = small();
        Files.delete(file.path());
        assertThatThrownBy(() -> open(file))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("it cannot be read (NoSuchFileException)");
    }

    @Test
    void aMappedTableOutlivesItsName() throws IOException {
        TableFile file = small();
        SnapshotTable table = open(file);
        Files.delete(file.path());
        assertThat(found(table, "C-7")).isEqualTo("audiences 1 time 7");
    }

    /** From the bytes of a reference to the decision: not one object. */
    @Test
    void decisionsOnATableWithChangesAllocateNothing() throws IOException {
        LiveTable table = new LiveTable(open(small()));
        table.apply(new FeedBatch(
                "p8",
                false,
                ONE_RULE.audiences(),
                ONE_RULE.surveys(),
                List.of(new FeedRecord(7, 8, List.of("C-7"), new long[] {1}, new long[] {0}))));
        List<ProjectInUse> projects = List.of(new ProjectInUse(
                Definitions.project("ZN_000000000000001", "linked", "A target=SG_a; B; C list-based", id -> id),
                table));
        byte[][] references = IntStream.range(0, 150)
                .mapToObj(i -> ("C-" + i).getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
        Decider decider = new Decider(() -> 0);
        DecisionCall call = new DecisionCall();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] used = new long[3];
        for (int round = 0; round < used.length; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 20_000; i++) {
                call.at(1_000);
                call.reference().begin();
                for (byte one : references[i % references.length]) {
                    call.reference().append(one);
                }

                call.referenceWritten();
                decider.decide(call, projects);
            }

            used[round] = threads.getCurrentThreadAllocatedBytes() - before;
        }

        assertThat(Arrays.stream(used).min().orElseThrow()).isLessThan(1_000);
    }

    /** What adds the contacts of a table. */
    @FunctionalInterface
    interface Contacts {

        void addTo(TableWriter writer) throws IOException;
    }

    private TableFile small() throws IOException {
        return write(ONE_RULE, -1, writer -> {
            for (int i = 0; i < 100; i++) {
                writer.add(i, "C-" + i, List.of(), new long[] {i & 1}, new long[] {i});
            }
        });
    }

    private TableFile write(TableDescription description, long mask, Contacts contacts) throws IOException {
        try (TableWriter writer = new TableWriter(folder, description, HASH, mask)) {
            contacts.addTo(writer);
            return writer.finish();
        }
    }

    private SnapshotTable open(TableFile file) {
        return SnapshotTable.open(
                file.path(),
                arena,
                new Manifest.Table(file.path().getFileName().toString(), file.bytes(), file.sha256(), file.contacts()));
    }

    private String found(SnapshotTable table, String text) {
        return SeenContact.of(table, text);
    }

    private static long audienceWord(ContactRecord contact, int word) {
        return SeenContact.word(contact, word);
    }

    /** Files that are being written have other names. */
    @Test
    void writesAside() throws IOException {
        try (TableWriter writer = new TableWriter(folder, ONE_RULE)) {
            writer.add(1, "C-1", List.of(), new long[1], new long[1]);
            assertThat(folder.toFile().list()).allMatch(name -> name.endsWith(".part"));
        }

        assertThat(folder).isEmptyDirectory();
    }
}
