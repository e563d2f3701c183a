package io.muster.app;

import io.muster.directory.store.Directories;
import io.muster.segment.Segment;
import io.muster.segment.Segments;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Who targets of intercepts are for: in words, and how many contacts that are. */
public final class TargetService {

    /** A count that reads all contacts is made in directories of fewer than these. */
    private static final long MOST = 500_000;

    private static final String SEGMENT = "segment";

    private final Directories directories;
    private final Segments segments;
    private final SegmentService counting;
    private final CountService counts;

    TargetService(Directories directories, Segments segments, SegmentService counting, CountService counts) {
        this.directories = directories;
        this.segments = segments;
        this.counting = counting;
        this.counts = counts;
    }

    /** Targets in words. */
    @FunctionalInterface
    public interface Words {

        /** A target in words, null for everybody. */
        String of(@Nullable JsonNode target);
    }

    /**
     * Writes targets in words; the segments are read once for all of them.
     *
     * @param directory whose segments they name; null for a project that is not linked
     */
    public Words words(@Nullable String directory) {
        Map<String, String> names = directory == null ? Map.of() : segmentsOf(directory);
        return target -> target == null ? "everybody" : words(target, test -> membership(names, test));
    }

    /** A target in words, likewise. */
    public String words(@Nullable String directory, @Nullable JsonNode target) {
        return words(target == null ? null : directory).of(target);
    }

    /** A condition of pages in words; null for every page. */
    public String pageWords(@Nullable JsonNode page) {
        return page == null ? "every page" : words(page, TargetService::page);
    }

    private static String words(JsonNode node, Function<JsonNode, String> test) {
        for (Map.Entry<String, String> join :
                Map.of("all", " and ", "any", " or ", "none", " or ").entrySet()) {
            JsonNode parts = node.get(join.getKey());
            if (parts != null) {
                String joined = StreamSupport.stream(parts.spliterator(), false)
                        .map(part -> words(part, test))
                        .collect(Collectors.joining(join.getValue()));
                String inner = parts.size() == 1 ? joined : "(" + joined + ")";
                return join.getKey().equals("none") ? "not " + inner : inner;
            }
        }

        return test.apply(node);
    }

    private static String membership(Map<String, String> names, JsonNode test) {
        String id = test.path(SEGMENT).asString("");
        String name = names.getOrDefault(id, id + ", which is gone");
        return (test.has("isNot") ? "no member of " : "member of ") + name;
    }

    private Optional<Segment> segment(String directory, String id) {
        return segments.of(directories.find(directory).number()).stream()
                .filter(segment -> segment.id().equals(id))
                .findFirst();
    }

    private static String page(JsonNode test) {
        JsonNode url = test.get("url");
        if (url == null) {
            return "device is " + test.path("device").asString("");
        }

        return url.properties().stream()
                .map(entry -> "address " + verb(entry.getKey()) + " “"
                        + entry.getValue().asString("") + "”")
                .collect(Collectors.joining(" and "));
    }

    private static String verb(String key) {
        return switch (key) {
            case "startsWith" -> "starts with";
            case "endsWith" -> "ends with";
            default -> key;
        };
    }

    /**
     * How many contacts a target is for now: counted where that is quick, else as the segment it names was published; nothing
     * where neither can be said without reading all contacts of a large directory.
     *
     * @param target null for everybody
     */
    public Optional<Long> audience(String directory, @Nullable JsonNode target) {
        CountService.Count all = counts.of(directory);
        if (target == null || all == null) {
            return Optional.ofNullable(all).map(CountService.Count::contacts);
        }

        if (all.contacts() < MOST) {
            return Optional.of(counting.count(directory, target.toString(), (contacts, share) -> {}));
        }

        return target.has("is")
                ? segment(directory, target.path(SEGMENT).asString("")).map(counting::size)
                : Optional.empty();
    }

    /** The segments of a directory that a target may name: ids and names. */
    public Map<String, String> segmentsOf(String directory) {
        return counting.names(directory);
    }
}
