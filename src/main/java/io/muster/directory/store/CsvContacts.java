package io.muster.directory.store;

import io.muster.directory.ContactField;
import io.muster.directory.EmbeddedJson;
import io.muster.directory.Profile;
import io.muster.support.Fold;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Contacts as RFC 4180: UTF-8, comma, CRLF, a cell quoted where it must be. Values are exact; a spreadsheet may take one
 * for a formula.
 */
final class CsvContacts implements ExportWriter {

    private static final List<String> FIELDS =
            List.of("contactId", "firstName", "lastName", "email", "phone", "extRef", "language", "unsubscribed");
    private static final List<String> REST = List.of("lists", "aliases", "creationDate", "lastModified");
    private static final String PREFIX = "embedded.";
    private static final Set<String> RESERVED = reserved();

    private final Utf8Buffer out;
    private final CsvLine line;
    private final Map<String, Integer> columns = new HashMap<>();
    private final @Nullable String[] cells;
    private final StringBuilder text = new StringBuilder(256);
    private final List<String> names;
    private final UnaryOperator<String> form;
    private boolean headed;

    /** @param form of every cell */
    CsvContacts(List<String> names, UnaryOperator<String> form, OutputStream out) {
        this.form = form;
        this.out = new Utf8Buffer(out);
        this.line = new CsvLine(this.out);
        this.names = names;
        this.cells = new String[names.size()];
        for (int i = 0; i < names.size(); i++) {
            columns.put(names.get(i), i);
        }
    }

    /**
     * The column of a name of embedded data: the name itself, with {@code embedded.} in front where it would be taken
     * for one of the fields' columns, or for a name with that in front.
     */
    static String column(String name) {
        String folded = Fold.fold(name);
        return RESERVED.contains(folded) || folded.startsWith(PREFIX) ? PREFIX + name : name;
    }

    private static Set<String> reserved() {
        Set<String> reserved = new HashSet<>();
        FIELDS.forEach(field -> reserved.add(Fold.fold(field)));
        REST.forEach(field -> reserved.add(Fold.fold(field)));
        return Set.copyOf(reserved);
    }

    @Override
    public void write(ExportRow contact) throws IOException {
        header();
        line.cell(contact.id());
        Profile profile = contact.contact().profile();
        for (ContactField field : ContactField.ALL) {
            cell(profile.field(field));
        }

        line.cell(profile.unsubscribed() ? "true" : "false");
        embedded(profile.embeddedJson());
        array(contact.lists());
        array(contact.aliases());
        time(contact.contact().createdAt());
        time(contact.contact().modifiedAt());
        line.end();
        out.flushFull();
    }

    @Override
    public void finish() throws IOException {
        header();
        out.flush();
    }

    private void header() {
        if (headed) {
            return;
        }

        headed = true;
        FIELDS.forEach(line::cell);
        names.forEach(name -> cell(column(name)));
        REST.forEach(line::cell);
        line.end();
    }

    private void embedded(@Nullable String json) {
        if (json != null) {
            EmbeddedJson.read(json).forEach((name, value) -> {
                Integer column = columns.get(name);
                if (column == null) {
                    throw new IllegalStateException("Invalid directory: embedded data has a name that is not listed");
                }

                cells[column] = value;
            });
        }

        for (String value : cells) {
            cell(value);
        }

        Arrays.fill(cells, null);
    }

    private void cell(@Nullable String value) {
        line.cell(value == null ? null : form.apply(value));
    }

    private void array(List<String> values) {
        if (values.isEmpty()) {
            line.cell(null);
            return;
        }

        text.setLength(0);
        JsonContacts.appendArray(text, values);
        line.cell(text.toString());
    }

    private void time(long millis) {
        text.setLength(0);
        UtcTime.append(text, millis);
        line.cell(text.toString());
    }
}
