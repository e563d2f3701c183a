package io.muster.intercept.decide;

import java.util.List;
import java.util.Map;

/**
 * What a project is in its pages: evaluators pass it on and decide nothing by it.
 *
 * @param autoCreate whether unknown visitors become contacts
 * @param references where the page finds the reference of a visitor, beside {@code QSI.config.externalReference}
 * @param attach names of embedded data that responses take along; empty for all
 * @param creatives what visitors see, by the public id of the intercept
 */
public record PageDefinition(
        boolean autoCreate, List<String> references, List<String> attach, Map<String, Creative> creatives) {

    /** Of a project that shows nothing. */
    public static final PageDefinition NONE = new PageDefinition(false, List.of(), List.of(), Map.of());

    /** Copies the lists. */
    public PageDefinition {
        references = List.copyOf(references);
        attach = List.copyOf(attach);
        creatives = Map.copyOf(creatives);
    }
}
