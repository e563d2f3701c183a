package io.muster.access;

import io.muster.support.Refusal;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Passwords that people choose: with the old one, by a link, or at the command line. Changes join the caller's transaction. */
public final class PasswordLinks {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9]{64}");

    private final Users users;
    private final Passwords passwords;
    private final Secrets secrets;

    /** For these people. */
    public PasswordLinks(Users users, Passwords passwords, Secrets secrets) {
        this.users = users;
        this.passwords = passwords;
        this.secrets = secrets;
    }

    /** A password as it is kept, once it is found good enough for a person of that name. */
    public String checked(String password, String name) {
        passwords.check(password, name);
        return passwords.encode(password);
    }

    /** Gives a person a password; sessions that began before end. */
    public void set(User user, String password) {
        users.setPassword(user, checked(password, user.name()));
    }

    /**
     * Makes a link; earlier ones of the same person count no more.
     *
     * @param user null for the first administrator
     * @return the text that the link carries
     */
    public String make(@Nullable User user) {
        String text = secrets.makeBearer();
        users.addLink(Secrets.hash(text), user);
        return text;
    }

    /** For whom a link counts: the user's name, or empty text for the first administrator; nothing when it does not count. */
    public Optional<String> nameOf(String text) {
        return FORM.matcher(text).matches()
                ? users.link(Secrets.hash(text)).map(PasswordLinks::name)
                : Optional.empty();
    }

    private static String name(Users.LinkFor link) {
        User user = link.user();
        return user == null ? "" : user.name();
    }

    /**
     * Takes a link of a person, with the password that was chosen.
     *
     * @return the person; empty for the first administrator, who is still to be added
     */
    public Optional<User> take(String text, String password, String name) {
        passwords.check(password, name);
        Users.LinkFor link = (FORM.matcher(text).matches()
                        ? users.takeLink(Secrets.hash(text))
                        : Optional.<Users.LinkFor>empty())
                .orElseThrow(() -> Refusal.notFound(
                        "LINK_USED",
                        "Cannot use this link: it was used, or is too old. Ask for a new one: muster users link NAME"));
        Optional<User> user = Optional.ofNullable(link.user());
        user.ifPresent(one -> set(one, password));
        return user;
    }
}
