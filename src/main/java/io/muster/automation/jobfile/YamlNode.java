package io.muster.automation.jobfile;

import java.util.List;
import java.util.Map;

/** A part of a YAML file with the place where it stands. Scalars stay text: what they mean, the key decides. */
sealed interface YamlNode {

    /** Where the node begins. */
    Place place();

    /** Line and column, both from 1. */
    record Place(int line, int column) {}

    /** A text, number or word; {@code plain} tells that it stands without quotes. */
    record Scalar(Place place, String text, boolean plain) implements YamlNode {

        /** Whether the file says null here. */
        boolean isNull() {
            return plain
                    && (text.isEmpty()
                            || text.equals("~")
                            || text.equals("null")
                            || text.equals("Null")
                            || text.equals("NULL"));
        }
    }

    /** A list. */
    record Sequence(Place place, List<YamlNode> items) implements YamlNode {}

    /** A group of keys, in the order of the file. */
    record Mapping(Place place, Map<String, Entry> entries) implements YamlNode {}

    /** One key and its value. */
    record Entry(Place keyPlace, YamlNode value) {}

    /** The kind of node as people call it. */
    default String described() {
        return switch (this) {
            case Scalar scalar -> scalar.isNull() ? "nothing" : "a single value";
            case Sequence ignored -> "a list";
            case Mapping ignored -> "a group of keys";
        };
    }
}
