package io.muster.web.v3;

import io.muster.app.ContactWriting.Said;
import io.muster.directory.ContactField;
import io.muster.directory.OptOut;
import java.util.EnumMap;
import java.util.Map;

/** What bodies say of a contact. */
final class ContactBody {

    private ContactBody() {}

    /** The values of a body, with what is to become of the opt-out from the directory. */
    static Said said(V3Body body, OptOut optOut) {
        Map<ContactField, String> fields = new EnumMap<>(ContactField.class);
        for (ContactField field : ContactField.ALL) {
            body.text(field.key()).ifPresent(value -> fields.put(field, value));
        }

        return new Said(fields, body.texts("embeddedData"), optOut);
    }

    /** The same; a refusal when there is nothing of a contact in it. */
    static Said required(V3Body body, OptOut optOut) {
        Said said = said(body, optOut);
        if (said.fields().isEmpty() && said.embedded().isEmpty()) {
            throw V3Exception.bad(
                    "BAD_FIELD",
                    "Cannot save the contact: it has no field. Give firstName, lastName, email, phone, extRef, language or"
                            + " embeddedData.");
        }

        return said;
    }

    /** An opt-out that counts only when it opts out: clients send false with every call and mean nothing by it. */
    static OptOut optingOut(V3Body body) {
        return body.flag("unsubscribed").orElse(false) ? OptOut.OUT : OptOut.UNSAID;
    }

    /** An opt-out as it is said: of one contact, on purpose. */
    static OptOut asSaid(V3Body body) {
        return body.flag("unsubscribed")
                .map(out -> out ? OptOut.OUT : OptOut.LIFTED)
                .orElse(OptOut.UNSAID);
    }
}
