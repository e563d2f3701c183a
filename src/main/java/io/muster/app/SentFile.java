package io.muster.app;

import io.muster.directory.ContactField;
import io.muster.directory.FieldRules;
import io.muster.directory.Verdict;
import io.muster.extract.combine.Extraction;
import io.muster.extract.csv.Dialect;
import io.muster.extract.csv.RecordWriter;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.SentRows;
import io.muster.jobs.contactimport.Target;
import io.muster.support.Fold;
import io.muster.support.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Contacts that a caller has sent, as the file that a run imports: one record each, in their order. Its headers are those of
 * an upload, so that its rejects can be corrected and imported as one.
 */
final class SentFile {

    /** Each name makes a column of every record. */
    static final int MOST_NAMES = 5_000;

    private static final Dialect DIALECT = new Dialect("UTF-8", false, ',', Dialect.LineEnd.LF);
    private static final FieldRules RULES = new FieldRules(null);

    /** By the place of the field; they are the first columns. */
    private static final List<String> HEADERS =
            List.of("FirstName", "LastName", "Email", "Phone", "ExternalDataReference", "Language");

    private static final String UNSUBSCRIBED = "Unsubscribed";
    private static final String TRANSACTION_ID = "TransactionId";
    private static final String TRANSACTION_DATE = "TransactionDate";

    private final List<SentContact> contacts;
    private final Instant now;

    /** Column by the name without case of embedded data: names that differ in case are one. */
    private final Map<String, String> embedded = new LinkedHashMap<>();

    private final Map<String, String> transaction = new LinkedHashMap<>();
    private final Map<String, Target> columns = new LinkedHashMap<>();

    /**
     * @param fields the fields that transactions may have
     * @param now the date of the transactions
     */
    SentFile(List<SentContact> contacts, Collection<String> fields, Instant now) {
        this.contacts = contacts;
        this.now = now;
        for (ContactField field : ContactField.ALL) {
            columns.put(HEADERS.get(field.place()), new Target.Field(field));
        }

        columns.put(UNSUBSCRIBED, new Target.Unsubscribed(Target.Unsubscribed.From.TARGET));
        boolean brings =
                contacts.stream().anyMatch(contact -> !contact.transaction().isEmpty());
        if (brings) {
            columns.put(TRANSACTION_ID, new Target.TransactionId());
            columns.put(TRANSACTION_DATE, new Target.TransactionDate());
            for (String field : fields) {
                transaction.put(field, column("transaction." + field, new Target.TransactionField(field)));
            }
        }

        columns.put(Extraction.PROBLEM_COLUMN, new Target.Problem());
        Set<String> names = new HashSet<>();
        for (SentContact contact : contacts) {
            for (String name : contact.embedded().keySet()) {
                if (RULES.judgeEmbeddedName(name) instanceof Verdict.Valid valid
                        && names.add(Fold.fold(valid.value()))) {
                    embedded.put(Fold.fold(valid.value()), column(valid.value(), new Target.Embedded(valid.value())));
                }
            }
        }

        if (names.size() > MOST_NAMES) {
            throw Refusal.invalid(
                    "BAD_FIELD",
                    ("Cannot import the contacts: they have more than %,d different names of embedded data. Send them in"
                                    + " several calls.")
                            .formatted(MOST_NAMES));
        }
    }

    /** A header that no other column has. */
    private String column(String wanted, Target target) {
        Set<String> taken = new HashSet<>();
        columns.keySet().forEach(header -> taken.add(header.toLowerCase(Locale.ROOT)));
        String header = wanted;
        while (taken.contains(header.toLowerCase(Locale.ROOT))) {
            header = header + "_";
        }

        columns.put(header, target);
        return header;
    }

    Mapping mapping() {
        return new Mapping(columns, Mapping.Unmapped.IGNORE, List.of(), Map.of(), null, List.of());
    }

    /**
     * The bytes of the file.
     *
     * @param id the id of what was sent; its transactions have it in theirs
     */
    byte[] bytes(String id) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 16);
        List<String> header = List.copyOf(columns.keySet());
        Map<String, Integer> places = new LinkedHashMap<>();
        header.forEach(name -> places.put(name, places.size()));
        try (RecordWriter writer = new RecordWriter(out, DIALECT)) {
            writer.write(header);
            for (int i = 0; i < contacts.size(); i++) {
                writer.write(cells(contacts.get(i), id + SentRows.PLACE + i, places));
            }
        } catch (IOException e) {
            throw new AssertionError("memory cannot fail", e);
        }

        return out.toByteArray();
    }

    private List<String> cells(SentContact contact, String transactionId, Map<String, Integer> places) {
        Cells cells = new Cells(places);
        contact.fields().forEach((field, value) -> cells.put(HEADERS.get(field.place()), value));
        Boolean out = contact.unsubscribed();
        cells.put(UNSUBSCRIBED, out == null ? "" : out.toString());
        contact.embedded().forEach((name, value) -> {
            switch (RULES.judgeEmbeddedName(name)) {
                case Verdict.Valid valid -> cells.put(embedded.get(Fold.fold(valid.value())), value);
                case Verdict.Invalid invalid -> cells.problem = invalid.code() + " " + invalid.reason();
                case Verdict.Blank ignored -> {
                    // Nothing is said under no name.
                }
            }
        });
        if (!contact.transaction().isEmpty()) {
            cells.put(TRANSACTION_ID, transactionId);
            cells.put(TRANSACTION_DATE, now.toString());
            contact.transaction().forEach((name, value) -> cells.put(transaction.get(name), value));
        }

        if (cells.isBlank) {
            cells.problem = "BLANK The contact has no value.";
        }

        String told = contact.problem();
        cells.put(Extraction.PROBLEM_COLUMN, told != null ? told : cells.problem);
        return cells.list;
    }

    /** The cells of one record. */
    private static final class Cells {

        private final Map<String, Integer> places;
        private final List<String> list = new ArrayList<>();
        private boolean isBlank = true;
        private String problem = "";

        Cells(Map<String, Integer> places) {
            this.places = places;
            for (int i = 0; i < places.size(); i++) {
                list.add("");
            }
        }

        void put(@Nullable String column, String value) {
            Integer place = column == null ? null : places.get(column);
            if (place == null || value.isEmpty()) {
                return;
            }

            isBlank = false;
            if (isWhole(value)) {
                list.set(place, value);
            } else {
                problem = "MALFORMED_TEXT The value of " + column + " has half a character.";
            }
        }

        /** Half a character cannot be written. */
        private static boolean isWhole(String value) {
            return value.codePoints().noneMatch(point -> point >= 0xD800 && point <= 0xDFFF);
        }
    }
}
