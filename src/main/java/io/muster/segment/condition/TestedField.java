package io.muster.segment.condition;

import java.util.Optional;

/** The fields of a contact that conditions can test. */
public enum TestedField {
    /** Given name. */
    FIRST_NAME("firstName", Form.TEXT),
    /** Family name. */
    LAST_NAME("lastName", Form.TEXT),
    /** Mailbox. */
    EMAIL("email", Form.TEXT),
    /** Phone number. */
    PHONE("phone", Form.TEXT),
    /** External reference: the one text that is compared exactly, case included. */
    EXT_REF("extRef", Form.TEXT),
    /** Language. */
    LANGUAGE("language", Form.TEXT),
    /** When the contact was created; every contact has one. */
    CREATED("created", Form.DATE),
    /** When the contact was last changed; every contact has one. */
    LAST_MODIFIED("lastModified", Form.DATE);

    private final String key;
    private final Form form;

    TestedField(String key, Form form) {
        this.key = key;
        this.form = form;
    }

    /** The field's name in conditions, for example {@code extRef}. */
    public String key() {
        return key;
    }

    /** How its value is read unless a condition says otherwise; a date is always read as such. */
    public Form form() {
        return form;
    }

    /** The field of that name, spelled exactly. */
    static Optional<TestedField> byKey(String key) {
        for (TestedField field : values()) {
            if (field.key.equals(key)) {
                return Optional.of(field);
            }
        }

        return Optional.empty();
    }
}
