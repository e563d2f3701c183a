package io.muster.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.intake.SpoolFile.End;
import io.muster.intake.SpoolFile.Records;
import io.muster.support.Refusal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventSpoolTests {

    private static final int ROUNDS = Integer.getInteger("muster.rounds", 20);
    private static final long LIMIT = 16 << 20;

    @TempDir
    private Path folder;

    private static EventSpool spool(Path folder, long limit) {
        return new EventSpool(folder, limit, InstantSource.system());
    }

    private EventSpool spool() {
        return spool(folder, LIMIT);
    }

    private static List<byte[]> records(String... texts) {
        return Arrays.stream(texts)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    private static List<String> texts(List<byte[]> records) {
        return records.stream()
                .map(record -> new String(record, StandardCharsets.UTF_8))
                .toList();
    }

    /** Takes everything out, as a replay does. */
    private static List<String> drain(EventSpool spool) throws IOException {
        spool.adopt();
        List<String> all = new ArrayList<>();
        for (var file = spool.oldest(); file.isPresent(); file = spool.oldest()) {
            Records records = file.get().read(0, Integer.MAX_VALUE);
            all.addAll(texts(records.records()));
            if (records.end() == End.DAMAGED) {
                spool.damaged(file.get());
            } else {
                spool.finished(file.get());
            }
        }

        return all;
    }

    @Test
    void givesBackWhatWasAppendedInItsOrder() throws IOException {
        try (EventSpool spool = spool()) {
            spool.append(records("a", "bc"));
            spool.append(records("d"));

            assertThat(spool.isEmpty()).isFalse();
            assertThat(drain(spool)).containsExactly("a", "bc", "d");
            assertThat(spool.isEmpty()).isTrue();
            assertThat(spool.bytes()).isZero();
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void isReadablePrivatelyOnly() throws IOException {
        Path own = folder.resolve("own/events");
        try (EventSpool spool = spool(own, LIMIT)) {
            spool.append(records("a"));

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own)))
                    .isEqualTo("rwx------");
            try (Stream<Path> files = Files.list(own)) {
                assertThat(files)
                        .singleElement()
                        .satisfies(
                                file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                                        .isEqualTo("rw-------"));
            }
        }
    }

    @Test
    void takesOverWhatAnEndedProcessLeftAndLeavesThatOfALivingOne() throws IOException {
        EventSpool first = spool();
        first.append(records("a"));
        try (EventSpool second = spool()) {
            assertThat(drain(second)).isEmpty();
            first.close();
            assertThat(drain(second)).containsExactly("a");
        }
    }

    @Test
    void dropsAnAppendThatWasCutOffAtAnyByte() throws IOException {
        try (EventSpool spool = spool()) {
            spool.append(records("one", "two"));
            spool.append(records("three"));
        }

        byte[] whole = takeFile();
        int complete = whole.length - 12 - "three".length();
        for (int length = complete; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThat(drained(cut)).as("cut at %d", length).containsExactly("one", "two");
            assertThat(putAside()).as("cut at %d", length).isEmpty();
            // After a loss of power the length may be there and the bytes not.
            assertThat(drained(Arrays.copyOf(cut, whole.length + 9_000)))
                    .as("blank from %d", length)
                    .containsExactly("one", "two");
        }
    }

    /** The bytes of the only file, which is removed. */
    private byte[] takeFile() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            Path file = files.toList().getFirst();
            byte[] bytes = Files.readAllBytes(file);
            Files.delete(file);
            return bytes;
        }
    }

    /** What a spool gives back that finds a file with these bytes; what it puts aside stays. */
    private List<String> drained(byte[] bytes) throws IOException {
        for (Path file : putAside()) {
            Files.delete(file);
        }

        Files.write(folder.resolve("events-000000000000001-0000000000000001.spool"), bytes);
        try (EventSpool spool = spool()) {
            return drain(spool);
        }
    }

    private List<Path> putAside() throws IOException {
        try (EventSpool spool = spool()) {
            return spool.putAside();
        }
    }

    @Test
    void neverGivesBackARecordThatWasNotAppended() throws IOException {
        Random random = new Random(42);
        List<String> appended = IntStream.range(0, 50)
                .mapToObj(i -> "record " + i + "x".repeat(random.nextInt(40)))
                .toList();
        try (EventSpool spool = spool()) {
            spool.append(records(appended.toArray(String[]::new)));
        }

        byte[] whole = takeFile();
        for (int round = 0; round < ROUNDS * 10; round++) {
            byte[] damaged = whole.clone();
            int at = random.nextInt(damaged.length);
            damaged[at] ^= (byte) (1 << random.nextInt(8));

            List<String> read = drained(damaged);

            assertThat(read).as("damaged at %d", at).isEqualTo(appended.subList(0, read.size()));
            assertThat(read).as("damaged at %d", at).hasSizeLessThan(appended.size());
            boolean isInTheLast = read.size() == appended.size() - 1;
            assertThat(putAside()).as("damaged at %d", at).hasSizeBetween(isInTheLast ? 0 : 1, 1);
        }
    }

    @Test
    void refusesWhatItHasNoRoomForAndTakesMoreAfterTheReplay() throws IOException {
        try (EventSpool spool = spool(folder, 3 << 20)) {
            String large = "x".repeat(900_000);
            spool.append(records(large));
            spool.append(records(large));
            assertThat(spool.hasRoom()).isTrue();
            spool.append(records(large));

            assertThat(spool.hasRoom()).isFalse();
            assertThatThrownBy(() -> spool.append(records(large))).isInstanceOfSatisfying(Refusal.class, refusal -> {
                assertThat(refusal.code()).isEqualTo("SPOOL_FULL");
                assertThat(refusal.kind()).isEqualTo(Refusal.Kind.BUSY);
            });
            assertThat(drain(spool)).hasSize(3);
            assertThat(spool.hasRoom()).isTrue();
            spool.append(records(large));
        }
    }

    @Test
    void manyAtOnceLoseNothing() throws Exception {
        try (EventSpool spool = spool()) {
            List<Callable<Void>> work = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                String text = "r" + i;
                work.add(() -> {
                    spool.append(records(text));
                    return null;
                });
            }

            try (ExecutorService pool = Executors.newFixedThreadPool(16)) {
                for (Future<Void> done : pool.invokeAll(work)) {
                    done.get();
                }
            }

            assertThat(drain(spool))
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 400).mapToObj(i -> "r" + i).toList());
        }
    }

    /** Appends until it is killed, and says what it has appended. */
    static final class Appending {

        private Appending() {}

        public static void main(String[] arguments) {
            EventSpool spool = spool(Path.of(arguments[0]), LIMIT);
            for (int i = 0; ; i++) {
                spool.append(records("r" + i + "y".repeat(i % 3_000)));
                System.out.println(i);
            }
        }
    }

    @Test
    void keepsWhatWasAcknowledgedWhenItsProcessIsKilled() throws Exception {
        Random random = new Random(7);
        int rounds = Math.max(2, ROUNDS / 10);
        for (int round = 0; round < rounds; round++) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx64m",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Appending.class.getName(),
                            folder.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            int last = -1;
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                int until = 1 + random.nextInt(300);
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    last = Integer.parseInt(line);
                    if (last == until) {
                        process.toHandle().destroyForcibly();
                    }
                }
            }

            process.waitFor();
            try (EventSpool spool = spool()) {
                List<String> read = drain(spool);

                assertThat(read).hasSizeBetween(last + 1, last + 2);
                for (int i = 0; i < read.size(); i++) {
                    assertThat(read.get(i)).isEqualTo("r" + i + "y".repeat(i % 3_000));
                }

                assertThat(spool.putAside()).isEmpty();
            }
        }
    }
}
