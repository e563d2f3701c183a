package io.muster.directory;

import io.muster.directory.Verdict.Invalid;
import io.muster.directory.Verdict.Valid;
import io.muster.support.Fold;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Says of a value whether it may be stored, the same on every way in. Outer white space is removed
 * ({@link Fold#trim}), lengths count Unicode code points, and what is stored keeps its spelling: no normalisation, no
 * change of case. The policies are written out in {@code docs/contacts.md}. Safe for use by several threads.
 */
public final class FieldRules {

    /** Greatest length of the name of embedded data in code points. */
    public static final int MAX_EMBEDDED_NAME = 200;
    /** Greatest length of the value of embedded data in code points. */
    public static final int MAX_EMBEDDED_VALUE = 1024;

    /** Greatest length of the name of a source of transactions and touchpoints in code points. */
    public static final int MAX_EVENT_SOURCE = 100;

    /** A control character or an unpaired surrogate. */
    public static final String TEXT_INVALID = "TEXT_INVALID";
    /** More code points than the field holds. */
    public static final String TOO_LONG = "TOO_LONG";
    /** Not a mailbox. */
    public static final String EMAIL_INVALID = "EMAIL_INVALID";
    /** Not a phone number. */
    public static final String PHONE_INVALID = "PHONE_INVALID";
    /** Neither a language tag nor a survey language code. */
    public static final String LANGUAGE_INVALID = "LANGUAGE_INVALID";
    /** None of the words for an opt-out. */
    public static final String UNSUBSCRIBED_INVALID = "UNSUBSCRIBED_INVALID";
    /** Embedded data without a usable name. */
    public static final String NAME_INVALID = "NAME_INVALID";

    /** Not a channel of touchpoints. */
    public static final String CHANNEL_INVALID = "CHANNEL_INVALID";
    /** Not a kind of touchpoints. */
    public static final String KIND_INVALID = "KIND_INVALID";
    /** Not the id of a contact of the directory. */
    public static final String CONTACT_ID_INVALID = "CONTACT_ID_INVALID";

    private static final Verdict TRUE = new Valid("true");
    private static final Verdict FALSE = new Valid("false");
    private static final Verdict NOT_A_WORD =
            new Invalid(UNSUBSCRIBED_INVALID, "The opt-out is none of true, false, yes, no, 1 and 0.");
    private static final Verdict NAMELESS = new Invalid(NAME_INVALID, "The embedded data has no name.");

    private final PhoneNumbers phoneNumbers;

    /**
     * @param region the region (ISO 3166, two letters) in which phone numbers without {@code +} are read; null for none
     * @throws io.muster.support.Refusal when phone numbers of that region are not known
     */
    public FieldRules(@Nullable String region) {
        this.phoneNumbers = PhoneNumbers.of(region);
    }

    /** The verdict on a value of a field. */
    public Verdict judge(ContactField field, String raw) {
        String value = Fold.trim(raw);
        if (value.isEmpty()) {
            return Verdict.BLANK;
        }

        Invalid problem = PlainText.problem(value, field.maxLength(), breaks(field), field.key());
        return problem != null
                ? problem
                : switch (field) {
                    case FIRST_NAME, LAST_NAME, EXT_REF -> new Valid(value);
                    case EMAIL -> Mailbox.judge(value);
                    case PHONE -> phoneNumbers.judge(value);
                    case LANGUAGE -> LanguageCode.judge(value);
                };
    }

    /**
     * Whether a trimmed text that is not empty is stored just as it is, as {@link #judge} would say; false also where that
     * takes a longer look. So the usual value is judged without being made a text.
     */
    public boolean takesAsIs(ContactField field, CharSequence value) {
        return PlainText.isPlain(value, field.maxLength())
                && switch (field) {
                    case FIRST_NAME, LAST_NAME, EXT_REF -> true;
                    case EMAIL -> Mailbox.problem(value) == null;
                    case PHONE -> phoneNumbers.takesAsIs(value);
                    case LANGUAGE -> LanguageCode.isShort(value);
                };
    }

    /** Likewise for the value of embedded data, as {@link #judgeEmbedded} would say. */
    public boolean takesEmbeddedAsIs(CharSequence value) {
        return PlainText.isPlain(value, MAX_EMBEDDED_VALUE);
    }

    /** The verdict on the value of embedded data. */
    public Verdict judgeEmbedded(String raw) {
        String value = Fold.trim(raw);
        if (value.isEmpty()) {
            return Verdict.BLANK;
        }

        Invalid problem =
                PlainText.problem(value, MAX_EMBEDDED_VALUE, PlainText.Breaks.ALLOWED, "value of the embedded data");
        return problem != null ? problem : new Valid(value);
    }

    /** The verdict on the name of embedded data; never blank, a missing name is invalid. */
    public Verdict judgeEmbeddedName(String raw) {
        String name = Fold.trim(raw);
        if (name.isEmpty()) {
            return NAMELESS;
        }

        Invalid problem =
                PlainText.problem(name, MAX_EMBEDDED_NAME, PlainText.Breaks.FORBIDDEN, "name of the embedded data");
        return problem != null ? problem : new Valid(name);
    }

    /** The verdict on a touchpoint's channel; valid with the channel's word. */
    public Verdict judgeChannel(String raw) {
        return Fold.trim(raw).isEmpty()
                ? Verdict.BLANK
                : TouchpointChannel.of(raw)
                        .<Verdict>map(channel -> new Valid(channel.word()))
                        .orElseGet(() -> new Invalid(
                                CHANNEL_INVALID, "The channel is none of " + TouchpointChannel.words() + "."));
    }

    /** The verdict on a touchpoint's kind; valid with the kind's word. */
    public Verdict judgeKind(String raw) {
        return Fold.trim(raw).isEmpty()
                ? Verdict.BLANK
                : TouchpointKind.of(raw)
                        .<Verdict>map(kind -> new Valid(kind.word()))
                        .orElseGet(
                                () -> new Invalid(KIND_INVALID, "The kind is none of " + TouchpointKind.words() + "."));
    }

    /** The verdict on the id of a survey or an intercept as its sender gives it. */
    public Verdict judgeTouchpointId(String raw) {
        String value = Fold.trim(raw);
        if (value.isEmpty()) {
            return Verdict.BLANK;
        }

        Invalid problem = PlainText.problem(value, TouchpointParts.MAX_ID, PlainText.Breaks.FORBIDDEN, "id");
        return problem != null ? problem : new Valid(value);
    }

    /** The verdict on the name of a source of transactions and touchpoints; it compares exactly. */
    public Verdict judgeEventSource(String raw) {
        String value = Fold.trim(raw);
        if (value.isEmpty()) {
            return Verdict.BLANK;
        }

        Invalid problem = PlainText.problem(value, MAX_EVENT_SOURCE, PlainText.Breaks.FORBIDDEN, "source");
        return problem != null ? problem : new Valid(value);
    }

    /** The verdict on a contact's id; valid with the contact's number in the directory, whether it is there or not. */
    public Verdict judgeContactId(String raw, int directory, Ids ids) {
        String value = Fold.trim(raw);
        if (value.isEmpty()) {
            return Verdict.BLANK;
        }

        if (ids.isOfAnotherInstallation(value)) {
            return new Invalid(CONTACT_ID_INVALID, "The value is an id of another installation.");
        }

        OptionalLong id = ids.read(PublicId.CONTACT, value);
        return id.isPresent()
                        && PublicId.directoryOf(id.getAsLong()) == directory
                        && PublicId.numberOf(id.getAsLong()) > 0
                ? new Valid(Long.toString(PublicId.numberOf(id.getAsLong())))
                : new Invalid(CONTACT_ID_INVALID, "The value is not the id of a contact of this directory.");
    }

    /** The verdict on an opt-out: blank, invalid, or valid with the value {@code true} or {@code false}. */
    public Verdict judgeUnsubscribed(String raw) {
        String word = Fold.trim(raw);
        return switch (word.length()) {
            case 0 -> Verdict.BLANK;
            case 1 -> word.charAt(0) == '1' ? TRUE : word.charAt(0) == '0' ? FALSE : NOT_A_WORD;
            case 2 -> word.equalsIgnoreCase("no") ? FALSE : NOT_A_WORD;
            case 3 -> word.equalsIgnoreCase("yes") ? TRUE : NOT_A_WORD;
            case 4 -> word.equalsIgnoreCase("true") ? TRUE : NOT_A_WORD;
            case 5 -> word.equalsIgnoreCase("false") ? FALSE : NOT_A_WORD;
            default -> NOT_A_WORD;
        };
    }

    private static PlainText.Breaks breaks(ContactField field) {
        return field == ContactField.FIRST_NAME || field == ContactField.LAST_NAME
                ? PlainText.Breaks.ALLOWED
                : PlainText.Breaks.FORBIDDEN;
    }
}
