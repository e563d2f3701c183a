package io.muster.app;

import io.muster.access.PasswordLinks;
import io.muster.access.Preferences;
import io.muster.access.ProvidedPerson;
import io.muster.access.Role;
import io.muster.access.SignIns;
import io.muster.access.User;
import io.muster.access.Users;
import io.muster.directory.Actor;
import io.muster.directory.Directory;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.directory.store.Directories;
import io.muster.support.Refusal;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.transaction.support.TransactionTemplate;

/** The people who use the console: made, given roles, disabled; how they sign in and choose passwords. */
public final class UserService {

    private static final String SETUP = "/setup?token=";

    /** Who acts when a provider says what a person may do. */
    private static final Actor PROVIDER = Actor.system("provider");

    private final TransactionTemplate transactions;
    private final Directories directories;
    private final Users users;
    private final ObjectProvider<PasswordLinks> passwords;
    private final ObjectProvider<SignIns> signIns;
    private final Audit audit;
    private final InstantSource clock;

    UserService(
            TransactionTemplate transactions,
            Directories directories,
            Users users,
            ObjectProvider<PasswordLinks> passwords,
            ObjectProvider<SignIns> signIns,
            Audit audit,
            InstantSource clock) {
        this.transactions = transactions;
        this.directories = directories;
        this.users = users;
        this.passwords = passwords;
        this.signIns = signIns;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Makes a person.
     *
     * @param roles as people write them, one at least
     * @param limits the only directories whose contacts the person sees, by id or name; none: all
     * @param password null when the person is to choose one by a link
     */
    public UserView create(
            Actor actor, String name, List<String> roles, List<String> limits, @Nullable String password) {
        Set<Role> given = roles(roles);
        List<Directory> found = found(limits);
        String encoded = password == null ? null : passwords.getObject().checked(password, name);
        return inTransaction(() -> {
            User user = users.add(name, encoded, given, numbers(found), actor);
            enter(actor, "user.create", user);
            return UserView.of(user);
        });
    }

    private static Set<Role> roles(List<String> words) {
        if (words.isEmpty()) {
            throw Refusal.invalid("NO_ROLE", "Cannot do without a role: give at least one.")
                    .with("field", "role");
        }

        Set<Role> roles = EnumSet.noneOf(Role.class);
        words.forEach(word -> roles.add(Role.of(word)));
        return roles;
    }

    private List<Directory> found(List<String> limits) {
        return limits.stream().map(directories::find).distinct().toList();
    }

    private static @Nullable List<Integer> numbers(List<Directory> found) {
        return found.isEmpty() ? null : found.stream().map(Directory::number).toList();
    }

    private void enter(Actor actor, String action, User user) {
        List<User.UserDirectory> limits = user.directories();
        User.Origin origin = user.origin();
        Map<String, Object> values = Named.values(
                "name",
                user.name(),
                "roles",
                user.roles().stream().sorted().map(Role::word).toList(),
                "directories",
                limits == null
                        ? List.of()
                        : limits.stream().map(User.UserDirectory::id).toList());
        if (origin != null) {
            values.put("issuer", origin.issuer());
        }

        audit.enter(actor, action, AuditSubject.INSTALLATION, values);
    }

    /** All people by name. */
    public List<UserView> list() {
        return users.list().stream().map(UserView::of).toList();
    }

    /** The person of that name. */
    public UserView show(String name) {
        return UserView.of(users.find(name));
    }

    /** Whether there is nobody yet. */
    public boolean isEmpty() {
        return users.isEmpty();
    }

    /** The person of that number as the account is now; empty when it cannot be used. */
    public Optional<User> present(int id) {
        return users.byId(id).filter(user -> user.disabled() == null);
    }

    /**
     * Gives a person other roles, and other limits.
     *
     * @param roles none: those of a person whose roles come from a provider, as they are
     * @param limits the only directories, by id or name; none: all
     * @throws Refusal when other roles are given to a person whose roles come from a provider
     */
    public UserView changeRoles(Actor actor, String name, List<String> roles, List<String> limits) {
        List<Directory> found = found(limits);
        return change(actor, "user.role", name, user -> users.setRoles(user, chosen(user, roles), numbers(found)));
    }

    private static Set<Role> chosen(User user, List<String> words) {
        User.Origin origin = user.origin();
        if (origin == null) {
            return roles(words);
        }

        if (!words.isEmpty() && !user.roles().equals(roles(words))) {
            throw Refusal.conflict(
                            "ROLES_OF_PROVIDER",
                            "Cannot change the roles of '%s': %s says them each time this user signs in. Change them there; here only the directories."
                                    .formatted(user.name(), origin.issuer()))
                    .with("field", "role");
        }

        return user.roles();
    }

    /**
     * From now on a person signs in with a provider; the password counts no more, sessions end.
     *
     * @param origin the provider, and what it calls the person; null: by a password again, which is chosen by a link
     */
    public UserView changeOrigin(Actor actor, String name, User.@Nullable Origin origin) {
        return change(actor, "user.origin", name, user -> users.setOrigin(user, origin));
    }

    /** Keeps a person from signing in, at once. */
    public UserView disable(Actor actor, String name) {
        return change(actor, "user.disable", name, users::disable);
    }

    /** Lets a person sign in again. */
    public UserView enable(Actor actor, String name) {
        return change(actor, "user.enable", name, users::enable);
    }

    /** Ends all sessions of a person. */
    public UserView endSessions(Actor actor, String name) {
        return change(actor, "user.end-sessions", name, users::endSessions);
    }

    @FunctionalInterface
    private interface Change {
        void to(User user);
    }

    private UserView change(Actor actor, String action, String name, Change change) {
        return inTransaction(() -> {
            User user = users.find(name);
            change.to(user);
            User changed = users.byId(user.id()).orElseThrow();
            enter(actor, action, changed);
            return UserView.of(changed);
        });
    }

    /**
     * Makes a link with which a person chooses a password.
     *
     * @param base what addresses of the console begin with
     */
    public UserLink link(Actor actor, String name, String base) {
        return inTransaction(() -> {
            User user = users.find(name);
            if (user.disabled() != null) {
                throw Refusal.conflict(
                        "USER_DISABLED",
                        "Cannot make a link for '%s': the account is disabled. Enable it first: muster users enable %1$s"
                                .formatted(user.name()));
            }

            refuseProvided("make a link for", user);
            audit.enter(actor, "user.link", AuditSubject.INSTALLATION, Map.of("name", user.name()));
            return link(passwords.getObject().make(user), user.name(), base);
        });
    }

    private static void refuseProvided(String what, User user) {
        User.Origin origin = user.origin();
        if (origin != null) {
            throw Refusal.conflict(
                    "PASSWORD_OF_PROVIDER",
                    "Cannot %s '%s': this user signs in with %s. The password is chosen there."
                            .formatted(what, user.name(), origin.issuer()));
        }
    }

    /**
     * Makes the link for the first administrator, while there is nobody.
     *
     * @param base what addresses of the console begin with
     */
    public Optional<UserLink> firstLink(String base) {
        return users.isEmpty()
                ? Optional.of(inTransaction(() -> link(passwords.getObject().make(null), "", base)))
                : Optional.empty();
    }

    private UserLink link(String text, String name, String base) {
        return new UserLink(
                name, base + SETUP + text, clock.instant().plus(Users.LINK_TIME).toString());
    }

    /** For whom a link counts: a name, or empty text for the first administrator; nothing when it does not count. */
    public Optional<String> nameOfLink(String text) {
        return passwords.getObject().nameOf(text);
    }

    /**
     * Takes a link with the password that was chosen; the link counts no more then.
     *
     * @param name of the first administrator; passed over for others
     * @return who may sign in with it
     */
    public User choose(String text, String name, String password) {
        return inTransaction(() -> {
            String own = passwords
                    .getObject()
                    .nameOf(text)
                    .filter(known -> !known.isEmpty())
                    .orElse(name);
            Optional<User> user = passwords.getObject().take(text, password, own);
            User chosen = user.orElseGet(() -> users.add(
                    name,
                    passwords.getObject().checked(password, name),
                    Set.of(Role.ADMINISTER),
                    null,
                    Actor.system("setup")));
            enter(
                    new Actor(Actor.Kind.USER, chosen.name()),
                    user.isPresent() ? "user.password" : "user.create",
                    chosen);
            return users.byId(chosen.id()).orElseThrow();
        });
    }

    /**
     * Gives a person a new password; other sessions end.
     *
     * @param address from where
     * @return the person as the account is then
     * @throws Refusal when the old one is wrong
     */
    public User changePassword(User user, String old, String password, String address) {
        refuseProvided("change the password of", user);
        switch (again(user, old, address)) {
            case SignIns.Result.Known ignored -> {}
            case SignIns.Result.Wrong ignored ->
                throw Refusal.invalid(
                                "WRONG_PASSWORD", "Cannot change the password: the present one is wrong. Repeat it.")
                        .with("field", "old");
            case SignIns.Result.Later later ->
                throw Refusal.invalid(
                                "TOO_MANY_TRIES",
                                "Cannot change the password: too many tries have failed. Try again in %d s."
                                        .formatted(later.pause().toSeconds() + 1))
                        .with("field", "old");
        }

        return inTransaction(() -> {
            passwords.getObject().set(user, password);
            enter(new Actor(Actor.Kind.USER, user.name()), "user.password", user);
            return users.byId(user.id()).orElseThrow();
        });
    }

    /** Keeps how a person wants pages. */
    public void prefer(User user, Preferences wanted) {
        inTransaction(() -> {
            users.setPreferences(user, wanted);
            ZoneId zone = wanted.zone();
            audit.enter(
                    new Actor(Actor.Kind.USER, user.name()),
                    "user.preferences",
                    AuditSubject.INSTALLATION,
                    Named.values(
                            "name",
                            user.name(),
                            "zone",
                            zone == null ? "" : zone.getId(),
                            "density",
                            wanted.density().name().toLowerCase(Locale.ROOT),
                            "theme",
                            wanted.theme().name().toLowerCase(Locale.ROOT)));
            return user;
        });
    }

    /** The account of that name. */
    public User account(String name) {
        return users.find(name);
    }

    /** Enters that one session of a person was ended. */
    public void sessionEnded(Actor actor, User user) {
        inTransaction(() -> {
            enter(actor, "user.end-session", user);
            return user;
        });
    }

    /**
     * Asks for the password once more in the middle of the work.
     *
     * @param address from where
     */
    public SignIns.Result again(User user, String password, String address) {
        return signIns.getObject().again(user, password, address);
    }

    /**
     * Tries to sign in.
     *
     * @param address from where
     */
    public SignIns.Result signIn(String name, String password, String address) {
        return signIns.getObject().tryIt(name, password, address);
    }

    /**
     * Begins to ask a provider who signs in.
     *
     * @param address from where
     * @return how long to wait before, since too many have failed; zero when it may be asked now
     */
    public Duration beginAtProvider(String address) {
        return signIns.getObject().beginAtProvider(address);
    }

    /**
     * Signs in whom a provider has named. A new person gets an account; roles are from now on what the provider says.
     *
     * @param address from where
     */
    public ProvidedSignIn signIn(ProvidedPerson person, String address) {
        signIns.getObject().succeededAtProvider(address);
        try {
            return inTransaction(() -> provided(person));
        } catch (Refusal refusal) {
            // Somebody has made an account of the same name meanwhile; perhaps the same person, who is found now.
            if (refusal.code().equals(Users.NAME_TAKEN)) {
                return inTransaction(() -> provided(person));
            }

            throw refusal;
        }
    }

    private ProvidedSignIn provided(ProvidedPerson person) {
        Optional<User> found = users.of(person.origin());
        if (found.isPresent()) {
            return again(found.get(), person.roles());
        }

        if (person.roles().isEmpty()) {
            return new ProvidedSignIn.NoRole();
        }

        if (users.named(person.name()).isPresent()) {
            return new ProvidedSignIn.NameTaken();
        }

        User made = users.add(
                person.name(), person.origin(), person.roles(), person.everywhere() ? null : List.of(), PROVIDER);
        enter(PROVIDER, "user.create", made);
        return known(made);
    }

    private ProvidedSignIn again(User user, Set<Role> roles) {
        if (user.disabled() != null) {
            return new ProvidedSignIn.Disabled();
        }

        if (!user.roles().equals(roles)) {
            users.setRolesOfProvider(user, roles);
            enter(PROVIDER, "user.role", users.byId(user.id()).orElseThrow());
        }

        return roles.isEmpty() ? new ProvidedSignIn.NoRole() : known(user);
    }

    private ProvidedSignIn known(User user) {
        users.signedIn(user);
        return new ProvidedSignIn.Known(users.byId(user.id()).orElseThrow());
    }

    private <T> T inTransaction(Supplier<T> work) {
        return Objects.requireNonNull(transactions.execute(status -> work.get()));
    }
}
