package io.muster.intake;

import io.muster.directory.ContactField;
import io.muster.intake.EventReader.Fields;
import io.muster.intercept.decide.Reference;
import io.muster.support.PublicId;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads a visitor that is sent as one JSON object. Of one from an app only the reference is read [Q]. */
public final class VisitorReader {

    private static final String DATA = "data";
    private static final Set<ContactField> OTHERS = EnumSet.complementOf(EnumSet.of(ContactField.EXT_REF));

    private VisitorReader() {}

    /**
     * The visitor of a body.
     *
     * @throws io.muster.support.Refusal when the form is wrong, with the name of the field
     */
    public static SentVisitor read(byte[] body) {
        Fields call = EventReader.one("the visitor", body);
        String project = call.id("project", PublicId.PROJECT);
        String reference = reference(call);
        boolean isMobile = isMobile(call);
        return new SentVisitor(
                project,
                reference,
                call.text("sig"),
                isMobile ? Map.of() : fields(call),
                isMobile ? Map.of() : data(call));
    }

    private static boolean isMobile(Fields call) {
        String platform = call.text("platform");
        if (platform == null || platform.equals("web")) {
            return false;
        }

        if (platform.equals("mobile")) {
            return true;
        }

        throw call.wrong("platform", "is none of web, mobile");
    }

    private static @Nullable String reference(Fields call) {
        String text = call.text("ref");
        if (text == null) {
            return null;
        }

        Reference reference = new Reference();
        return switch (reference.of(text)) {
            case PRESENT -> reference.toString();
            case BLANK -> "";
            case INVALID -> throw call.invalidReference();
        };
    }

    private static Map<ContactField, String> fields(Fields call) {
        Map<ContactField, String> fields = new EnumMap<>(ContactField.class);
        for (ContactField field : OTHERS) {
            String text = call.text(field.key());
            if (text != null) {
                fields.put(field, text);
            }
        }

        return fields;
    }

    /** Numbers and truth values count as text; null counts as not sent. */
    private static Map<String, String> data(Fields call) {
        JsonNode data = call.json().path(DATA);
        if (data.isMissingNode() || data.isNull()) {
            return Map.of();
        }

        if (!data.isObject()) {
            throw call.wrong(DATA, "is no JSON object");
        }

        Map<String, String> pairs = new LinkedHashMap<>();
        data.properties().forEach(pair -> {
            JsonNode value = pair.getValue();
            if (value.isContainer()) {
                throw call.wrong(DATA + "." + pair.getKey(), "is no text, number or truth value");
            }

            if (!value.isNull()) {
                pairs.put(pair.getKey(), value.asString());
            }
        });
        return pairs;
    }
}
