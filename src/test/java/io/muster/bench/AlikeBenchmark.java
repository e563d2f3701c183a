package io.muster.bench;

import io.muster.frequency.rules.FrequencyRules;
import io.muster.intercept.decide.Definitions;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.snapshot.format.SnapshotFolder.Publication;
import io.muster.snapshot.format.TableDescription;
import io.muster.snapshot.format.TableFile;
import io.muster.snapshot.format.TableWriter;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whether an evaluator's answers about unknown, untargeted and capped visitors are alike in every byte and in time, and how it
 * answers when it is asked more than it takes. A part of {@code src/bench/decisions}.
 */
public final class AlikeBenchmark {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String PROJECT = "ZN_000000000000009";
    private static final String SEGMENT = "SG_000000000000001";
    private static final List<String> CLASSES = List.of("unknown", "untargeted", "capped");
    private static final int ROUNDS = 10_000;
    private static final int SPLITS = 200;
    private static final int SEEDS = 3;
    private static final int SEEDS_TO_PASS = 2;
    private static final int CALLERS = 64;
    private static final int AT_ONCE = 4;
    private static final int BURSTS = 2_000;
    private static final int WARM_UP = 500;

    private AlikeBenchmark() {}

    /** Arguments: {@code tree FOLDER CONTACTS}, {@code alike ADDRESS CONTACTS}, {@code overload ADDRESS CONTACTS}. */
    public static void main(String[] args) throws Exception {
        long contacts = Long.parseLong(args[2]);
        switch (args[0]) {
            case "tree" -> tree(Path.of(args[1]), contacts);
            case "alike" -> alike(URI.create(args[1]), contacts);
            case "overload" -> overload(URI.create(args[1]), contacts);
            default -> throw new IllegalArgumentException("tree, alike or overload");
        }
    }

    /** Contacts of even numbers are targeted and held back, those of odd numbers not targeted. */
    private static void tree(Path folder, long contacts) throws IOException {
        long now = Clock.systemUTC().millis();
        long later = now + Duration.ofDays(30).toMillis();
        TableDescription description =
                new TableDescription("POOL_000000000000001", now, 1, "p1", List.of(SEGMENT), List.of(""));
        try (TableWriter writer = new TableWriter(Files.createDirectories(folder.resolve("tables")), description)) {
            for (long number = 0; number < contacts; number++) {
                boolean targeted = number % 2 == 0;
                writer.add(number, reference(number), List.of(), new long[] {targeted ? 1 : 0}, new long[] {
                    targeted ? later : FrequencyRules.ALWAYS
                });
            }

            TableFile table = writer.finish();
            var ignored = new SnapshotFolder(folder.resolve("snapshots"))
                    .publish(
                            Definitions.project(PROJECT, "linked", "a target=" + SEGMENT, name -> "SI_000000000000001"),
                            table,
                            new Publication(now, true));
        }
    }

    private static String reference(long number) {
        return String.format(Locale.ROOT, "C-%08d", number);
    }

