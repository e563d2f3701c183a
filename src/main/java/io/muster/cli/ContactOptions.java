package io.muster.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The values of a contact, to be mixed in. */
final class ContactOptions {

    @Option(names = "--first-name", paramLabel = "NAME", description = "Given name.")
    private @Nullable String firstName;

    @Option(names = "--last-name", paramLabel = "NAME", description = "Family name.")
    private @Nullable String lastName;

    @Option(names = "--email", paramLabel = "EMAIL", description = "Mailbox.")
    private @Nullable String email;

    @Option(names = "--phone", paramLabel = "PHONE", description = "Phone number.")
    private @Nullable String phone;

    @Option(names = "--ref", paramLabel = "REFERENCE", description = "External reference.")
    private @Nullable String reference;

    @Option(names = "--language", paramLabel = "LANGUAGE", description = "Language, for example de or pt-BR.")
    private @Nullable String language;

    @Option(names = "--embedded", paramLabel = "NAME=VALUE", description = "Embedded data; may be given several times.")
    private Map<String, String> embedded = Map.of();

    @Option(
            names = "--unsubscribed",
            paramLabel = "true|false",
            arity = "1",
            description = "Whether it is opted out of the directory.")
    private @Nullable String unsubscribed;

    /** The values that were given, by field. */
    Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        put(values, "firstName", firstName);
        put(values, "lastName", lastName);
        put(values, "email", email);
        put(values, "phone", phone);
        put(values, "extRef", reference);
        put(values, "language", language);
        put(values, "unsubscribed", unsubscribed);
        embedded.forEach((name, value) -> values.put("embedded." + name, value));
        return values;
    }

    private static void put(Map<String, String> values, String field, @Nullable String value) {
        if (value != null) {
            values.put(field, value);
        }
    }
}
