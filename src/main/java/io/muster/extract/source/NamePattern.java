package io.muster.extract.source;

import java.util.regex.Pattern;

/** File name patterns of a job file, as regular expressions; names never become paths on the way. */
final class NamePattern {

    private NamePattern() {}

    /**
     * A glob: {@code *}, {@code ?}, {@code [a-z]}, {@code [!a-z]}, <code>{one,two}</code>, a backslash takes the next
     * character as it is.
     *
     * @throws IllegalArgumentException when it is not closed somewhere
     */
    static String regexOfGlob(String glob) {
        StringBuilder regex = new StringBuilder();
        int open = 0;
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            switch (c) {
                case '*' -> regex.append(".*");
                case '?' -> regex.append('.');
                case '{' -> {
                    regex.append("(?:");
                    open++;
                }
                case '}' -> {
                    if (--open < 0) {
                        throw invalid(glob);
                    }
                    regex.append(')');
                }
                case ',' -> regex.append(open > 0 ? "|" : ",");
                case '[' -> i = characterClass(glob, i, regex);
                case '\\' -> {
                    if (++i == glob.length()) {
                        throw invalid(glob);
                    }
                    literal(glob.charAt(i), regex);
                }
                default -> literal(c, regex);
            }
        }
        if (open > 0) {
            throw invalid(glob);
        }
        return regex.toString();
    }

    private static int characterClass(String glob, int start, StringBuilder regex) {
        int end = glob.indexOf(']', start + 2);
        if (end < 0) {
            throw invalid(glob);
        }

        boolean negated = glob.charAt(start + 1) == '!';
        regex.append(negated ? "[^" : "[");
        for (int i = start + (negated ? 2 : 1); i < end; i++) {
            char c = glob.charAt(i);
            if (c == '-') {
                regex.append('-');
            } else {
                literal(c, regex);
            }
        }
        regex.append(']');
        return end;
    }

    private static void literal(char c, StringBuilder regex) {
        if (c < 128 && !Character.isLetterOrDigit(c)) {
            regex.append('\\');
        }
        regex.append(c);
    }

    private static IllegalArgumentException invalid(String glob) {
        return new IllegalArgumentException("\"%s\" is no glob: a bracket is not closed".formatted(glob));
    }

    /** {@code {name}.done} or {@code {stem}.ctl}: the name of a companion of a file. */
    static String companion(String template, String name) {
        int dot = name.lastIndexOf('.');
        String stem = dot > 0 ? name.substring(0, dot) : name;
        return template.replace("{name}", name).replace("{stem}", stem);
    }

    /** Whether a name has the form of such a companion. */
    static boolean isCompanion(String template, String name) {
        int start = Math.max(template.indexOf("{name}"), template.indexOf("{stem}"));
        String before = template.substring(0, start);
        String after = template.substring(start + "{name}".length());
        return name.length() > before.length() + after.length() && name.startsWith(before) && name.endsWith(after);
    }

    /** Whether the template names the file it accompanies, and is not that file itself. */
    static boolean isTemplate(String template) {
        boolean once = template.split("\\{(name|stem)\\}", -1).length == 2;
        return once && !template.equals("{name}") && !template.contains("/") && !template.contains("\\");
    }

    /** A glob over a whole name. */
    static Pattern ofGlob(String glob) {
        return compiled(regexOfGlob(glob));
    }

    /** Compiles a regular expression over a whole name. */
    static Pattern compiled(String regex) {
        return Pattern.compile(regex, Pattern.DOTALL);
    }
}
