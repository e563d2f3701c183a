package io.muster.extract.record;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JSONPath of names only: {@code $}, {@code $.data.items}, {@code $['next page'].link}. It can be followed while a
 * document is read, without keeping any of it.
 *
 * @param names from the root down
 */
public record MemberPath(List<String> names) {

    /** The document itself. */
    public static final MemberPath ROOT = new MemberPath(List.of());

    private static final Pattern STEP = Pattern.compile(
            "\\.([\\p{L}_$@][\\p{L}\\p{N}_$@-]*)|\\['((?:[^'\\\\]|\\\\.)+)'\\]|\\[\"((?:[^\"\\\\]|\\\\.)+)\"\\]");

    /** Copies the names. */
    public MemberPath {
        names = List.copyOf(names);
    }

    /**
     * Reads a path.
     *
     * @throws IllegalArgumentException when it is none; the message ends a sentence that begins with it
     */
    @JsonCreator
    public static MemberPath of(String text) {
        String path = text.strip();
        List<String> names = new ArrayList<>();
        Matcher step = STEP.matcher(path);
        int at = 1;
        while (path.startsWith("$") && at < path.length() && step.find(at) && step.start() == at) {
            String quoted = step.group(2) == null ? step.group(3) : step.group(2);
            names.add(quoted == null ? step.group(1) : quoted.replaceAll("\\\\(.)", "$1"));
            at = step.end();
        }
        if (!path.startsWith("$") || at < path.length()) {
            throw new IllegalArgumentException("must be a JSONPath of names, such as $.data.items or $['next page']");
        }
        return new MemberPath(names);
    }

    @Override
    @JsonValue
    public String toString() {
        StringBuilder text = new StringBuilder("$");
        for (String name : names) {
            text.append("['")
                    .append(name.replace("\\", "\\\\").replace("'", "\\'"))
                    .append("']");
        }
        return text.toString();
    }
}
