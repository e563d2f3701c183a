package io.muster.app;

import io.muster.dedup.ContactEdits;
import io.muster.dedup.EditResult;
import io.muster.dedup.IncomingContact;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.FieldRules;
import io.muster.directory.Verdict;
import io.muster.directory.store.Directories;
import io.muster.directory.store.EmbeddedNames;
import io.muster.support.Fold;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Contacts that a person types in, some at a time, by the rules of imports: each row is judged, and saved, by itself. */
public final class ContactTyping {

    /** How many contacts are typed in at once. */
    public static final int MOST_ROWS = 50;

    /** How many columns they may have. */
    public static final int MOST_COLUMNS = 20;

    private static final String DOING = "Cannot add contacts";

    private final Directories directories;
    private final EmbeddedNames names;
    private final ContactEdits edits;
    private final Ids ids;

    ContactTyping(Directories directories, EmbeddedNames names, ContactEdits edits, Ids ids) {
        this.directories = directories;
        this.names = names;
        this.edits = edits;
        this.ids = ids;
    }

    /**
     * What was typed.
     *
     * @param directory its id
     * @param columns fields, {@code embedded.NAME} or {@code unsubscribed}
     * @param rows a value for each column
     */
    public record Typed(String directory, List<String> columns, List<List<String>> rows) {}

    /** What becomes of a row, or would. */
    public enum Outcome {
        /** It has no value. */
        BLANK,
        /** Something in it is wrong. */
        WRONG,
        /** It is a new contact. */
        CREATED,
        /** It changes a contact. */
        UPDATED,
        /** It is a contact already, and changes nothing. */
        UNCHANGED
    }

    /**
     * A row.
     *
     * @param problems what is wrong, by the place of the column
     * @param problem what is wrong with the row as a whole; null for nothing
     * @param contact the contact that it is; null for a new one that is not saved, and for what is wrong
     */
    public record Row(
            Outcome outcome,
            Map<Integer, String> problems,
            @Nullable String problem,
            @Nullable String contact) {}

    /** Names of embedded data that a directory knows. */
    public List<String> names(String directory) {
        return names.of(directories.find(directory).number()).names();
    }

    /** What each row would do now; nothing changes. */
    public List<Row> check(Typed typed) {
        return each(typed, edits::foresee);
    }

    /** Saves the rows that are right, from the first to the last. */
    public List<Row> save(Actor actor, Typed typed) {
        return each(typed, edits.as(actor)::upsert);
    }

    private interface Edit {
        EditResult of(int directory, IncomingContact record);
    }

    private List<Row> each(Typed typed, Edit edit) {
        Directory directory = directories.find(typed.directory());
        FieldRules rules = new FieldRules(directory.settings().region());
        if (typed.rows().size() > MOST_ROWS || typed.columns().size() > MOST_COLUMNS) {
            throw Refusal.invalid(
                    "TOO_MANY",
                    "%s: there are more than %d rows or %d columns. Import them as a file."
                            .formatted(DOING, MOST_ROWS, MOST_COLUMNS));
        }

        // The names of columns are right, or nothing is.
        for (String column : typed.columns()) {
            ContactValues.checkName(DOING, rules, column);
        }

        return typed.rows().stream()
                .map(row -> row(directory, rules, typed.columns(), row, record -> edit.of(directory.number(), record)))
                .toList();
    }

    private Row row(
            Directory directory,
            FieldRules rules,
            List<String> columns,
            List<String> cells,
            Function<IncomingContact, EditResult> edit) {
        Map<String, String> values = new LinkedHashMap<>();
        Map<Integer, String> problems = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            String cell = i < cells.size() ? cells.get(i) : "";
            if (!Fold.isBlank(cell)) {
                if (ContactValues.judge(rules, columns.get(i), cell) instanceof Verdict.Invalid invalid) {
                    problems.put(i, invalid.reason());
                } else {
                    values.put(columns.get(i), cell);
                }
            }
        }

        if (!problems.isEmpty()) {
            return new Row(Outcome.WRONG, problems, null, null);
        }

        if (values.isEmpty()) {
            return new Row(Outcome.BLANK, problems, null, null);
        }

        try {
            return row(
                    directory.number(),
                    edit.apply(ContactValues.of(DOING, rules, values).record()));
        } catch (Refusal refusal) {
            return new Row(Outcome.WRONG, problems, refusal.getMessage(), null);
        }
    }

    private Row row(int directory, EditResult result) {
        return switch (result) {
            case EditResult.Created created -> row(Outcome.CREATED, ids.contact(directory, created.number()));
            case EditResult.Absent ignored -> row(Outcome.CREATED, null);
            case EditResult.Updated updated -> row(Outcome.UPDATED, ids.contact(directory, updated.number()));
            case EditResult.Unchanged unchanged -> row(Outcome.UNCHANGED, ids.contact(directory, unchanged.number()));
            case EditResult.ReferenceTaken taken -> new Row(Outcome.WRONG, Map.of(), taken.reason(ids), null);
            default -> throw new IllegalStateException("A contact cannot be saved as " + result);
        };
    }

    private static Row row(Outcome outcome, @Nullable String contact) {
        return new Row(outcome, Map.of(), null, contact);
    }
}
