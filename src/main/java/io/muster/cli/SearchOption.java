package io.muster.cli;

import io.muster.dedup.ContactQuery;
import io.muster.directory.ContactField;
import io.muster.support.Refusal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** By what contacts are searched, to be mixed in. */
final class SearchOption {

    private static final String EMBEDDED = "embedded.";

    @ArgGroup(multiplicity = "1")
    private By by = new By();

    /** Exactly one of them. */
    static final class By {

        @Option(names = "--email", paramLabel = "EMAIL", required = true, description = "By mailbox, without case.")
        private @Nullable String email;

        @Option(
                names = "--ref",
                paramLabel = "REFERENCE",
                required = true,
                description = "By external reference, exactly; references taken over by merges count.")
        private @Nullable String reference;

        @Option(
                names = "--phone",
                paramLabel = "PHONE",
                required = true,
                description = "By phone number, read as an import reads it.")
        private @Nullable String phone;

        @Option(
                names = "--name",
                paramLabel = "NAME",
                required = true,
                description = "By words within first and last name, without case.")
        private @Nullable String name;

        @Option(
                names = "--field",
                paramLabel = "FIELD=VALUE",
                required = true,
                description = "By the whole value of a field or of embedded.NAME, without case; references exactly.")
        private @Nullable String field;

        @Option(
                names = "--text",
                paramLabel = "TEXT",
                required = true,
                description = "By a text within any value, embedded data included, without case.")
        private @Nullable String text;
    }

    ContactQuery query() {
        if (by.email != null) {
            return new ContactQuery.Email(by.email);
        }

        if (by.reference != null) {
            return new ContactQuery.Reference(by.reference);
        }

        if (by.phone != null) {
            return new ContactQuery.Phone(by.phone);
        }

        if (by.name != null) {
            return new ContactQuery.Name(by.name);
        }

        return by.field != null ? field(by.field) : new ContactQuery.Anywhere(String.valueOf(by.text));
    }

    private static ContactQuery field(String given) {
        int at = given.indexOf('=');
        String name = at < 0 ? given : given.substring(0, at).strip();
        String value = at < 0 ? "" : given.substring(at + 1);
        if (at > 0 && name.startsWith(EMBEDDED)) {
            return new ContactQuery.Embedded(name.substring(EMBEDDED.length()), value);
        }

        ContactField field = ContactField.byKey(name)
                .filter(known -> at > 0)
                .orElseThrow(() -> Refusal.invalid(
                        "UNKNOWN_FIELD",
                        "Cannot search by '" + given + "': write FIELD=VALUE with firstName, lastName, email, phone,"
                                + " extRef, language or embedded.NAME."));
        return switch (field) {
            case EMAIL -> new ContactQuery.Email(value);
            case PHONE -> new ContactQuery.Phone(value);
            case EXT_REF -> new ContactQuery.Reference(value);
            case FIRST_NAME, LAST_NAME, LANGUAGE -> new ContactQuery.Field(field, value);
        };
    }
}
