package io.muster.web.console.page;

import java.util.List;

/**
 * The question before something is done: what will happen, in sentences with numbers, and the button that does it. The page
 * changes nothing.
 *
 * @param effects what will happen
 * @param address where the form is sent
 * @param fields what it carries; among it what was known when the question was put, so that what moved on meanwhile is said
 * @param options boxes that may be ticked
 * @param texts lines that may be filled in
 * @param button what the button says, beginning with the name of the action; empty when it cannot be done now
 * @param cancel the address of the page that one came from
 * @param problems what was wrong with the form when it was sent; a line has the id {@code text-NAME}
 */
public record Confirmation(
        List<String> effects,
        String address,
        List<Field> fields,
        List<Field> options,
        List<Field> texts,
        String button,
        String cancel,
        List<Problem> problems) {

    /** Copies the lists. */
    public Confirmation {
        effects = List.copyOf(effects);
        fields = List.copyOf(fields);
        options = List.copyOf(options);
        texts = List.copyOf(texts);
        problems = List.copyOf(problems);
    }

    /** A question that is put for the first time. */
    public Confirmation(
            List<String> effects,
            String address,
            List<Field> fields,
            List<Field> options,
            List<Field> texts,
            String button,
            String cancel) {
        this(effects, address, fields, options, texts, button, cancel, List.of());
    }

    /** The same question, put again since the form was not right. */
    public Confirmation with(List<Problem> found) {
        return new Confirmation(effects, address, fields, options, texts, button, cancel, found);
    }

    /** A question without boxes and lines. */
    public Confirmation(List<String> effects, String address, List<Field> fields, String button, String cancel) {
        this(effects, address, fields, List.of(), List.of(), button, cancel);
    }

    /** Why something cannot be done now, in place of the question. */
    public static Confirmation refused(List<String> reasons, String cancel) {
        return new Confirmation(reasons, "", List.of(), "", cancel);
    }

    /**
     * A field of the form.
     *
     * @param value what is sent; of a line, what stands in it already
     * @param label what people read; empty for what is hidden
     */
    public record Field(String name, String value, String label) {

        /** What is sent and not shown. */
        public static Field hidden(String name, String value) {
            return new Field(name, value, "");
        }
    }
}
