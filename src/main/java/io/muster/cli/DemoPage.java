package io.muster.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Optional;

/** How the demo talks to a person: headings, sentences, commands and what they answered. Colours on a terminal only. */
final class DemoPage {

    private static final String BOLD = "\u001b[1m";
    private static final String FAINT = "\u001b[2m";
    private static final String GREEN = "\u001b[32m";
    private static final String PLAIN = "\u001b[0m";

    private final PrintWriter out;
    private final boolean coloured;
    private int chapter;

    DemoPage(PrintWriter out) {
        this.out = out;
        String refused = System.getenv("NO_COLOR");
        this.coloured =
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false)
                        && (refused == null || refused.isEmpty());
    }

    void chapter(String title) {
        chapter++;
        line("\n" + in(BOLD, "%d. %s".formatted(chapter, title)));
    }

    void heading(String title) {
        line("\n" + in(BOLD, title));
    }

    void say(String text) {
        text.lines().forEach(line -> line(line.isEmpty() ? "" : "   " + line));
    }

    void command(String text) {
        line("   " + in(GREEN, "$ " + text));
    }

    void answer(String text) {
        text.lines().forEach(line -> line("   " + line));
    }

    void aside(String text) {
        line("   " + in(FAINT, text));
    }

    private String in(String style, String text) {
        return coloured ? style + text + PLAIN : text;
    }

    private void line(String text) {
        out.println(text);
        out.flush();
    }
}
