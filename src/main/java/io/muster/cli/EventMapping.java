package io.muster.cli;

import io.muster.directory.ContactField;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the columns of a file become the records of one kind that the command is about. */
final class EventMapping {

    private final Map<String, Target> words = new LinkedHashMap<>();

    private EventMapping(Map<String, Target> own) {
        words.putAll(own);
        words.put("contactId", new Target.ContactId());
        Arrays.stream(ContactField.values()).forEach(field -> words.put(field.key(), new Target.Field(field)));
    }

    static EventMapping ofTouchpoints() {
        Map<String, Target> parts = new LinkedHashMap<>();
        for (Target.TouchpointPart.Part part : Target.TouchpointPart.Part.values()) {
            parts.put(part.word(), new Target.TouchpointPart(part));
        }

        return new EventMapping(parts);
    }

    static EventMapping ofTransactions() {
        return new EventMapping(Map.of("id", new Target.TransactionId(), "date", new Target.TransactionDate()));
    }

    /** A target as the command's options name it; the words of job files are understood as well. */
    Target parse(String text) {
        return Optional.ofNullable(words.get(text)).orElseGet(() -> Target.parse(text));
    }

    /** A mapping in which headers that are a target's name go there by themselves. */
    Mapping mapping(Map<String, Target> columns, Mapping.Unmapped unmapped, List<Mapping.Constant> constants) {
        return new Mapping(columns, unmapped, constants, Map.of(), null, List.of(), words);
    }
}
