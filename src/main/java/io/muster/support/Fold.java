package io.muster.support;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.text.Normalizer2;

/**
 * Text compared without case: Unicode NFC and full case folding without locale, accents kept (Unicode Standard,
 * section 3.13, definition D145 with NFC in place of NFD).
 */
public final class Fold {

    private static final Normalizer2 NFC = Normalizer2.getNFCInstance();

    private Fold() {}

    /** The folded form; equal for exactly the texts that count as equal without case. */
    public static String fold(String text) {
        return isAscii(text) ? lowerAscii(text) : NFC.normalize(UCharacter.foldCase(NFC.normalize(text), true));
    }

    /**
     * Outer white space of any script removed, byte-order marks and no-break spaces included. A control character is no
     * white space but for tab and the line breaks, and stays for the verdict on the value.
     */
    public static String trim(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isOuterSpace(text.charAt(start))) {
            start++;
        }

        while (end > start && isOuterSpace(text.charAt(end - 1))) {
            end--;
        }

        return start == 0 && end == text.length() ? text : text.substring(start, end);
    }

    /** Whether nothing is left of the text when it is trimmed. */
    public static boolean isBlank(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isOuterSpace(text.charAt(i))) {
                return false;
            }
        }

        return true;
    }

    static boolean isOuterSpace(char c) {
        return c == ' '
                || (c >= '\t' && c <= '\r')
                || (c > 0x7F && (Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0xFEFF || c == 0x85));
    }

    /** Whether all characters are ASCII. */
    public static boolean isAscii(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7F) {
                return false;
            }
        }

        return true;
    }

    private static String lowerAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                char[] folded = text.toCharArray();
                for (int j = i; j < folded.length; j++) {
                    if (folded[j] >= 'A' && folded[j] <= 'Z') {
                        folded[j] = (char) (folded[j] + ('a' - 'A'));
                    }
                }

                return new String(folded);
            }
        }

        return text;
    }
}
