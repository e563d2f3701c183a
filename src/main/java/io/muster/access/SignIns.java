package io.muster.access;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** Who signs in, by name and password. Unknown names take as long as wrong passwords and get the same answer. */
public final class SignIns {

    /** No name holds a control character. */
    private static final String AT_PROVIDER = "\u0000";

    private final Users users;
    private final Passwords passwords;
    private final SignInThrottle throttle;

    /** Of these people. */
    public SignIns(Users users, Passwords passwords, InstantSource clock) {
        this.users = users;
        this.passwords = passwords;
        this.throttle = new SignInThrottle(clock);
    }

    /** What came of a try. */
    public sealed interface Result {

        /** The person is known now. */
        record Known(User user) implements Result {}

        /** Name or password is wrong, or the account cannot be used. */
        record Wrong() implements Result {}

        /**
         * Too many have failed.
         *
         * @param pause after which a try counts again
         */
        record Later(Duration pause) implements Result {}
    }

    /**
     * Tries to sign in.
     *
     * @param address from where
     */
    public Result tryIt(String name, String password, String address) {
        Result result = compare(name, password, address);
        if (result instanceof Result.Known known) {
            users.signedIn(known.user());
        }

        return result;
    }

    /**
     * Asks for the password once more in the middle of the work. Failures count as those of signing in.
     *
     * @param address from where
     */
    public Result again(User user, String password, String address) {
        return compare(user.name(), password, address);
    }

    /**
     * Begins to ask a provider who signs in. That counts as failed until {@link #succeededAtProvider}, so that nobody has it asked
     * without end.
     *
     * @param address from where
     * @return how long to wait before; zero when it may be asked now
     */
    public Duration beginAtProvider(String address) {
        return throttle.begin(AT_PROVIDER + address, address);
    }

    /** The provider knew who it was. */
    public void succeededAtProvider(String address) {
        throttle.succeeded(AT_PROVIDER + address, address);
    }

    private Result compare(String name, String password, String address) {
        Duration wait = throttle.begin(name, address);
        if (!wait.isZero()) {
            return new Result.Later(wait);
        }

        Optional<User> user = users.named(name);
        if (user.isEmpty()) {
            passwords.waste(password);
        }

        if (user.isEmpty() || !isPassword(user.get(), password)) {
            return new Result.Wrong();
        }

        throttle.succeeded(name, address);
        return new Result.Known(user.get());
    }

    private boolean isPassword(User user, String password) {
        Optional<String> kept = users.password(user);
        if (kept.isEmpty() || user.disabled() != null) {
            passwords.waste(password);
            return false;
        }

        boolean right = passwords.matches(password, kept.get());
        if (right && passwords.isOld(kept.get())) {
            users.upgrade(user, passwords.encode(password));
        }

        return right;
    }
}
