package io.muster.directory;

import java.util.Comparator;

/** Texts in the order of their code points, which above U+FFFF is not the natural order of Java's strings. */
public enum CodePointOrder implements Comparator<String> {
    /** The one order. */
    INSTANCE;

    @Override
    public int compare(String a, String b) {
        int shorter = Math.min(a.length(), b.length());
        for (int i = 0; i < shorter; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                return rank(x) - rank(y);
            }
        }

        return a.length() - b.length();
    }

    /** Surrogates stand for code points above everything a single char can be. */
    private static int rank(char c) {
        return Character.isSurrogate(c) ? c + 0x10000 : c;
    }
}
