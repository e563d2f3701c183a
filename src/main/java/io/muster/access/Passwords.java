package io.muster.access;

import io.muster.support.Refusal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.security.crypto.password.DelegatingPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.util.function.SingletonSupplier;

/**
 * How passwords are judged and kept: Argon2id with the least cost that OWASP's cheat sheet on password storage allows (19 MiB,
 * two passes, one lane). Few are computed at once, so that a flood of sign-ins costs neither memory nor cores; others wait.
 */
public final class Passwords {

    /** The fewest characters. There are no rules of composition (NIST SP 800-63B, 5.1.1.2). */
    public static final int LEAST = 12;

    private static final int MOST = 256;
    private static final int AT_ONCE = 2;
    private static final String METHOD = "argon2id";
    private static final int SALT = 16;
    private static final int HASH = 32;
    private static final int LANES = 1;
    private static final int MEMORY = 19_456;
    private static final int PASSES = 2;

    private final Semaphore turns = new Semaphore(AT_ONCE, true);
    private final PasswordEncoder encoder = new DelegatingPasswordEncoder(
            METHOD, Map.of(METHOD, new Argon2PasswordEncoder(SALT, HASH, LANES, MEMORY, PASSES)));
    private final Set<String> common = common();
    /** With what a password is compared of which there is nobody. */
    private final SingletonSupplier<String> nobodys =
            SingletonSupplier.of(() -> this.encoder.encode("nobody has this password"));

    /** A password as it is kept. */
    String encode(String password) {
        return Objects.requireNonNull(inTurn(() -> encoder.encode(password)));
    }

    /** Whether it is the password that was kept so. */
    boolean matches(String password, String encoded) {
        return password.length() <= MOST && inTurn(() -> encoder.matches(password, encoded));
    }

    /** Takes as long as a comparison, so that nobody learns from the time which names there are. */
    void waste(String password) {
        var ignored = matches(password, nobodys.obtain());
    }

    /** Whether what is kept is in a form that has been given up. */
    boolean isOld(String encoded) {
        return encoder.upgradeEncoding(encoded);
    }

    private <T> T inTurn(Supplier<T> work) {
        turns.acquireUninterruptibly();
        try {
            return work.get();
        } finally {
            turns.release();
        }
    }

    /**
     * Refuses a password that is too short or that others try first.
     *
     * @param name of the person, which it must not be made of
     */
    void check(String password, String name) {
        if (password.codePointCount(0, password.length()) < LEAST) {
            throw refusal("it has fewer than " + LEAST + " characters. Choose a longer one; a sentence does well");
        }

        if (password.length() > MOST) {
            throw refusal("it has more than " + MOST + " characters. Choose a shorter one");
        }

        String folded = password.toLowerCase(Locale.ROOT);
        String bare = folded.replaceAll("[^\\p{L}]", "");
        boolean few = folded.codePoints().distinct().count() < 4;
        if (few || common.contains(folded) || common.contains(bare)) {
            throw refusal("it is one that is tried first. Choose another one");
        }

        String own = name.toLowerCase(Locale.ROOT).strip();
        if (!own.isEmpty() && folded.replace(own, "").length() < LEAST / 2) {
            throw refusal("it is hardly more than the user's name. Choose another one");
        }
    }

    private static Refusal refusal(String reason) {
        return Refusal.invalid("WEAK_PASSWORD", "Cannot use this password: " + reason + ".")
                .with("field", "password");
    }

    private static Set<String> common() {
        try (InputStream in = Objects.requireNonNull(Passwords.class.getResourceAsStream("common-passwords.txt"));
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return lines.lines().filter(line -> !line.startsWith("#")).collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
