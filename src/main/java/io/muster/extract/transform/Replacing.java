package io.muster.extract.transform;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/** Replaces parts of values, and gives up before a value gets too long. */
final class Replacing {

    /** Patterns of job files are small; written out, this one would not be. */
    private static final int MOST_STEPS = 10_000;

    private final Pattern pattern;
    private final String with;

    Replacing(Transform.Replace step) {
        String written = step.pattern();
        this.pattern = Pattern.compile(written == null ? Pattern.quote(String.valueOf(step.text())) : written);
        this.with = written == null ? Matcher.quoteReplacement(step.with()) : step.with();
    }

    /** @throws IllegalArgumentException when the pattern, or what stands for it, cannot be used */
    static void check(String pattern, String with) {
        try {
            Pattern compiled = Pattern.compile(pattern);
            if (compiled.programSize() > MOST_STEPS) {
                throw new IllegalArgumentException("the pattern repeats too much. Use smaller counts, or + and *");
            }

            checkGroups(compiled, with);
        } catch (PatternSyntaxException invalid) {
            throw new IllegalArgumentException(
                    "the pattern is not a regular expression of RE2: " + invalid.getDescription()
                            + ". Backreferences and look-arounds do not exist there",
                    invalid);
        }
    }

    private static void checkGroups(Pattern pattern, String with) {
        for (int at = 0; at < with.length(); at++) {
            char c = with.charAt(at);
            if (c == '\\') {
                at++;
            } else if (c == '$') {
                char next = at + 1 < with.length() ? with.charAt(at + 1) : ' ';
                if (next < '0' || next > '9' || next - '0' > pattern.groupCount()) {
                    throw new IllegalArgumentException(
                            "with names a group that the pattern does not have. Write $1 for its first group, \\$ for the sign itself");
                }
            }
        }
    }

    /** The value with everything replaced. */
    String in(String value) throws TooLong {
        Matcher matcher = pattern.matcher(value);
        StringBuilder replaced = new StringBuilder(value.length());
        while (matcher.find()) {
            matcher.appendReplacement(replaced, with);
            if (replaced.length() > Transforms.MOST_CHARS) {
                throw new TooLong();
            }
        }

        matcher.appendTail(replaced);
        return replaced.toString();
    }

    /** A value that grew too long. */
    static final class TooLong extends Exception {

        private static final long serialVersionUID = 1L;

        private TooLong() {
            super("The value grew too long", null, false, false);
        }
    }
}
