package io.muster.access;

import io.muster.support.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** The texts of tokens: what programs show. */
public final class Secrets {

    private static final int LENGTH = 40;
    private static final int BEARER_LENGTH = 64;
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9]{" + LENGTH + "}");
    private static final Pattern BEARER = Pattern.compile("[A-Za-z0-9]{" + BEARER_LENGTH + "}");

    private final RandomGenerator random;

    /** Texts drawn with that generator, which nobody can foresee. */
    public Secrets(RandomGenerator random) {
        this.random = random;
    }

    /** A new text: 40 letters and digits. */
    public String make() {
        return make(LENGTH);
    }

    /** A new text of a bearer, which by its length is never taken for one of a token. */
    String makeBearer() {
        return make(BEARER_LENGTH);
    }

    private String make(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }

        return text.toString();
    }

    /** What is kept of a text. So many random letters need no salt. */
    public static byte[] hash(String text) {
        return Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8));
    }

    static boolean isWellFormed(String text) {
        return FORM.matcher(text).matches();
    }

    static boolean isBearer(String text) {
        return BEARER.matcher(text).matches();
    }
}
