package io.muster.directory;

import io.muster.directory.Verdict.Invalid;
import io.muster.directory.Verdict.Valid;
import java.util.Set;

/** A language: a well-formed BCP 47 tag (RFC 5646, section 2.1) or a survey language code; kept as given. */
final class LanguageCode {

    /**
     * The survey language codes that are no tags: {@code S} and {@code T} would each need something behind them. All
     * others ({@code EN}, {@code PT-BR}, {@code SR-ME}, {@code ISL}, {@code TGL} …) have the form of a tag.
     */
    private static final Set<String> SURVEY_CODES = Set.of("ZH-S", "ZH-T");

    /** The irregular tags that RFC 5646 keeps for what was registered before it. */
    private static final Set<String> IRREGULAR = Set.of(
            "EN-GB-OED",
            "I-AMI",
            "I-BNN",
            "I-DEFAULT",
            "I-ENOCHIAN",
            "I-HAK",
            "I-KLINGON",
            "I-LUX",
            "I-MINGO",
            "I-NAVAJO",
            "I-PWN",
            "I-TAO",
            "I-TAY",
            "I-TSU",
            "SGN-BE-FR",
            "SGN-BE-NL",
            "SGN-CH-DE");

    private static final Verdict UNKNOWN = new Invalid(
            FieldRules.LANGUAGE_INVALID,
            "The language is neither a BCP 47 tag such as en or pt-BR nor a survey language code such as ZH-S.");

    private LanguageCode() {}

    /** The verdict on a trimmed text that is not empty. */
    static Verdict judge(String value) {
        return isShort(value) || isTag(value) || isListed(value) ? new Valid(value) : UNKNOWN;
    }

    /** The usual forms, {@code xx}, {@code xxx} and {@code xx-XX}. */
    private static boolean isShort(String value) {
        return switch (value.length()) {
            case 2 -> areLetters(value, 0, 2);
            case 3 -> areLetters(value, 0, 3);
            case 5 -> areLetters(value, 0, 2) && value.charAt(2) == '-' && areLetters(value, 3, 5);
            default -> false;
        };
    }

    private static boolean isListed(String value) {
        String upper = upper(value);
        return SURVEY_CODES.contains(upper) || IRREGULAR.contains(upper);
    }

    private static boolean isTag(String value) {
        String[] parts = value.split("-", -1);
        for (String part : parts) {
            if (part.isEmpty() || part.length() > 8 || !areLettersOrDigits(part)) {
                return false;
            }
        }

        int next = 0;
        if (!isPrivate(parts[0])) {
            next = language(parts);
            if (next < 0) {
                return false;
            }

            next = next < parts.length && isLetters(parts[next], 4) ? next + 1 : next;
            next = next < parts.length && isRegion(parts[next]) ? next + 1 : next;
            while (next < parts.length && isVariant(parts[next])) {
                next++;
            }

            next = extensions(parts, next);
        }

        // Private use: x and at least one part of any length.
        return next == parts.length || (next >= 0 && isPrivate(parts[next]) && next + 1 < parts.length);
    }

    /** The place after the language with its extended parts; -1 when there is none. */
    private static int language(String[] parts) {
        String language = parts[0];
        if (language.length() < 2 || !areLetters(language, 0, language.length())) {
            return -1;
        }

        int next = 1;
        while (language.length() <= 3 && next <= 3 && next < parts.length && isLetters(parts[next], 3)) {
            next++;
        }

        return next;
    }

    /** The place after the extensions, each a single character and at least one longer part; -1 when one is empty. */
    private static int extensions(String[] parts, int from) {
        int next = from;
        while (next < parts.length && parts[next].length() == 1 && !isPrivate(parts[next])) {
            int first = next + 1;
            next = first;
            while (next < parts.length && parts[next].length() > 1) {
                next++;
            }

            if (next == first) {
                return -1;
            }
        }

        return next;
    }

    private static boolean isPrivate(String part) {
        return part.equalsIgnoreCase("x");
    }

    private static boolean isRegion(String part) {
        return isLetters(part, 2) || (part.length() == 3 && areDigits(part));
    }

    private static boolean isVariant(String part) {
        return part.length() >= 5 || (part.length() == 4 && isDigit(part.charAt(0)));
    }

    private static boolean isLetters(String part, int length) {
        return part.length() == length && areLetters(part, 0, length);
    }

    private static boolean areLetters(String value, int start, int end) {
        for (int i = start; i < end; i++) {
            if (!isLetter(value.charAt(i))) {
                return false;
            }
        }

        return true;
    }

    private static boolean areDigits(String part) {
        return part.chars().allMatch(c -> isDigit((char) c));
    }

    private static boolean areLettersOrDigits(String part) {
        return part.chars().allMatch(c -> isLetter((char) c) || isDigit((char) c));
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static String upper(String value) {
        StringBuilder upper = new StringBuilder(value);
        for (int i = 0; i < upper.length(); i++) {
            char c = upper.charAt(i);
            upper.setCharAt(i, c >= 'a' && c <= 'z' ? (char) (c - ('a' - 'A')) : c);
        }

        return upper.toString();
    }
}
