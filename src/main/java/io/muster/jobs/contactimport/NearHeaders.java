package io.muster.jobs.contactimport;

import io.muster.support.Fold;
import java.util.Collection;
import java.util.Optional;

/** Finds the known header that a header nearly is: but for case, spaces and punctuation, or for one or two letters. */
final class NearHeaders {

    private static final int ONE_LETTER_FROM = 5;
    private static final int TWO_LETTERS_FROM = 9;

    private NearHeaders() {}

    /** The first of the known headers that this one nearly is, without being it. */
    static Optional<String> near(String header, Collection<String> known) {
        String bare = bare(header);
        return bare.isEmpty()
                ? Optional.empty()
                : known.stream()
                        .filter(other -> !other.equals(header) && isNear(bare, bare(other)))
                        .findFirst();
    }

    private static String bare(String header) {
        StringBuilder bare = new StringBuilder();
        Fold.fold(header).codePoints().filter(Character::isLetterOrDigit).forEach(bare::appendCodePoint);
        return bare.toString();
    }

    private static boolean isNear(String bare, String known) {
        // Email2 is another column than Email, not a slip.
        if (!digits(bare).equals(digits(known))) {
            return false;
        }

        int letters = known.length() >= TWO_LETTERS_FROM ? 2 : known.length() >= ONE_LETTER_FROM ? 1 : 0;
        return Math.abs(bare.length() - known.length()) <= letters && distance(bare, known) <= letters;
    }

    private static String digits(String text) {
        return text.replaceAll("[^0-9]", "");
    }

    /** Letters that must be added, left out, replaced or swapped with their neighbour. */
    private static int distance(String left, String right) {
        int[][] steps = new int[left.length() + 1][right.length() + 1];
        for (int i = 0; i <= left.length(); i++) {
            for (int j = 0; j <= right.length(); j++) {
                if (i == 0 || j == 0) {
                    steps[i][j] = i + j;
                    continue;
                }

                int same = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
                int least = Math.min(Math.min(steps[i - 1][j], steps[i][j - 1]) + 1, steps[i - 1][j - 1] + same);
                boolean swapped = i > 1
                        && j > 1
                        && left.charAt(i - 1) == right.charAt(j - 2)
                        && left.charAt(i - 2) == right.charAt(j - 1);
                steps[i][j] = swapped ? Math.min(least, steps[i - 2][j - 2] + 1) : least;
            }
        }

        return steps[left.length()][right.length()];
    }
}
