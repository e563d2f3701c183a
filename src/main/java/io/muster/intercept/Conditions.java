package io.muster.intercept;

import io.muster.support.Ids;

/** Targets and page conditions as people write them. */
public final class Conditions {

    private final Ids ids;

    /** Conditions that name segments of the installation with these ids. */
    public Conditions(Ids ids) {
        this.ids = ids;
    }

    /** The canonical JSON of a target written as YAML or JSON. */
    public String target(String text) {
        return Targets.read(text, ids);
    }

    /** The canonical JSON of a page condition written as YAML or JSON. */
    public String page(String text) {
        return PageConditions.read(text);
    }
}
