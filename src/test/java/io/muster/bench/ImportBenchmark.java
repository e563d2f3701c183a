package io.muster.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Measures the import against its budgets. One JSON object a line: every single measurement, then the medians and their
 * ratios. What is compared alternates, so that a busy machine meets all of it, and begins on a quiet server.
 */
public final class ImportBenchmark {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String SCHEMA = "muster_bench";
    private static final String EMPTY_SCHEMA = SCHEMA + "_empty";
    private static final String PLAIN_SCHEMA = SCHEMA + "_plain";
    private static final String STAGING_SCHEMA = SCHEMA + "_staging";
    private static final String DIRECTORY = "Bench";
    private static final List<String> OURS = List.of("first", "same", "changed");
    private static final int LARGE = 10;
    private static final int KILLS = 5;
    /** Rows at the beginning and at the end of a file whose values are compared after a staging import. */
    private static final int SAMPLES = 100;

    private final BenchServer server;
    private final Path launcher;
    private final Path folder;
    private final Sizes sizes;
    private final Measurements measurements = new Measurements();
    private boolean dumped;

    /**
     * How much is measured.
     *
     * @param rows rows of a file
     * @param killRows rows of the file whose import is killed
     * @param rounds measurements of each
     */
    private record Sizes(int rows, int killRows, int rounds) {}

    private ImportBenchmark(BenchServer server, Path launcher, Path folder, Sizes sizes) {
        this.server = server;
        this.launcher = launcher;
        this.folder = folder;
        this.sizes = sizes;
    }

    /** Arguments: see {@code src/bench/import --help}. */
    public static void main(String[] args) throws Exception {
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }

