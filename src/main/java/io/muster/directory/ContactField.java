package io.muster.directory;

import java.util.List;
import java.util.Optional;

/** The fields every contact has, with the greatest length of a value in Unicode code points (SPEC: contacts). */
public enum ContactField {
    /** Given name. */
    FIRST_NAME(0, "firstName", 255),
    /** Family name. */
    LAST_NAME(1, "lastName", 255),
    /** Mailbox. */
    EMAIL(2, "email", 254),
    /** Phone number, in E.164 where it can be read. */
    PHONE(3, "phone", 40),
    /** External reference: the caller's own key, compared exactly. */
    EXT_REF(4, "extRef", 255),
    /** BCP 47 tag or survey language code. */
    LANGUAGE(5, "language", 35);

    /** All fields in their order. */
    public static final List<ContactField> ALL = List.of(values());

    private final int place;
    private final String key;
    private final int maxLength;

    ContactField(int place, String key, int maxLength) {
        this.place = place;
        this.key = key;
        this.maxLength = maxLength;
    }

    /** Where the field comes among the others in everything stored, counted from 0. */
    public int place() {
        return place;
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
