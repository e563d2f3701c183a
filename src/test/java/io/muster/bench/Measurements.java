package io.muster.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.json.JsonMapper;

/** What was measured so far, by name. Writes one JSON object a line: each measurement, then medians and their ratios. */
final class Measurements {

    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, List<Measured>> measured = new TreeMap<>();

    /** Takes one measurement in and writes it. */
    void add(String name, Measured one) throws IOException {
        measured.computeIfAbsent(name, ignored -> new ArrayList<>()).add(one);
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("measured", name);
        line.put("wall", rounded(one.wall()));
        line.put("cpu", rounded(one.cpu()));
        line.put("serverCpu", rounded(one.serverCpu()));
        line.put("serverCpuAfter", rounded(one.serverCpuAfter()));
        line.put("residentMib", one.residentMib());
        line.put("load", load());
        if (one.output().startsWith("{")) {
            line.put("run", JSON.readTree(one.output()));
        }

        say(line);
    }

    /** Writes how the medians of two compare: seconds, and all processor time. */
    void ratio(String ours, String theirs) {
        ratio(ours + "/" + theirs, median(ours), median(theirs));
    }

    /** Writes how two compare that stand for medians. */
    void ratio(String name, Measured ours, Measured theirs) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("ratio", name);
        line.put("wall", rounded(ours.wall() / theirs.wall()));
        line.put("cpu", rounded(ours.allCpu() / theirs.allCpu()));
        line.put("medianWall", List.of(rounded(ours.wall()), rounded(theirs.wall())));
        line.put("medianCpu", List.of(rounded(ours.allCpu()), rounded(theirs.allCpu())));
        say(line);
    }

    /** Writes the greatest resident memory that each of these ever had. */
    void resident(List<String> names) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("resident", "MiB");
        names.forEach(name -> line.put(name, median(name).residentMib()));
        say(line);
    }

    /** The medians of a name's measurements; of the resident memory the greatest. */
    Measured median(String name) {
        return new Measured(
                median(name, Measured::wall),
                median(name, Measured::cpu),
                median(name, Measured::serverCpu),
                median(name, Measured::serverCpuAfter),
                measured.getOrDefault(name, List.of()).stream()
                        .mapToLong(Measured::residentMib)
                        .max()
                        .orElse(0),
                "");
    }

    private double median(String name, ToDoubleFunction<Measured> part) {
        double[] values = measured.getOrDefault(name, List.of()).stream()
                .mapToDouble(part)
                .sorted()
                .toArray();
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    /** Writes one line. */
    static void say(Map<String, ?> line) {
        System.out.println(JSON.writeValueAsString(line));
    }

    /** The load of the machine, as the system tells it. */
    static String load() throws IOException {
        Path file = Path.of("/proc/loadavg");
        return Files.exists(file) ? Files.readString(file).split(" ", -1)[0] : "unknown";
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
