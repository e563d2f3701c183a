package io.muster.segment.members;

import io.muster.segment.members.SegmentMembers.Format;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Writes members as CSV or as JSON lines, in UTF-8. Values are exact. */
final class MemberWriter {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Format format;
    private final Writer out;

    MemberWriter(Format format, OutputStream out) {
        this.format = format;
        this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    }

    void begin() throws IOException {
        if (format == Format.CSV) {
            out.write("contactId,extRef\r\n");
        }
    }

    void write(Member member) throws IOException {
        switch (format) {
            case CSV -> out.write(member.contactId() + "," + cell(member.extRef()) + "\r\n");
            case JSONL -> {
                out.write("{\"contactId\":\"");
                out.write(member.contactId());
                out.write("\",\"extRef\":");
                out.write(JSON.writeValueAsString(member.extRef()));
                out.write("}\n");
            }
        }
    }

    void finish() throws IOException {
        out.flush();
    }

    private static String cell(@Nullable String value) {
        if (value == null) {
            return "";
        }

        boolean quoted = value.isEmpty() || value.chars().anyMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
        return quoted ? '"' + value.replace("\"", "\"\"") + '"' : value;
    }
}
