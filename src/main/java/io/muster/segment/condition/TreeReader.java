package io.muster.segment.condition;

import io.muster.segment.condition.Node.Place;
import io.muster.segment.condition.Node.Scalar;
import io.muster.segment.condition.TreeBuilder.TooDeepException;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads a text as JSON or as YAML into nodes that know their place. Duplicate keys, several documents, tags, anchors and
 * aliases (and with them every bomb made of them) are problems, not features.
 */
final class TreeReader {

    /** In characters; a list of a hundred thousand values fits. */
    static final int LONGEST = 8 << 20;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    // The tree's own bound is met first, and says so in words.
                    .maxNestingDepth(2 * TreeBuilder.MAX_DEPTH)
                    .build())
            .build();

    private TreeReader() {}

    /** The tree; empty when the text cannot be read, which is a problem then. */
    static Optional<Node> read(String text, Problems problems) {
        if (text.length() > LONGEST) {
            problems.add(
                    Place.START,
                    TreePath.ROOT,
                    "is longer than " + LONGEST + " characters. Put the values into a list or a segment of their own");
            return Optional.empty();
        }

        String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
        String start = plain.stripLeading();
        if (start.isEmpty()) {
            problems.add(Place.START, TreePath.ROOT, "is empty. Write a condition, see docs/segments.md");
            return Optional.empty();
        }

        Problems ofTree = new Problems();
        try {
            Optional<Node> tree =
                    start.startsWith("{") || start.startsWith("[") ? flow(plain, start, ofTree) : yaml(plain, ofTree);
            problems.addAll(ofTree);
            return tree;
        } catch (TooDeepException tooDeep) {
            problems.add(
                    tooDeep.place(),
                    TreePath.ROOT,
                    "is nested deeper than " + TreeBuilder.MAX_DEPTH / 2
                            + " groups. Make inner groups segments of their own and refer to them");
            return Optional.empty();
        }
    }

    /** JSON, or YAML that begins alike. */
    private static Optional<Node> flow(String text, String start, Problems problems) {
        try {
            return json(text, problems);
        } catch (JacksonException failure) {
            Problems ofYaml = new Problems();
            Optional<Node> tree = yaml(text, ofYaml);
            if (tree.isPresent() || !start.substring(1).stripLeading().startsWith("\"")) {
                problems.addAll(ofYaml);
                return tree;
            }

            problems.add(
                    place(failure.getLocation()),
                    TreePath.ROOT,
                    "is not readable as JSON: " + failure.getOriginalMessage()
                            + ". Check commas, quotes and brackets near this line");
            return Optional.empty();
        }
    }

    private static Optional<Node> json(String text, Problems problems) {
        Problems ofJson = new Problems();
        TreeBuilder tree = new TreeBuilder(ofJson);
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                Place place = place(parser.currentTokenLocation());
                if (tree.root().isPresent()) {
                    ofJson.add(place, TreePath.ROOT, "goes on behind its end. Write one condition");
                    break;
                }

                switch (token) {
                    case START_OBJECT -> tree.startKeys(place);
                    case START_ARRAY -> tree.startList(place);
                    case END_OBJECT, END_ARRAY -> tree.end();
                    case VALUE_NULL -> tree.add(new Scalar(place, "", Scalar.Kind.NULL));
                    default -> tree.add(new Scalar(place, parser.getString(), Scalar.Kind.VALUE));
                }
            }
        }

        problems.addAll(ofJson);
        return tree.root();
    }

    private static Optional<Node> yaml(String text, Problems problems) {
        LoadSettings settings = LoadSettings.builder()
                .setParseComments(false)
                .setCodePointLimit(text.length())
                .build();
        TreeBuilder tree = new TreeBuilder(problems);
        try {
            boolean seen = false;
            for (Event event : new Parse(settings).parseString(text)) {
                if (event instanceof DocumentStartEvent) {
                    if (seen) {
                        problems.add(place(event), TreePath.ROOT, "holds a second document. Write one condition");
                        break;
                    }

                    seen = true;
                } else {
                    add(event, tree, problems);
                }
            }

            if (tree.root().isEmpty()) {
                problems.add(Place.START, TreePath.ROOT, "is empty. Write a condition, see docs/segments.md");
            }

            return tree.root();
        } catch (MarkedYamlEngineException failure) {
            problems.add(
                    failure.getProblemMark()
                            .or(failure::getContextMark)
                            .map(TreeReader::place)
                            .orElse(Place.START),
                    TreePath.ROOT,
                    syntax(failure));
        } catch (YamlEngineException failure) {
            problems.add(Place.START, TreePath.ROOT, "is not readable as YAML: " + failure.getMessage());
        }

        return Optional.empty();
    }

    private static void add(Event event, TreeBuilder tree, Problems problems) {
        if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
            problems.add(
                    place(event),
                    tree.path(),
                    "uses an anchor, which conditions do not know. Write the value out, or put a text that begins with"
                            + " & or * in quotes");
        }

        switch (event) {
            case ScalarEvent scalar -> {
                refuseTag(scalar.getTag(), event, tree, problems);
                boolean isNull = scalar.isPlain() && !tree.atKey() && isNull(scalar.getValue());
                tree.add(new Scalar(
                        place(event), isNull ? "" : scalar.getValue(), isNull ? Scalar.Kind.NULL : Scalar.Kind.VALUE));
            }
            case SequenceStartEvent start -> {
                refuseTag(start.getTag(), event, tree, problems);
                tree.startList(place(event));
            }
            case MappingStartEvent start -> {
                refuseTag(start.getTag(), event, tree, problems);
                tree.startKeys(place(event));
            }
            case SequenceEndEvent ignored -> tree.end();
            case MappingEndEvent ignored -> tree.end();
            case AliasEvent ignored -> tree.add(new Scalar(place(event), "", Scalar.Kind.NULL));
            default -> {
                // Begin and end of stream and document say nothing.
            }
        }
    }

    private static void refuseTag(Optional<String> tag, Event event, TreeBuilder tree, Problems problems) {
        if (tag.isPresent()) {
            problems.add(
                    place(event),
                    tree.path(),
                    "has the tag " + tag.get() + ", which conditions do not know. Remove it, or put a text that begins"
                            + " with ! in quotes");
        }
    }

    private static boolean isNull(String text) {
        return text.isEmpty() || text.equals("~") || text.equals("null") || text.equals("Null") || text.equals("NULL");
    }

    private static Place place(Event event) {
        return event.getStartMark().map(TreeReader::place).orElse(Place.START);
    }

    private static Place place(Mark mark) {
        return new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static Place place(TokenStreamLocation location) {
        return new Place(Math.max(location.getLineNr(), 1), Math.max(location.getColumnNr(), 1));
    }

    private static String syntax(MarkedYamlEngineException failure) {
        String problem = failure.getProblem() == null ? "unreadable" : failure.getProblem();
        if (problem.contains("TAB") || problem.contains("'\\t'")) {
            return "is not readable as YAML: a tab stands where only spaces may. Indent with spaces";
        }

        String advice = problem.contains("alias") || problem.contains("anchor")
                ? "Put a text that begins with * or & in quotes"
                : problem.contains("mapping values are not allowed")
                        ? "Put a text that contains ': ' in quotes, and check the indentation"
                        : "Check indentation and quotes near this line";
        return "is not readable as YAML: " + problem + ". " + advice;
    }
}
