package io.muster.automation.jobfile;

import io.muster.automation.jobfile.YamlNode.Entry;
import io.muster.automation.jobfile.YamlNode.Place;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.events.StreamEndEvent;
import org.snakeyaml.engine.v2.events.StreamStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads the one document of a YAML file into nodes that know their place. Duplicate keys, several documents, tags,
 * anchors and aliases (and with them every bomb made of them) and deep nesting are problems, not features.
 */
final class YamlTree {

    private static final Place START = new Place(1, 1);
    private static final int MAX_DEPTH = 30;

    private final Problems problems;
    private final Iterator<Event> events;

    private YamlTree(Problems problems, Iterator<Event> events) {
        this.problems = problems;
        this.events = events;
    }

    /** The document; empty when there is none or it cannot be read, which is a problem then. */
    static Optional<YamlNode> read(String text, Problems problems) {
        LoadSettings settings = LoadSettings.builder()
                .setParseComments(false)
                .setCodePointLimit(Math.max(text.length(), 1))
                .build();
        try {
            return new YamlTree(problems, new Parse(settings).parseString(text).iterator()).document();
        } catch (MarkedYamlEngineException failure) {
            problems.add(
                    failure.getProblemMark()
                            .or(failure::getContextMark)
                            .map(YamlTree::place)
                            .orElse(START),
                    "",
                    syntax(failure));
        } catch (TooDeep tooDeep) {
            problems.add(tooDeep.place, "", "is nested deeper than " + MAX_DEPTH + " levels. No job file needs that");
        } catch (YamlEngineException failure) {
            problems.add(START, "", "is not readable as YAML: " + failure.getMessage());
        }

        return Optional.empty();
    }

    private Optional<YamlNode> document() {
        Optional<YamlNode> root = Optional.empty();
        boolean seen = false;
        while (events.hasNext()) {
            Event event = events.next();
            switch (event) {
                case StreamStartEvent ignored -> {}
                case StreamEndEvent ignored -> {}
                case DocumentEndEvent ignored -> {}
                case DocumentStartEvent start -> {
                    if (seen) {
                        problems.add(place(start), "", "holds a second document. Write one job per file");
                        return root;
                    }

                    seen = true;
                }
                default -> root = Optional.ofNullable(node(event, "", 0));
            }
        }

        if (!seen) {
            problems.add(START, "", "is empty. Write a job into it, see docs/job-files.md");
        }

        return root;
    }

    /** The node that begins with the event; null for an alias, which is a problem. */
    private @Nullable YamlNode node(Event event, String path, int depth) {
        Place place = place(event);
        if (depth > MAX_DEPTH) {
            throw new TooDeep(place);
        }

        if (event instanceof AliasEvent) {
            problems.add(place, path, "refers to an anchor, which job files do not know. Write the value out");
            return null;
        }

        if (event instanceof NodeEvent anchored && anchored.getAnchor().isPresent()) {
            problems.add(
                    place, path, "has an anchor, which job files do not know. Remove the &name and write values out");
        }

        return switch (event) {
            case ScalarEvent scalar -> {
                refuseTag(scalar.getTag(), place, path);
                yield new YamlNode.Scalar(place, scalar.getValue(), scalar.isPlain());
            }
            case SequenceStartEvent start -> {
                refuseTag(start.getTag(), place, path);
                yield sequence(place, path, depth);
            }
            case MappingStartEvent start -> {
                refuseTag(start.getTag(), place, path);
                yield mapping(place, path, depth);
            }
            default -> throw new IllegalStateException("Unexpected event " + event);
        };
    }

    private YamlNode sequence(Place place, String path, int depth) {
        List<YamlNode> items = new ArrayList<>();
        int index = 0;
        for (Event event = events.next(); !(event instanceof SequenceEndEvent); event = events.next()) {
            YamlNode item = node(event, path + "[" + index + "]", depth + 1);
            index++;
            if (item != null) {
                items.add(item);
            }
        }

        return new YamlNode.Sequence(place, items);
    }

    private YamlNode mapping(Place place, String path, int depth) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (Event event = events.next(); !(event instanceof MappingEndEvent); event = events.next()) {
            YamlNode key = node(event, path, depth + 1);
            if (!(key instanceof YamlNode.Scalar name)) {
                if (key != null) {
                    problems.add(key.place(), path, "has a key that is no single word. Write KEY: VALUE");
                }

                node(events.next(), path, depth + 1);
                continue;
            }

            if (name.text().equals("<<") && name.plain()) {
                problems.add(
                        name.place(), path, "merges keys with <<, which job files do not know. Write the keys out");
                node(events.next(), path, depth + 1);
                continue;
            }

            String child = path.isEmpty() ? name.text() : path + "." + name.text();
            YamlNode value = node(events.next(), child, depth + 1);
            Entry earlier = entries.get(name.text());
            if (earlier != null) {
                problems.add(
                        name.place(),
                        child,
                        "stands twice, first in line " + earlier.keyPlace().line() + ". Remove one of the two");
            } else if (value != null) {
                entries.put(name.text(), new Entry(name.place(), value));
            }
        }

        return new YamlNode.Mapping(place, entries);
    }

    private void refuseTag(Optional<String> tag, Place place, String path) {
        if (tag.isPresent()) {
            problems.add(place, path, "has the tag " + tag.get() + ", which job files do not know. Remove it");
        }
    }

    private static Place place(Event event) {
        return event.getStartMark().map(YamlTree::place).orElse(START);
    }

    private static Place place(Mark mark) {
        return new Place(mark.getLine() + 1, mark.getColumn() + 1);
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

    /** Ends the reading of a file that is nested too deeply. */
    private static final class TooDeep extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient Place place;

        TooDeep(Place place) {
            super(null, null, false, false);
            this.place = place;
        }
    }
}
