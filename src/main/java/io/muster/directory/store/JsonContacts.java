package io.muster.directory.store;

import io.muster.directory.ContactField;
import io.muster.directory.EmbeddedJson;
import io.muster.directory.Profile;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Contacts as JSON objects, one per line; a single contact looks the same. */
final class JsonContacts implements ExportWriter {

    private final Utf8Buffer out;
    private final StringBuilder line = new StringBuilder(1024);

    JsonContacts(OutputStream out) {
        this.out = new Utf8Buffer(out);
    }

    @Override
    public void write(ExportRow contact) throws IOException {
        line.setLength(0);
        line.append("{\"contactId\":\"").append(contact.id()).append('"');
        Profile profile = contact.contact().profile();
        for (ContactField field : ContactField.ALL) {
            text(field.key(), profile.field(field));
        }

        String embedded = profile.embeddedJson();
        line.append(",\"unsubscribed\":").append(profile.unsubscribed());
        line.append(",\"embeddedData\":").append(embedded == null ? "{}" : embedded);
        line.append(",\"lists\":");
        appendArray(line, contact.lists());
        line.append(",\"aliases\":");
        appendArray(line, contact.aliases());
        line.append(",\"creationDate\":\"");
        UtcTime.append(line, contact.contact().createdAt());
        line.append("\",\"lastModified\":\"");
        UtcTime.append(line, contact.contact().modifiedAt());
        line.append("\"}\n");
        out.put(line.toString()).flushFull();
    }

    @Override
    public void finish() throws IOException {
        out.flush();
    }

    private void text(String key, @Nullable String value) {
        line.append(",\"").append(key).append("\":");
        if (value == null) {
            line.append("null");
        } else {
            EmbeddedJson.appendText(line, value);
        }
    }

    /** Appends texts as a JSON array. */
    static void appendArray(StringBuilder json, List<String> values) {
        json.append('[');
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                json.append(',');
            }

            EmbeddedJson.appendText(json, values.get(i));
        }

        json.append(']');
    }
}
