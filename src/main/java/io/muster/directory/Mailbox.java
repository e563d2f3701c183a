package io.muster.directory;

import com.ibm.icu.text.IDNA;
import io.muster.directory.Verdict.Invalid;
import io.muster.directory.Verdict.Valid;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one policy for mailboxes: {@code local@domain}, the local part a dot-atom (RFC 5322) that may hold letters of
 * any script (RFC 6531), the domain a host name of at least two labels, in ASCII or valid under UTS 46. No quoted local
 * parts, address literals, display names or comments.
 */
final class Mailbox {

    // RFC 5321, section 4.5.3.1.1: 64 octets, which RFC 6531 keeps for UTF-8.
    private static final int MAX_LOCAL_OCTETS = 64;
    private static final int MAX_LABEL = 63;
    private static final int MAX_DOMAIN = 253;
    private static final String SYMBOLS = "!#$%&'*+-/=?^_`{|}~";
    private static final boolean[] ATOM = atomCharacters();
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private static final IDNA DOMAIN = IDNA.getUTS46Instance(
            IDNA.NONTRANSITIONAL_TO_ASCII | IDNA.USE_STD3_RULES | IDNA.CHECK_BIDI | IDNA.CHECK_CONTEXTJ);
    // Host names may hold "--" at the third place (for example r3---sn.example); only xn-- has a meaning there.
    private static final Set<IDNA.Error> HARMLESS = Set.of(IDNA.Error.HYPHEN_3_4);

    private static final Invalid NO_AT = invalid("The email has no @.");
    private static final Invalid NO_LOCAL = invalid("The email has nothing before the @.");
    private static final Invalid LONG_LOCAL = invalid("The part of the email before the @ is longer than 64 bytes.");
    private static final Invalid DOTS = invalid("The part of the email before the @ has a dot too many.");
    private static final Invalid CHARACTER =
            invalid("The part of the email before the @ contains a character that is not allowed there.");
    private static final Invalid NO_DOT = invalid("The domain of the email has no dot.");
    private static final Invalid BAD_DOMAIN = invalid("The domain of the email is not a valid host name.");

    private Mailbox() {}

    /** The verdict on a trimmed text that is not empty. */
    static Verdict judge(String value) {
        Invalid problem = problem(value);
        return problem == null ? new Valid(value) : problem;
    }

    /** What is wrong with a trimmed text that is not empty; null when nothing is. */
    static @Nullable Invalid problem(CharSequence value) {
        int at = value.length() - 1;
        while (at >= 0 && value.charAt(at) != '@') {
            at--;
        }

        if (at < 0) {
            return NO_AT;
        }

        Invalid problem = problemOfLocal(value, at);
        return problem == null ? problemOfDomain(value, at + 1) : problem;
    }

    private static @Nullable Invalid problemOfLocal(CharSequence value, int end) {
        if (end == 0) {
            return NO_LOCAL;
        }

        int octets = 0;
        boolean afterDot = true;
        for (int i = 0; i < end; i++) {
            char c = value.charAt(i);
            if (c == '.') {
                if (afterDot) {
                    return DOTS;
                }

                afterDot = true;
                octets++;
            } else if (c < 0x80) {
                if (!ATOM[c]) {
                    return CHARACTER;
                }

                afterDot = false;
                octets++;
            } else {
                int point = Character.codePointAt(value, i);
                if (!isVisible(point)) {
                    return CHARACTER;
                }

                afterDot = false;
                octets += point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
                i += Character.charCount(point) - 1;
            }
        }

        return afterDot ? DOTS : octets > MAX_LOCAL_OCTETS ? LONG_LOCAL : null;
    }

    // RFC 6531 allows every non-ASCII character; what nobody can see or type is an accident of copying.
    private static boolean isVisible(int point) {
        return switch (Character.getType(point)) {
            case Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.CONTROL,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            case Character.FORMAT -> point == ZERO_WIDTH_NON_JOINER || point == ZERO_WIDTH_JOINER;
            default -> true;
        };
    }

    private static @Nullable Invalid problemOfDomain(CharSequence value, int start) {
        int length = value.length();
        int labelStart = start;
        boolean dotted = false;
        boolean letters = false;
        for (int i = start; i < length; i++) {
            char c = value.charAt(i);
            if (c == '.') {
                if (!isLabel(value, labelStart, i)) {
                    return BAD_DOMAIN;
                }

                dotted = true;
                letters = false;
                labelStart = i + 1;
            } else if (c >= 0x80 || (i == labelStart && startsPunycode(value, i))) {
                return problemOfInternational(value.subSequence(start, length).toString());
            } else if (c != '-' && (c < '0' || c > '9')) {
                if ((c < 'a' || c > 'z') && (c < 'A' || c > 'Z')) {
                    return BAD_DOMAIN;
                }

                letters = true;
            }
        }

        if (!isLabel(value, labelStart, length) || length - start > MAX_DOMAIN) {
            return BAD_DOMAIN;
        }

        if (!dotted) {
            return NO_DOT;
        }

        // A last label without any letter is no host name but an address (RFC 3696, section 2).
        return letters ? null : BAD_DOMAIN;
    }

    private static boolean isLabel(CharSequence value, int start, int end) {
        return end > start && end - start <= MAX_LABEL && value.charAt(start) != '-' && value.charAt(end - 1) != '-';
    }

    private static boolean startsPunycode(CharSequence value, int start) {
        return (value.charAt(start) | 0x20) == 'x'
                && value.length() >= start + 4
                && (value.charAt(start + 1) | 0x20) == 'n'
                && value.charAt(start + 2) == '-'
                && value.charAt(start + 3) == '-';
    }

    private static @Nullable Invalid problemOfInternational(String domain) {
        // UTS 46 drops what is invisible; stored it would be a trap.
        if (domain.codePoints().anyMatch(point -> point >= 0x80 && !isVisible(point))) {
            return BAD_DOMAIN;
        }

        StringBuilder ascii = new StringBuilder();
        IDNA.Info found = new IDNA.Info();
        DOMAIN.nameToASCII(domain, ascii, found);
        if (!HARMLESS.containsAll(found.getErrors()) || ascii.length() > MAX_DOMAIN) {
            return BAD_DOMAIN;
        }

        String name = ascii.toString().toLowerCase(Locale.ROOT);
        int last = name.lastIndexOf('.');
        if (last < 0) {
            return NO_DOT;
        }

        boolean letters = name.chars().skip(last + 1L).anyMatch(Character::isLetter);
        return letters ? null : BAD_DOMAIN;
    }

    private static boolean[] atomCharacters() {
        boolean[] atom = new boolean[128];
        for (char c = 0; c < atom.length; c++) {
            atom[c] = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || SYMBOLS.indexOf(c) >= 0;
        }

        return atom;
    }

    private static Invalid invalid(String reason) {
        return new Invalid(FieldRules.EMAIL_INVALID, reason);
    }
}
