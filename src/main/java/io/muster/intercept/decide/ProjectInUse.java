package io.muster.intercept.decide;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The definitions of a project together with the table of its directory, ready for decisions. */
public final class ProjectInUse {

    private final ProjectDefinition definition;
    private final @Nullable ContactTable table;
    private final List<InterceptInUse> intercepts;
    private final Placeholders placeholders;
    private final @Nullable Signatures signatures;

    /**
     * Makes a project ready.
     *
     * @param table the contacts of its directory; null when it has none or they cannot be read
     * @throws io.muster.support.Refusal when the definitions name a segment that the table does not hold
     */
    public ProjectInUse(ProjectDefinition definition, @Nullable ContactTable table) {
        this.definition = definition;
        this.table = table;
        this.intercepts = definition.intercepts().stream()
                .sorted(InterceptDefinition.BY_AGE)
                .map(intercept -> new InterceptInUse(definition, intercept, table))
                .toList();
        this.placeholders = new Placeholders(definition.placeholders());
        this.signatures = definition.signing() == null ? null : new Signatures(definition.signing());
    }

    /** The definitions. */
    public ProjectDefinition definition() {
        return definition;
    }

    @Nullable
    ContactTable table() {
        return table;
    }

    /** The oldest first. */
    List<InterceptInUse> intercepts() {
        return intercepts;
    }

    /** Whether the call has a reference that is no placeholder here. */
    public boolean isReference(DecisionCall call) {
        return call.hasReference() && !placeholders.contain(call.reference());
    }

    /** Whether the reference of the call is signed, where that is needed. */
    public boolean accepts(DecisionCall call) {
        return signatures == null || isSigned(call);
    }

    /** Whether the project signs references, and that of the call is signed. */
    public boolean isSigned(DecisionCall call) {
        return signatures != null && signatures.verify(call.reference(), call.signature());
    }
}
