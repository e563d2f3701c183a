package io.muster.directory;

import java.util.List;
import java.util.Optional;

/** The fields every contact has, with the greatest length of a value in Unicode code points (SPEC: contacts). */
public enum ContactField {
    /** Given name. */
    FIRST_NAME("firstName", 255),
    /** Family name. */
    LAST_NAME("lastName", 255),
    /** Mailbox. */
    EMAIL("email", 254),
    /** Phone number, in E.164 where it can be read. */
    PHONE("phone", 40),
    /** External reference: the caller's own key, compared exactly. */
    EXT_REF("extRef", 255),
    /** BCP 47 tag or survey language code. */
    LANGUAGE("language", 35);

    /** All fields in their order. */
    public static final List<ContactField> ALL = List.of(values());

    private final String key;
    private final int maxLength;

    ContactField(String key, int maxLength) {
        this.key = key;
        this.maxLength = maxLength;
    }

    /** The field's name on every way in and out, for example {@code extRef}. */
    public String key() {
        return key;
    }

    /** Greatest length in Unicode code points. */
    public int maxLength() {
        return maxLength;
    }

    /** The field of that name, spelled exactly. */
    public static Optional<ContactField> byKey(String key) {
        for (ContactField field : ALL) {
            if (field.key.equals(key)) {
                return Optional.of(field);
            }
        }

        return Optional.empty();
    }
}
