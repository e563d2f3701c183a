package io.muster.segment.condition;

/** Conditions as text: YAML or JSON in, the canonical JSON that is stored out. */
@SuppressWarnings("DoNotCallSuggester")
public final class Conditions {

    private Conditions() {}

    /** Reads YAML or JSON; tells all problems at once. */
    public static ParsedCondition parse(String text) {
        throw new UnsupportedOperationException();
    }

    /** The one compact JSON text of a condition, which {@link #parse} reads back; equal for equal conditions. */
    public static String json(Condition condition) {
        throw new UnsupportedOperationException();
    }

    /** The segments and lists that a condition names. */
    public static Used uses(Condition condition) {
        throw new UnsupportedOperationException();
    }

    /**
     * Whether a condition can become true or false by the passing of time alone: {@code today}, {@code now}, {@code
     * withinLast}, {@code withinNext}. Segments that it uses are not looked into.
     */
    public static boolean dependsOnTime(Condition condition) {
        throw new UnsupportedOperationException();
    }

    /** The JSON Schema (draft 7) of condition files, for editors; ends with a line break. */
    public static String schema() {
        throw new UnsupportedOperationException();
    }
}