    private static byte[] request(long number) {
        return "GET /v1/decisions?project=%s&ref=%s HTTP/1.1\r\nHost: a\r\n\r\n"
                .formatted(PROJECT, reference(number))
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** A contact of a class: one that is not there, one of an odd number, one of an even number. */
    private static long draw(int kind, long contacts, Random random) {
        long pair = random.nextLong(contacts / 2) * 2;
        return kind == 0 ? contacts + pair : pair + (kind == 1 ? 1 : 0);
    }

    /** One connection, and the answer that all are compared with. */
    private static final class Asker implements AutoCloseable {

        private final Socket socket;
        private final OutputStream out;
        private final InputStream in;
        private byte[] alike = new byte[0];

        Asker(URI address) throws IOException {
            socket = new Socket(address.getHost(), address.getPort());
            socket.setTcpNoDelay(true);
            out = socket.getOutputStream();
            in = socket.getInputStream();
        }

        /** Nanoseconds until the whole answer was there. */
        long ask(byte[] request) throws IOException {
            byte[] answer = new byte[alike.length == 0 ? 1 << 16 : alike.length];
            long start = System.nanoTime();
            out.write(request);
            int length = alike.length == 0 ? in.read(answer) : in.readNBytes(answer, 0, answer.length);
            long end = System.nanoTime();
            byte[] undated = undated(Arrays.copyOf(answer, length));
            if (alike.length == 0) {
                alike = undated;
            } else if (!Arrays.equals(alike, undated) || in.available() > 0) {
                throw new IllegalStateException("Not alike: " + new String(undated, StandardCharsets.UTF_8));
            }

            return end - start;
        }

        /** With the digits of its date as zeros. */
        private static byte[] undated(byte[] answer) {
            String text = new String(answer, StandardCharsets.ISO_8859_1);
            int from = text.indexOf("Date: ");
            byte[] undated = answer.clone();
            Arrays.fill(undated, from, text.indexOf('\r', from), (byte) '0');
            return undated;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static void alike(URI address, long contacts) throws IOException {
        int passed = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            Random random = new Random(seed);
            try (Asker asker = new Asker(address)) {
                var ignored = ask(asker, contacts, random);
                passed += compare(seed, ask(asker, contacts, random), random) ? 1 : 0;
            }
        }

        Map<String, Object> said = new LinkedHashMap<>();
        said.put("seeds", SEEDS);
        said.put("passed", passed);
        said.put("enough", passed >= SEEDS_TO_PASS);
        say("alike", said);
    }

    /** Asks about all classes by turns, in another order each time; the nanoseconds of each class. */
    private static long[][] ask(Asker asker, long contacts, Random random) throws IOException {
        long[][] nanos = new long[CLASSES.size()][ROUNDS];
        List<Integer> order = new ArrayList<>(List.of(0, 1, 2));
        for (int round = 0; round < ROUNDS; round++) {
            Collections.shuffle(order, random);
            for (int kind : order) {
                nanos[kind][round] = asker.ask(request(draw(kind, contacts, random)));
            }
        }

        return nanos;
    }

    /** Whether the medians of no two classes differ by more than halves of one class do by chance. */
    private static boolean compare(int seed, long[][] nanos, Random random) {
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("seed", seed);
        double[] chance = new double[CLASSES.size()];
        for (int kind = 0; kind < CLASSES.size(); kind++) {
            chance[kind] = chance(nanos[kind], random);
            said.put(CLASSES.get(kind), micros(median(nanos[kind])));
            said.put(CLASSES.get(kind) + "ByChance", micros(chance[kind]));
        }

        boolean passes = true;
        for (int one = 0; one < CLASSES.size(); one++) {
            for (int other = one + 1; other < CLASSES.size(); other++) {
                double difference = Math.abs(median(nanos[one]) - median(nanos[other]));
                said.put(CLASSES.get(one) + "-" + CLASSES.get(other), micros(difference));
                passes &= difference <= Math.min(chance[one], chance[other]);
            }
        }

        said.put("passes", passes);
        say("alike", said);
        return passes;
    }

    /** What the medians of two random halves differ by, in all but one of a hundred splits. */
    private static double chance(long[] nanos, Random random) {
        double[] differences = new double[SPLITS];
        long[] mixed = nanos.clone();
        for (int split = 0; split < SPLITS; split++) {
            for (int i = mixed.length - 1; i > 0; i--) {
                int other = random.nextInt(i + 1);
                long swapped = mixed[i];
                mixed[i] = mixed[other];
                mixed[other] = swapped;
            }

            int half = mixed.length / 2;
            differences[split] =
                    Math.abs(median(Arrays.copyOf(mixed, half)) - median(Arrays.copyOfRange(mixed, half, 2 * half)));
        }

        Arrays.sort(differences);
        return differences[SPLITS * 99 / 100 - 1];
    }

    private static double median(long[] nanos) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2.0;
    }

    private static double micros(double nanos) {
        return Math.round(nanos) / 1e3;
    }

    /** Many callers send several requests at once, over and over; then one asks until it is answered rightly. */
    private static void overload(URI address, long contacts) throws IOException {
        Random random = new Random(1);
        List<Socket> callers = new ArrayList<>();
        List<InputStream> answers = new ArrayList<>();
        List<Double> refused = new ArrayList<>();
        long answered = 0;
        for (int i = 0; i < CALLERS; i++) {
            callers.add(new Socket(address.getHost(), address.getPort()));
            answers.add(new BufferedInputStream(callers.get(i).getInputStream()));
        }

        for (int burst = 0; burst < BURSTS; burst++) {
            long[] sent = new long[CALLERS];
            for (int i = 0; i < CALLERS; i++) {
                byte[] one = request(draw(i % CLASSES.size(), contacts, random));
                byte[] all = new byte[one.length * AT_ONCE];
                for (int j = 0; j < AT_ONCE; j++) {
                    System.arraycopy(one, 0, all, j * one.length, one.length);
                }

                sent[i] = System.nanoTime();
                callers.get(i).getOutputStream().write(all);
            }

            for (int i = 0; i < CALLERS; i++) {
                for (int j = 0; j < AT_ONCE; j++) {
                    int status = status(answers.get(i));
                    if (status != 503 && status != 200) {
                        throw new IllegalStateException("Answered " + status);
                    }

                    if (burst >= WARM_UP && status == 503) {
                        refused.add((System.nanoTime() - sent[i]) / 1e6);
                    } else if (burst >= WARM_UP) {
                        answered++;
                    }
                }
            }
        }

        long ended = System.nanoTime();
        try (Socket after = new Socket(address.getHost(), address.getPort())) {
            do {
                after.getOutputStream().write(request(draw(0, contacts, random)));
            } while (status(after.getInputStream()) != 200);
        }

        double milliseconds = (System.nanoTime() - ended) / 1e6;
        for (Socket caller : callers) {
            caller.close();
        }

        Collections.sort(refused);
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("answered", answered);
        said.put("refused", refused.size());
        if (!refused.isEmpty()) {
            said.put("p50Millis", refused.get(refused.size() / 2));
            said.put("p99Millis", refused.get(refused.size() * 99 / 100));
        }

        said.put("rightAgainAfterMillis", milliseconds);
        say("overload", said);
    }

    /** Reads one answer, whose length its header says. */
    private static int status(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }

        int at = head.indexOf("Content-Length: ") + 16;
        in.skipNBytes(Integer.parseInt(head.substring(at, head.indexOf("\r", at))));
        return Integer.parseInt(head.substring(9, 12));
    }

    private static void say(String what, Map<String, Object> figures) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("what", what);
        line.putAll(figures);
        System.out.println(JSON.writeValueAsString(line));
    }
}