        Path folder = Files.createDirectories(
                Path.of(options.getOrDefault("--folder", "target/bench")).toAbsolutePath());
        ImportBenchmark benchmark = new ImportBenchmark(
                new BenchServer(
                        required(options, "--database"), Long.parseLong(options.getOrDefault("--server-process", "0"))),
                Path.of("muster").toAbsolutePath(),
                folder,
                new Sizes(
                        Integer.parseInt(options.getOrDefault("--rows", "1000000")),
                        Integer.parseInt(options.getOrDefault("--kill-rows", "10000000")),
                        Integer.parseInt(options.getOrDefault("--rounds", "3"))));
        benchmark.run(Arrays.asList(options.getOrDefault("--only", "small,batch,staging,start,large,kills")
                .split(",", -1)));
    }

    private static String required(Map<String, String> options, String name) {
        String value = options.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }

        return value;
    }

    private void run(List<String> scenarios) throws Exception {
        Measurements.say(Map.of(
                "server", server.version(),
                "rows", sizes.rows(),
                "rounds", sizes.rounds(),
                "processors", Runtime.getRuntime().availableProcessors(),
                "load", Measurements.load()));
        Files.createDirectories(folder.resolve("dump"));
        SampleRows.write(folder.resolve("first.csv"), 0, sizes.rows());
        SampleRows.writeChanged(folder.resolve("changed.csv"), sizes.rows());
        Files.writeString(folder.resolve("empty.csv"), "Email\n");
        Measurements.say(Map.of("file", "first.csv", "bytes", Files.size(folder.resolve("first.csv"))));
        for (String scenario : scenarios) {
            switch (scenario) {
                case "small" -> small();
                case "batch" -> batch();
                case "staging" -> staging();
                case "start" -> start();
                case "large" -> large();
                case "kills" -> kills();
                default -> throw new IllegalArgumentException("--only does not know " + scenario);
            }
        }

        server.drop(SCHEMA);
    }

    /** First import, the same again, a changed file; each beside the raw load. */
    private void small() throws Exception {
        for (int round = 0; round < sizes.rounds(); round++) {
            if (round % 2 == 0) {
                ours();
                raw();
            } else {
                raw();
                ours();
            }
        }

        for (String name : OURS) {
            measurements.ratio(name, "raw");
        }

        measurements.resident(OURS);
    }

    private void ours() throws Exception {
        emptyDirectory(SCHEMA);
        importing("first", SCHEMA, "first.csv");
        if (!dumped) {
            server.dump(SCHEMA, folder.resolve("dump"));
            dumped = true;
        }

        importing("same", SCHEMA, "first.csv");
        importing("changed", SCHEMA, "changed.csv");
    }

    private void raw() throws Exception {
        add("raw", server.loadRaw(SCHEMA, folder.resolve("dump")));
    }

    private void batch() throws Exception {
        for (int round = 0; round < sizes.rounds(); round++) {
            server.recreate(PLAIN_SCHEMA);
            add(
                    "batch",
                    Measured.process(
                            server.process(),
                            List.of(
                                    ProcessHandle.current().info().command().orElseThrow(),
                                    "-Xmx1g",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    PlainBatchImport.class.getName(),
                                    server.url(PLAIN_SCHEMA),
                                    folder.resolve("first.csv").toString()),
                            Map.of()));
            emptyDirectory(SCHEMA);
            importing("first", SCHEMA, "first.csv");
        }

        server.drop(PLAIN_SCHEMA);
        measurements.ratio("batch", "first");
    }

    /** What people write in SQL alone, beside ours and the raw load. */
    private void staging() throws Exception {
        for (int round = 0; round < sizes.rounds(); round++) {
            if (round % 2 == 0) {
                ours();
                raw();
                staged(StagingImport.SIMPLE);
                staged(StagingImport.CAREFUL);
            } else {
                staged(StagingImport.CAREFUL);
                staged(StagingImport.SIMPLE);
                raw();
                ours();
            }
        }

        for (String name : OURS) {
            measurements.ratio(name, "raw");
            for (StagingImport competitor : StagingImport.values()) {
                measurements.ratio(named(competitor, name), name);
                measurements.ratio(named(competitor, name), "raw");
            }
        }
    }

    /** The three files into one schema; only the statements of the imports count. */
    private void staged(StagingImport competitor) throws Exception {
        server.recreate(STAGING_SCHEMA);
        try (Connection connection = server.connect(STAGING_SCHEMA)) {
            competitor.createTables(connection);
            int rows = sizes.rows();
            staged(competitor, connection, "first", "first.csv");
            competitor.check(connection, rows, samples(rows, row -> SampleRows.Version.FIRST));
            staged(competitor, connection, "same", "first.csv");
            competitor.check(connection, rows, samples(rows, row -> SampleRows.Version.FIRST));
            staged(competitor, connection, "changed", "changed.csv");
            int more = rows + rows / 100;
            competitor.check(connection, more, samples(more, row -> SampleRows.changed(row, rows)));
        }

        server.drop(STAGING_SCHEMA);
    }

    private void staged(StagingImport competitor, Connection connection, String name, String file) throws Exception {
        add(
                named(competitor, name),
                Measured.here(server.process(), () -> competitor.run(connection, folder.resolve(file))));
    }

    private static String named(StagingImport competitor, String file) {
        return "staging-" + competitor.variant() + "-" + file;
    }

    private static List<List<String>> samples(int rows, IntFunction<SampleRows.Version> version) {
        return IntStream.range(0, rows)
                .filter(row -> row < SAMPLES || row >= rows - SAMPLES)
                .mapToObj(row -> SampleRows.cells(row, version.apply(row)))
                .toList();
    }

    /** A command that finds nothing to do, against the plain fat jar. */
    private void start() throws Exception {
        emptyDirectory(SCHEMA);
        String java = ProcessHandle.current().info().command().orElseThrow();
        for (int round = 0; round < 5; round++) {
            add("start-fat-jar", muster(SCHEMA, fatJar(java, importCommand("empty.csv"))));
            importing("start", SCHEMA, "empty.csv");
        }

        measurements.ratio("start", "start-fat-jar");
    }

    private List<String> fatJar(String java, List<String> command) {
        List<String> all = new ArrayList<>(List.of(
                java,
                "-Xlog:disable",
                "-jar",
                launcher.resolveSibling("target/muster.jar").toString()));
        all.addAll(command);
        return all;
    }

    /** Ten times the rows in memory and time; then files, half new, into that directory and, in turn, into an empty one. */
    private void large() throws Exception {
        int rows = sizes.rows();
        long many = (long) LARGE * rows;
        SampleRows.write(folder.resolve("large.csv"), 0, many);
        emptyDirectory(SCHEMA);
        importing("large", SCHEMA, "large.csv");
        Files.delete(folder.resolve("large.csv"));
        for (int round = 0; round < sizes.rounds(); round++) {
            long half = rows / 2;
            SampleRows.writeMixed(folder.resolve("mixed.csv"), rows, round * 2L * half + 3 * half, many + round * half);
            importing("mixed-into-large", SCHEMA, "mixed.csv");
            emptyDirectory(EMPTY_SCHEMA);
            importing("mixed-into-empty", EMPTY_SCHEMA, "mixed.csv");
        }

        server.drop(EMPTY_SCHEMA);
        measurements.ratio("mixed-into-large", "mixed-into-empty");
        measurements.resident(List.of("large", "mixed-into-large", "mixed-into-empty"));
    }

    /** One run killed five times, resumed each time, against an undisturbed one. */
    private void kills() throws Exception {
        SampleRows.write(folder.resolve("kills.csv"), 0, sizes.killRows());
        for (int round = 0; round < sizes.rounds(); round++) {
            emptyDirectory(SCHEMA);
            importing("start", SCHEMA, "empty.csv");
            importing("undisturbed", SCHEMA, "kills.csv");
            emptyDirectory(SCHEMA);
            killed("kills.csv");
            for (String table : List.of("contact", "list_member")) {
                if (server.count(SCHEMA, table) != sizes.killRows()) {
                    throw new IllegalStateException("The killed import left " + server.count(SCHEMA, table)
                            + " rows in " + table + "; expected " + sizes.killRows());
                }
            }
        }

        Files.delete(folder.resolve("kills.csv"));
        measurements.ratio("killed", "undisturbed");
        measurements.ratio("killed-without-starts", "undisturbed");
        measurements.resident(List.of("undisturbed", "killed"));
    }

    /**
     * Imports a file in processes that are killed when each has done a sixth of what an undisturbed one does after its
     * start; the last one is left alone.
     */
    private void killed(String file) throws Exception {
        Measured start = measurements.median("start");
        double work = measurements.median("undisturbed").wall() - start.wall();
        Duration share = Duration.ofMillis((long) (1000 * (start.wall() + work / (KILLS + 1))));
        Measured all = Measured.NOTHING;
        Optional<List<String>> next = Optional.of(importCommand(file));
        int processes = 0;
        while (next.isPresent()) {
            boolean last = processes == KILLS;
            Measured one = Measured.process(
                    server.process(), command(next.get()), environment(SCHEMA), last ? Duration.ofDays(1) : share);
            all = all.then(one);
            next = last ? Optional.empty() : afterKill(file);
            processes++;
        }

        // A short import may end before its time on a machine that is not quiet.
        Measurements.say(Map.of("kills", processes - 1));
        add("killed", all);
        add("killed-without-starts", all.without(processes - 1, start));
    }

    /**
     * How to go on after a kill, as soon as the process is known to be dead; that wait is not measured. Empty when the run
     * had been completed before.
     */
    private Optional<List<String>> afterKill(String file) throws Exception {
        while (true) {
            JsonNode runs = JSON.readTree(
                    muster(SCHEMA, command(List.of("runs", "--json"))).output());
            String status = runs.isEmpty() ? "" : runs.get(0).get("status").asString();
            switch (status) {
                case "" -> {
                    return Optional.of(importCommand(file));
                }
                case "COMPLETED" -> {
                    return Optional.empty();
                }
                case "DEAD" -> {
                    return Optional.of(
                            List.of("runs", "resume", runs.get(0).get("run").asString(), "--force", "--json"));
                }
                case "QUEUED", "RUNNING" -> Thread.sleep(500);
                default -> throw new IllegalStateException("The killed run is " + status);
            }
        }
    }

    private void emptyDirectory(String schema) throws Exception {
        server.recreate(schema);
        muster(
                schema,
                command(List.of("directories", "create", DIRECTORY, "--rule", "extRef", "--rule", "email,lastName")));
        muster(schema, command(List.of("lists", "create", "News", "--directory", DIRECTORY)));
        server.settle();
    }

    private void importing(String name, String schema, String file) throws Exception {
        add(name, muster(schema, command(importCommand(file))));
    }

    private List<String> importCommand(String file) {
        return List.of("import", folder.resolve(file).toString(), "-d", DIRECTORY, "--list", "News", "--json");
    }

    private Measured muster(String schema, List<String> command) throws IOException, InterruptedException {
        return Measured.process(server.process(), command, environment(schema));
    }

    private List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(arguments);
        return command;
    }

    private Map<String, String> environment(String schema) {
        return Map.of("MUSTER_DATABASE_URL", server.url(schema));
    }

    private void add(String name, Measured one) throws IOException, InterruptedException {
        measurements.add(name, one.andAfter(server.settle()));
    }
}
