package io.muster.jobs.servers;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Living servers whose job files are not those of the servers whose files changed last.
 *
 * @param newest names of servers whose files changed last
 * @param others names of servers with other files
 * @param files names of the files that differ, or that only some of them have
 * @param since since when they differ
 */
public record JobFilesDiffer(List<String> newest, List<String> others, List<String> files, Instant since) {

    /** Compares living servers; empty when all have the same files. */
    static List<JobFilesDiffer> between(List<KnownServer> living) {
        List<List<KnownServer>> groups = new ArrayList<>(byFiles(living).values());
        groups.sort(Comparator.comparing(JobFilesDiffer::begin)
                .thenComparing(group -> group.getFirst().jobHash()));
        if (groups.size() < 2) {
            return List.of();
        }

        // The first group was there before; with the second one they began to differ.
        Instant since = begin(groups.get(1));
        List<KnownServer> newest = groups.getLast();
        return groups.subList(0, groups.size() - 1).stream()
                .map(group -> new JobFilesDiffer(names(newest), names(group), differing(newest, group), since))
                .toList();
    }

    private static Map<String, List<KnownServer>> byFiles(List<KnownServer> living) {
        Map<String, List<KnownServer>> groups = new LinkedHashMap<>();
        living.forEach(server -> groups.computeIfAbsent(server.jobHash(), hash -> new ArrayList<>())
                .add(server));
        return groups;
    }

    private static Instant begin(List<KnownServer> group) {
        return group.stream()
                .map(KnownServer::jobsSince)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static List<String> names(List<KnownServer> group) {
        return group.stream().map(KnownServer::name).sorted().toList();
    }

    private static List<String> differing(List<KnownServer> one, List<KnownServer> other) {
        Map<String, String> left = one.getFirst().jobFiles();
        Map<String, String> right = other.getFirst().jobFiles();
        TreeSet<String> all = new TreeSet<>(left.keySet());
        all.addAll(right.keySet());
        return all.stream()
                .filter(file -> !left.getOrDefault(file, "").equals(right.getOrDefault(file, "")))
                .toList();
    }

    /** As one sentence with what to do. */
    public String text() {
        return "The job files of %s and of %s differ: %s. Give all servers the same files."
                .formatted(servers(newest), servers(others), String.join(", ", files));
    }

    private static String servers(List<String> names) {
        return (names.size() == 1 ? "server " : "the servers ") + String.join(", ", names);
    }
}
