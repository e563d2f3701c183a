package io.muster.directory;

import io.muster.directory.Verdict.Invalid;
import io.muster.directory.Verdict.Valid;
import java.util.IllformedLocaleException;
import java.util.Locale;
import java.util.regex.Pattern;

/** A language: a well-formed BCP 47 tag (RFC 5646, section 2.1) or a survey language code; kept as given. */
final class LanguageCode {

    /**
     * The survey language codes that are not tags: {@code S} and {@code T} would each need something after them. All
     * others ({@code EN}, {@code PT-BR}, {@code SR-ME}, {@code ISL}, {@code TGL} …) have the form of a tag.
     */
    private static final Pattern SURVEY_CODE = Pattern.compile("(?i)ZH-[ST]");

    /** The JDK accepts this, the RFC does not: only a language of two or three letters has extended parts. */
    private static final Pattern EXTENDED_LONG = Pattern.compile("[A-Za-z]{4,8}-[A-Za-z]{3}(-.*)?");

    private static final Verdict UNKNOWN = new Invalid(
            FieldRules.LANGUAGE_INVALID,
            "The language is neither a BCP 47 tag such as en or pt-BR nor a survey language code such as ZH-S.");

    private LanguageCode() {}

    /** The verdict on a trimmed text that is not empty. */
    static Verdict judge(String value) {
        return isShort(value) || SURVEY_CODE.matcher(value).matches() || isTag(value) ? new Valid(value) : UNKNOWN;
    }

    /** The usual forms, {@code xx}, {@code xxx} and {@code xx-XX}; every row of an import comes here. */
    static boolean isShort(CharSequence value) {
        return switch (value.length()) {
            case 2, 3 -> areLetters(value, 0, value.length());
            case 5 -> areLetters(value, 0, 2) && value.charAt(2) == '-' && areLetters(value, 3, 5);
            default -> false;
        };
    }

    private static boolean areLetters(CharSequence value, int start, int end) {
        for (int i = start; i < end; i++) {
            int lower = value.charAt(i) | 0x20;
            if (lower < 'a' || lower > 'z') {
                return false;
            }
        }

        return true;
    }

    private static boolean isTag(String value) {
        try {
            var ignored = new Locale.Builder().setLanguageTag(value);
            return !EXTENDED_LONG.matcher(value).matches();
        } catch (IllformedLocaleException ignored) {
            return false;
        }
    }
}
