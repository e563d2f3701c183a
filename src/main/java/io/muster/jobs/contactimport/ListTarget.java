package io.muster.jobs.contactimport;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** The mailing list that a run's contacts join. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ListTarget.None.class, name = "none"),
    @JsonSubTypes.Type(value = ListTarget.Existing.class, name = "existing"),
    @JsonSubTypes.Type(value = ListTarget.NewPerRun.class, name = "new")
})
public sealed interface ListTarget {

    /** No list. */
    record None() implements ListTarget {}

    /** A list that is there, by id or name. */
    record Existing(String list) implements ListTarget {}

    /**
     * A list made by the run.
     *
     * @param name its name; {@code {date}}, {@code {time}}, {@code {file}} and {@code {run}} are filled in
     */
    record NewPerRun(String name) implements ListTarget {}
}
