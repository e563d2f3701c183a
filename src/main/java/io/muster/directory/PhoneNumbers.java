package io.muster.directory;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.ValidationResult;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import io.muster.directory.Verdict.Invalid;
import io.muster.directory.Verdict.Valid;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Phone numbers: E.164 where they can be read, else as given as long as they can be a phone number at all.
 *
 * <p>A number is read with libphonenumber when it starts with {@code +} or the region is known, holds only digits and
 * what people write between them, and has a length that exists under its calling code. Reading costs some
 * microseconds; a number that already is {@code +digits} and to which no national rule applies is recognised without.
 */
public final class PhoneNumbers {

    private static final int MIN_DIGITS = 3;
    private static final int MAX_EXTENSION = 8;
    private static final Set<String> EXTENSION_WORDS = Set.of("x", "ext", "ext.", "extn", "extension", "ext=");
    private static final String SEPARATORS = "./~·\u2212\u30FC\uFF0E\uFF0F";
    private static final String KEYPAD = "*#,;\uFF0A\uFF03";

    private static final Verdict LETTERS =
            new Invalid(FieldRules.PHONE_INVALID, "The phone number contains a character that no phone number has.");
    private static final Verdict FEW_DIGITS =
            new Invalid(FieldRules.PHONE_INVALID, "The phone number has fewer than 3 digits.");
    private static final Verdict PLUS =
            new Invalid(FieldRules.PHONE_INVALID, "The phone number has a + behind its first digit.");

    /** What a text can be by its characters. */
    private enum Shape {
        /** Digits and what is written between them: may be read. */
        NUMBER,
        /** With an extension or keys such as * and #: kept as given, E.164 has no place for them. */
        DIALLED,
        /** A character that no phone number has. */
        STRANGE,
        /** Too few digits. */
        SHORT,
        /** A plus sign at a wrong place. */
        PLUS_INSIDE
    }

    private final PhoneNumberUtil library = PhoneNumberUtil.getInstance();
    private final AtomicReferenceArray<@Nullable CallingCode> callingCodes = new AtomicReferenceArray<>(1000);
    private final @Nullable String region;

    private PhoneNumbers(@Nullable String region) {
        this.region = region;
    }

    public static PhoneNumbers of(@Nullable String region) {
        return new PhoneNumbers(region == null ? null : Regions.checked(region));
    }

    /** The verdict on a trimmed text that is not empty. */
    Verdict judge(String value) {
        if (takesAsIs(value)) {
            return new Valid(value);
        }

        return switch (shape(value)) {
            case NUMBER -> new Valid(read(value));
            case DIALLED -> new Valid(value);
            case STRANGE -> LETTERS;
            case SHORT -> FEW_DIGITS;
            case PLUS_INSIDE -> PLUS;
        };
    }

    /** Whether a trimmed text that is not empty surely is an E.164 number already. */
    boolean takesAsIs(CharSequence value) {
        return isPlusDigits(value) && isNormal(value);
    }

    private static boolean isPlusDigits(CharSequence value) {
        if (value.charAt(0) != '+') {
            return false;
        }

        for (int i = 1; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
        }

        return true;
    }

    /** Whether a {@code +digits} is its own E.164 form for sure; the others have to be read. */
    private boolean isNormal(CharSequence value) {
        int code = 0;
        for (int end = 1; end < value.length() && end <= 3; end++) {
            code = code * 10 + (value.charAt(end) - '0');
            if (code == 0) {
                return false;
            }

            CallingCode callingCode = callingCode(code);
            if (callingCode.exists()) {
                return callingCode.takesAsWritten(value, end + 1);
            }
        }

        return false;
    }

    private CallingCode callingCode(int code) {
        CallingCode known = callingCodes.get(code);
        if (known == null) {
            known = CallingCode.of(code, library);
            callingCodes.set(code, known);
        }

        return known;
    }

    /** The E.164 form; the text itself when it cannot be read. */
    private String read(String value) {
        boolean international = value.indexOf('+') >= 0 || value.indexOf('\uFF0B') >= 0;
        if (!international && region == null) {
            return value;
        }

        if (international) {
            String digits = withoutSeparators(value);
            if (digits != null && isNormal(digits)) {
                return digits;
            }
        }

        String normal = byLibrary(value);
        // A few oddities read differently each time; a number is known only when its E.164 form means itself.
        return normal != null && (isNormal(normal) || normal.equals(byLibrary(normal))) ? normal : value;
    }

    private @Nullable String byLibrary(String value) {
        try {
            PhoneNumber number = library.parse(value, region);
            return library.isPossibleNumberWithReason(number) == ValidationResult.IS_POSSIBLE
                    ? library.format(number, PhoneNumberFormat.E164)
                    : null;
        } catch (NumberParseException unreadable) {
            return null;
        }
    }

    /** {@code +digits} of a text that starts with + and holds only ASCII digits and the plainest separators. */
    private static @Nullable String withoutSeparators(String value) {
        if (value.charAt(0) != '+') {
            return null;
        }

        StringBuilder digits = new StringBuilder(value.length()).append('+');
        for (int i = 1; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= '0' && c <= '9') {
                digits.append(c);
            } else if (c != ' ' && c != '-' && c != '.' && c != '(' && c != ')') {
                return null;
            }
        }

        return digits.toString();
    }

    private static Shape shape(String value) {
        int digits = 0;
        int plusses = 0;
        boolean keypad = false;
        int point;
        for (int i = 0; i < value.length(); i += Character.charCount(point)) {
            point = value.codePointAt(i);
            if (Character.isDigit(point)) {
                digits++;
            } else if (point == '+' || point == '\uFF0B') {
                if (digits > 0 || ++plusses > 1) {
                    return Shape.PLUS_INSIDE;
                }
            } else if (KEYPAD.indexOf(point) >= 0) {
                keypad = true;
            } else if (Character.isLetter(point) && !isSeparator(point)) {
                return digits >= MIN_DIGITS && isExtension(value.substring(i)) ? Shape.DIALLED : Shape.STRANGE;
            } else if (!isSeparator(point)) {
                return Shape.STRANGE;
            }
        }

        if (digits < MIN_DIGITS) {
            return Shape.SHORT;
        }

        return keypad ? Shape.DIALLED : Shape.NUMBER;
    }

    private static boolean isSeparator(int point) {
        return switch (Character.getType(point)) {
            case Character.SPACE_SEPARATOR,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.FORMAT -> true;
            default -> SEPARATORS.indexOf(point) >= 0;
        };
    }

    /** Whether a number's tail is a word for an extension and its digits. */
    private static boolean isExtension(String tail) {
        int digits = tail.length();
        while (digits > 0 && tail.charAt(digits - 1) >= '0' && tail.charAt(digits - 1) <= '9') {
            digits--;
        }

        int length = tail.length() - digits;
        String word = tail.substring(0, digits).strip().toLowerCase(Locale.ROOT);
        return length >= 1 && length <= MAX_EXTENSION && EXTENSION_WORDS.contains(word);
    }
}
