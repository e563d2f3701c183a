package io.muster.web.console.imports;

import io.muster.web.console.page.Assets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What pages of an import have in common. */
final class ImportTexts {

    private static final List<String> STEPS = List.of("File", "Mapping", "Forecast", "Import");

    private ImportTexts() {}

    /**
     * A step of an import.
     *
     * @param address of its page; null for the present one, and for those that cannot be gone to yet
     */
    record Step(int number, String name, @Nullable String address, boolean current) {}

    /** What these pages need beyond what all have. */
    record Files(String css, String script) {

        static Files of(Assets assets) {
            return new Files(assets.address("imports.css"), assets.address("imports.js"));
        }
    }

    /**
     * All steps.
     *
     * @param current counted from 1
     * @param address of the draft; empty before there is one
     * @param done the greatest step that can be gone to
     */
    static List<Step> steps(int current, String address, int done) {
        List<Step> steps = new ArrayList<>();
        for (int number = 1; number <= STEPS.size(); number++) {
            String to = switch (number) {
                case 1 -> "/imports/new";
                case 2 -> address + "/mapping";
                case 3 -> address + "/forecast";
                default -> null;
            };
            boolean open = number == 1 || (!address.isEmpty() && number <= done);
            steps.add(
                    new Step(number, STEPS.get(number - 1), open && number != current ? to : null, number == current));
        }

        return steps;
    }

    /** Cells as they can be shown: bytes that are no text, and what would turn the direction of the rest, are marked. */
    static String cell(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints()
                .map(point -> Character.getType(point) == Character.SURROGATE ? 0xFFFD : point)
                .forEach(shown::appendCodePoint);
        return shown.toString();
    }
}
