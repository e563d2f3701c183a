package io.muster.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Measures the import against its budgets. One JSON object a line: every single measurement, then the medians and their
 * ratios. Runs and raw loads alternate, so that a busy machine meets both.
 */
public final class ImportBenchmark {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String SCHEMA = "muster_bench";
    private static final String DIRECTORY = "Bench";
    private static final int LARGE = 10;
    private static final int KILLS = 5;

    private final BenchServer server;
    private final Path launcher;
    private final Path folder;
    private final int rows;
    private final int rounds;
    private final Map<String, List<Measured>> measured = new TreeMap<>();

    private ImportBenchmark(BenchServer server, Path launcher, Path folder, int rows, int rounds) {
        this.server = server;
        this.launcher = launcher;
        this.folder = folder;
        this.rows = rows;
        this.rounds = rounds;
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
                Integer.parseInt(options.getOrDefault("--rows", "1000000")),
                Integer.parseInt(options.getOrDefault("--rounds", "3")));
        benchmark.run(Arrays.asList(
                options.getOrDefault("--only", "small,batch,start,large,kills").split(",", -1)));
    }

    private static String required(Map<String, String> options, String name) {
        String value = options.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }

        return value;
    }

    private void run(List<String> scenarios) throws Exception {
        say(Map.of(
                "server", server.version(),
                "rows", rows,
                "rounds", rounds,
                "processors", Runtime.getRuntime().availableProcessors(),
                "load", load()));
        Files.createDirectories(folder.resolve("dump"));
        SampleRows.write(folder.resolve("first.csv"), 0, rows);
        SampleRows.writeChanged(folder.resolve("changed.csv"), rows);
        say(Map.of("file", "first.csv", "bytes", Files.size(folder.resolve("first.csv"))));
        if (scenarios.contains("small")) {
            small();
        }

        if (scenarios.contains("batch")) {
            batch();
        }

        if (scenarios.contains("start")) {
            start();
        }

        if (scenarios.contains("large")) {
            large();
        }

        if (scenarios.contains("kills")) {
            kills();
        }

        server.drop(SCHEMA);
    }

    /** First import, the same again, a changed file; each beside the raw load. */
    private void small() throws Exception {
        for (int round = 0; round < rounds; round++) {
            if (round % 2 == 1) {
                raw();
            }

            emptyDirectory();
            importing("first", "first.csv");
            if (round == 0) {
                server.dump(SCHEMA, folder.resolve("dump"));
            }

            importing("same", "first.csv");
            importing("changed", "changed.csv");
            if (round % 2 == 0) {
                raw();
            }
        }

        for (String name : List.of("first", "same", "changed")) {
            ratio(name, "raw");
        }
    }

    private void raw() throws Exception {
        add("raw", server.loadRaw(SCHEMA, folder.resolve("dump")));
    }

    private void batch() throws Exception {
        for (int round = 0; round < rounds; round++) {
            server.recreate(SCHEMA + "_plain");
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
                                    server.url(SCHEMA + "_plain"),
                                    folder.resolve("first.csv").toString()),
                            Map.of()));
            emptyDirectory();
            importing("first", "first.csv");
        }

        server.drop(SCHEMA + "_plain");
        ratio("batch", "first");
    }

    /** A command that finds nothing to do, against the plain fat jar. */
    private void start() throws Exception {
        emptyDirectory();
        Files.write(folder.resolve("empty.csv"), "Email\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        List<String> command = List.of("import", folder.resolve("empty.csv").toString(), "-d", DIRECTORY, "--json");
        String java = ProcessHandle.current().info().command().orElseThrow();
        for (int round = 0; round < 5; round++) {
            add("start-fat-jar", muster(fatJar(java, command)));
            add("start", muster(command(command)));
        }

        ratio("start", "start-fat-jar");
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

    /** Ten times the rows in memory and time; then files, half new, into that directory and into an empty one. */
    private void large() throws Exception {
        long many = (long) LARGE * rows;
        SampleRows.write(folder.resolve("large.csv"), 0, many);
        emptyDirectory();
        importing("large", "large.csv");
        Files.delete(folder.resolve("large.csv"));
        for (int round = 0; round < rounds; round++) {
            long half = rows / 2;
            SampleRows.writeMixed(folder.resolve("mixed.csv"), rows, round * 2L * half + 3 * half, many + round * half);
            importing("mixed-into-large", "mixed.csv");
        }

        for (int round = 0; round < rounds; round++) {
            emptyDirectory();
            importing("mixed-into-empty", "mixed.csv");
        }

        ratio("mixed-into-large", "mixed-into-empty");
        say(Map.of(
                "resident",
                "MiB",
                "large",
                median("large").residentMib(),
                "mixed-into-large",
                median("mixed-into-large").residentMib()));
    }

    /** One run killed five times at even shares of the time that an undisturbed one takes, resumed each time. */
    private void kills() throws Exception {
        for (int round = 0; round < rounds; round++) {
            emptyDirectory();
            importing("undisturbed", "first.csv");
            double undisturbed = median("undisturbed").wall();
            emptyDirectory();
            List<String> begin = importCommand("first.csv");
            double wall = 0;
            double cpu = 0;
            double serverCpu = 0;
            long resident = 0;
            int kills = 0;
            while (true) {
                Duration patience = kills < KILLS
                        ? Duration.ofMillis((long) (1000 * undisturbed / (KILLS + 1)))
                        : Duration.ofDays(1);
                List<String> next = kills == 0 ? begin : List.of("runs", "resume", deadRun(), "--force", "--json");
                Measured one = Measured.process(server.process(), command(next), environment(), patience);
                wall += one.wall();
                cpu += one.cpu();
                serverCpu += one.serverCpu();
                resident = Math.max(resident, one.residentMib());
                kills++;
                if (one.wall() < patience.toMillis() / 1000.0) {
                    break;
                }
            }

            add("killed", new Measured(wall, cpu, serverCpu, resident, ""));
        }

        ratio("killed", "undisturbed");
    }

    /** The run of the killed process, as soon as it is known to be dead; that wait is not measured. */
    private String deadRun() throws Exception {
        while (true) {
            JsonNode last = JSON.readTree(
                            muster(command(List.of("runs", "--json"))).output())
                    .get(0);
            if (last.get("status").asString().equals("DEAD")) {
                return last.get("run").asString();
            }

            Thread.sleep(500);
        }
    }

    private void emptyDirectory() throws Exception {
        server.recreate(SCHEMA);
        muster(command(List.of("directories", "create", DIRECTORY, "--rule", "extRef", "--rule", "email,lastName")));
        muster(command(List.of("lists", "create", "News", "--directory", DIRECTORY)));
    }

    private void importing(String name, String file) throws Exception {
        add(name, muster(command(importCommand(file))));
    }

    private List<String> importCommand(String file) {
        return List.of("import", folder.resolve(file).toString(), "-d", DIRECTORY, "--list", "News", "--json");
    }

    private Measured muster(List<String> command) throws IOException, InterruptedException {
        return Measured.process(server.process(), command, environment());
    }

    private List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(arguments);
        return command;
    }

    private Map<String, String> environment() {
        return Map.of("MUSTER_DATABASE_URL", server.url(SCHEMA));
    }

    private void add(String name, Measured one) throws IOException {
        measured.computeIfAbsent(name, ignored -> new ArrayList<>()).add(one);
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("measured", name);
        line.put("wall", rounded(one.wall()));
        line.put("cpu", rounded(one.cpu()));
        line.put("serverCpu", rounded(one.serverCpu()));
        line.put("residentMib", one.residentMib());
        line.put("load", load());
        if (one.output().startsWith("{")) {
            line.put("run", JSON.readTree(one.output()));
        }

        say(line);
    }

    private void ratio(String ours, String theirs) {
        Measured a = median(ours);
        Measured b = median(theirs);
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("ratio", ours + "/" + theirs);
        line.put("wall", rounded(a.wall() / b.wall()));
        line.put("cpu", rounded((a.cpu() + a.serverCpu()) / (b.cpu() + b.serverCpu())));
        line.put("medianWall", List.of(rounded(a.wall()), rounded(b.wall())));
        say(line);
    }

    private Measured median(String name) {
        List<Measured> all = measured.getOrDefault(name, List.of());
        return new Measured(
                median(all.stream().mapToDouble(Measured::wall).toArray()),
                median(all.stream().mapToDouble(Measured::cpu).toArray()),
                median(all.stream().mapToDouble(Measured::serverCpu).toArray()),
                all.stream().mapToLong(Measured::residentMib).max().orElse(0),
                "");
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    private static String load() throws IOException {
        Path file = Path.of("/proc/loadavg");
        return Files.exists(file) ? Files.readString(file).split(" ", -1)[0] : "unknown";
    }

    private static void say(Map<String, ?> line) {
        System.out.println(JSON.writeValueAsString(line));
    }
}
