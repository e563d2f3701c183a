package io.muster.support.document;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the one document of a text, JSON or YAML 1.2. Duplicate keys, several documents, tags, merge keys, and anchors and
 * aliases beyond the limit of the kind are problems, not features.
 */
public final class Documents {

    private Documents() {}

    /**
     * The root of the document. What can be read is handed on even where something else is wrong, so that the caller can
     * find further problems.
     *
     * @return empty when the text cannot be read at all, which is a problem then
     */
    public static Optional<Node> read(String text, DocumentKind kind, Problems problems) {
        if (text.length() > kind.limits().characters()) {
            problems.add(Place.START, DocumentPath.ROOT, kind.limits().tooLong());
            return Optional.empty();
        }

        String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
        String start = plain.stripLeading();
        boolean flow = start.startsWith("{") || start.startsWith("[");
        Problems found = new Problems();
        try {
            Optional<Node> root = flow ? flow(plain, start, kind, found) : yaml(plain, kind, found);
            problems.addAll(found);
            return root;
        } catch (LimitPassed limit) {
            problems.add(limit.place(), DocumentPath.ROOT, limit.reason());
            return Optional.empty();
        }
    }

    /** A node as JSON text, which reads back as the same node elsewhere; single values are texts. */
    public static String json(Node node) {
        return JsonMapper.shared().writeValueAsString(plain(node));
    }

    private static @Nullable Object plain(Node node) {
        return switch (node) {
            case Node.Scalar scalar -> scalar.isNull() ? null : scalar.text();
            case Node.Items items ->
                items.items().stream().map(Documents::plain).toList();
            case Node.Keys keys -> {
                Map<String, @Nullable Object> plain = new LinkedHashMap<>();
                keys.entries().forEach((key, entry) -> plain.put(key, plain(entry.value())));
                yield plain;
            }
        };
    }

    /** JSON, or YAML that begins alike. */
    private static Optional<Node> flow(String text, String start, DocumentKind kind, Problems problems) {
        try {
            Problems found = new Problems();
            Optional<Node> root = new TreeReader(Tokens.json(text), kind, found).read();
            problems.addAll(found);
            return root;
        } catch (JacksonException failure) {
            Problems found = new Problems();
            Optional<Node> root = yaml(text, kind, found);
            if (root.isPresent() || !start.substring(1).stripLeading().startsWith("\"")) {
                problems.addAll(found);
                return root;
            }

            problems.add(
                    Tokens.place(failure.getLocation()),
                    DocumentPath.ROOT,
                    "is not readable as JSON: " + failure.getOriginalMessage()
                            + ". Check commas, quotes and brackets near this line");
            return Optional.empty();
        }
    }

    private static Optional<Node> yaml(String text, DocumentKind kind, Problems problems) {
        try {
            return new TreeReader(Tokens.yaml(text), kind, problems).read();
        } catch (MarkedYamlEngineException failure) {
            problems.add(
                    failure.getProblemMark()
                            .or(failure::getContextMark)
                            .map(Tokens::place)
                            .orElse(Place.START),
                    DocumentPath.ROOT,
                    "is not readable as YAML: " + syntax(failure));
        } catch (YamlEngineException failure) {
            problems.add(Place.START, DocumentPath.ROOT, "is not readable as YAML: " + failure.getMessage());
        }

        return Optional.empty();
    }

    private static String syntax(MarkedYamlEngineException failure) {
        String problem = failure.getProblem() == null ? "unreadable" : failure.getProblem();
        if (problem.contains("TAB") || problem.contains("'\\t'")) {
            return "a tab is used where only spaces are allowed. Indent with spaces";
        }

        String advice = problem.contains("alias") || problem.contains("anchor")
                ? "Put a text that begins with * or & in quotes"
                : problem.contains("mapping values are not allowed")
                        ? "Put a text that contains ': ' in quotes, and check the indentation"
                        : "Check indentation and quotes near this line";
        return problem + ". " + advice;
    }
}
