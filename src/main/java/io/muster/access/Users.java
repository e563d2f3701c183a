package io.muster.access;

import io.muster.access.Preferences.Density;
import io.muster.access.Preferences.Theme;
import io.muster.access.User.Origin;
import io.muster.access.User.UserDirectory;
import io.muster.directory.Actor;
import io.muster.directory.Names;
import io.muster.support.Ids;
import io.muster.support.Refusal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;

/** The people of an installation, and the links with which they choose a password. Changes join the caller's transaction. */
public final class Users {

    /** How long a link counts. */
    public static final Duration LINK_TIME = Duration.ofHours(24);

    /** The code of the refusal of a name that another person has. */
    public static final String NAME_TAKEN = "NAME_TAKEN";

    private static final String COLUMNS = """
        SELECT u.id, u.name, u.roles, u.limited, u.password IS NOT NULL AS has_password, u.issuer, u.subject,
          u.created_at, u.created_by, u.signed_in_at, u.disabled_at, u.sessions_from, u.zone, u.density, u.theme,
          d.id AS directory_id, d.name AS directory_name
        FROM console_user u
        LEFT JOIN console_user_directory l ON l.user_id = u.id AND u.limited = 1
        LEFT JOIN directory d ON d.id = l.directory_id
        """;

    private static final String LIST = COLUMNS + "ORDER BY u.name_key, d.name";
    private static final String BY_KEY = COLUMNS + "WHERE u.name_key = ? ORDER BY d.name";
    private static final String BY_ID = COLUMNS + "WHERE u.id = ? ORDER BY d.name";
    private static final String BY_ORIGIN = COLUMNS + "WHERE u.issuer = ? AND u.subject = ? ORDER BY d.name";
    private static final String LOCK_ALL = "SELECT id FROM console_user ORDER BY id FOR UPDATE";
    private static final String ANY = "SELECT COUNT(*) FROM console_user";
    private static final String PASSWORD = "SELECT password FROM console_user WHERE id = ?";

    private static final String CREATE = """
        INSERT INTO console_user
          (name, name_key, password, issuer, subject, roles, limited, created_at, created_by, sessions_from)
        VALUES (:name, :key, :password, :issuer, :subject, :roles, :limited, :at, :by, :at)
        """;

    private static final String LIMIT =
            "INSERT INTO console_user_directory (directory_id, user_id) VALUES (:directory, :user)";
    private static final String UNLIMIT = "DELETE FROM console_user_directory WHERE user_id = ?";

    private static final String SET_ROLES = "UPDATE console_user SET roles = :roles, limited = :limited WHERE id = :id";
    private static final String SET_ORIGIN = """
        UPDATE console_user SET issuer = :issuer, subject = :subject, password = NULL, sessions_from = :at
        WHERE id = :id
        """;

    private static final String SET_PASSWORD =
            "UPDATE console_user SET password = :password, sessions_from = :at WHERE id = :id";
    private static final String UPGRADE = "UPDATE console_user SET password = :password WHERE id = :id";
    private static final String DISABLE =
            "UPDATE console_user SET disabled_at = :at, sessions_from = :at WHERE id = :id AND disabled_at IS NULL";
    private static final String ENABLE = "UPDATE console_user SET disabled_at = NULL WHERE id = :id";
    private static final String END_SESSIONS = "UPDATE console_user SET sessions_from = :at WHERE id = :id";
    private static final String SET_PREFERENCES =
            "UPDATE console_user SET zone = :zone, density = :density, theme = :theme WHERE id = :id";
    private static final String SIGNED_IN = "UPDATE console_user SET signed_in_at = :at WHERE id = :id";

    private static final String LINK =
            "INSERT INTO console_link (sha256, user_id, expires_at) VALUES (:sha256, :user, :expires)";
    private static final String FIND_LINK =
            "SELECT user_id FROM console_link WHERE sha256 = :sha256 AND expires_at > :now FOR UPDATE";
    private static final String PEEK_LINK =
            "SELECT user_id FROM console_link WHERE sha256 = :sha256 AND expires_at > :now";
    private static final String FORGET_LINKS = "DELETE FROM console_link WHERE user_id <=> :user OR expires_at <= :now";

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final Ids ids;

    /** The people in a database. */
    public Users(JdbcClient jdbc, InstantSource clock, Ids ids) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * Keeps a new person.
     *
     * @param password as it is kept; null when the person is to choose one by a link
     * @param directories the numbers of the only directories; null for all
     */
    public User add(
            String name, @Nullable String password, Set<Role> roles, @Nullable List<Integer> directories, Actor actor) {
        return add(name, password, null, roles, directories, actor);
    }

    /**
     * Keeps a new person who signs in with a provider.
     *
     * @param directories the numbers of the only directories; null for all
     */
    public User add(String name, Origin origin, Set<Role> roles, @Nullable List<Integer> directories, Actor actor) {
        return add(name, null, origin, roles, directories, actor);
    }

    private User add(
            String name,
            @Nullable String password,
            @Nullable Origin origin,
            Set<Role> roles,
            @Nullable List<Integer> directories,
            Actor actor) {
        String checked = Names.checked("Cannot create the user", name, ids);
        GeneratedKeyHolder id = new GeneratedKeyHolder();
        try {
            jdbc.sql(CREATE)
                    .param("name", checked)
                    .param("key", key(checked))
                    .param("password", password)
                    .param("issuer", origin == null ? null : origin.issuer())
                    .param("subject", origin == null ? null : origin.subject())
                    .param("roles", words(roles))
                    .param("limited", directories != null)
                    .param("at", clock.millis())
                    .param("by", actor.text())
                    .update(id);
        } catch (DuplicateKeyException e) {
            throw Refusal.conflict(
                            NAME_TAKEN,
                            "Cannot create the user: there is a user of the name '%s'. Choose another name."
                                    .formatted(checked))
                    .with("field", "name")
                    .causedBy(e);
        }

        int number = Objects.requireNonNull(id.getKey()).intValue();
        limit(number, directories);
        return byId(number).orElseThrow();
    }

    private void limit(int user, @Nullable List<Integer> directories) {
        for (int directory : directories == null ? List.<Integer>of() : directories) {
            jdbc.sql(LIMIT).param("directory", directory).param("user", user).update();
        }
    }

    /** Names that differ only in case are one. */
    private static String key(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }

    private static String words(Set<Role> roles) {
        return roles.stream().sorted().map(Role::word).collect(Collectors.joining(","));
    }

    /** Whether there is anybody. */
    public boolean isEmpty() {
        return jdbc.sql(ANY).query(Integer.class).single() == 0;
    }

    /** All people by name. */
    public List<User> list() {
        return read(LIST);
    }

    /** The person of that name, if there is one. */
    public Optional<User> named(String name) {
        return read(BY_KEY, key(name)).stream().findFirst();
    }

    /** The person of that name; a refusal when there is none. */
    public User find(String name) {
        return named(name)
                .orElseThrow(() -> Refusal.notFound(
                                "UNKNOWN_USER",
                                "Cannot find the user '%s': there is none of that name. See: muster users list"
                                        .formatted(name))
                        .with("user", name));
    }

    /** The person of that number. */
    public Optional<User> byId(int id) {
        return read(BY_ID, id).stream().findFirst();
    }

    /** The person whom a provider calls so; the database passes over blanks at the end, which are no part of a name. */
    public Optional<User> of(Origin origin) {
        return read(BY_ORIGIN, origin.issuer(), origin.subject()).stream()
                .filter(user -> origin.equals(user.origin()))
                .findFirst();
    }

    /**
     * From now on the person signs in with a provider, or again with a password that is still to be chosen. Sessions and links
     * end.
     *
     * @param origin null for a password
     * @throws Refusal when the provider's person has another account
     */
    public void setOrigin(User user, @Nullable Origin origin) {
        try {
            jdbc.sql(SET_ORIGIN)
                    .param("issuer", origin == null ? null : origin.issuer())
                    .param("subject", origin == null ? null : origin.subject())
                    .param("at", clock.millis())
                    .param("id", user.id())
                    .update();
        } catch (DuplicateKeyException e) {
            throw Refusal.conflict(
                            "SUBJECT_TAKEN",
                            "Cannot change how '%s' signs in: another user has this subject of the provider. See: muster users list --json"
                                    .formatted(user.name()))
                    .causedBy(e);
        }

        forgetLinks(user.id());
    }

    /** What is kept of a person's password; empty when none was chosen. */
    Optional<String> password(User user) {
        return jdbc.sql(PASSWORD).param(user.id()).query(String.class).optional();
    }

    /** Keeps a password; sessions that began before end. */
    void setPassword(User user, String encoded) {
        jdbc.sql(SET_PASSWORD)
                .param("password", encoded)
                .param("at", clock.millis())
                .param("id", user.id())
                .update();
    }

    /** Keeps the same password in another form. */
    void upgrade(User user, String encoded) {
        jdbc.sql(UPGRADE).param("password", encoded).param("id", user.id()).update();
    }

    /** Enters that a person has signed in. */
    public void signedIn(User user) {
        jdbc.sql(SIGNED_IN).param("at", clock.millis()).param("id", user.id()).update();
    }

    /**
     * Gives a person other roles.
     *
     * @throws Refusal when nobody could administer any more
     */
    public void setRoles(User user, Set<Role> roles, @Nullable List<Integer> directories) {
        if (!roles.contains(Role.ADMINISTER)) {
            keepAnAdministrator("change the roles of", user);
        }

        setRoles(user, roles, directories != null);
        jdbc.sql(UNLIMIT).param(user.id()).update();
        limit(user.id(), directories);
    }

    /**
     * Gives a person the roles that the provider says, none and the last administrator's included; the directories stay. With
     * no role left, sessions end.
     */
    public void setRolesOfProvider(User user, Set<Role> roles) {
        setRoles(user, roles, user.directories() != null);
        if (roles.isEmpty()) {
            endSessions(user);
        }
    }

    private void setRoles(User user, Set<Role> roles, boolean limited) {
        jdbc.sql(SET_ROLES)
                .param("roles", words(roles))
                .param("limited", limited)
                .param("id", user.id())
                .update();
    }

    /**
     * Keeps a person from signing in; sessions end.
     *
     * @throws Refusal when nobody could administer any more
     */
    public void disable(User user) {
        keepAnAdministrator("disable", user);
        jdbc.sql(DISABLE).param("at", clock.millis()).param("id", user.id()).update();
        forgetLinks(user.id());
    }

    /** Lets a person sign in again. */
    public void enable(User user) {
        jdbc.sql(ENABLE).param("id", user.id()).update();
    }

    /** Keeps how a person wants pages. */
    public void setPreferences(User user, Preferences wanted) {
        ZoneId zone = wanted.zone();
        jdbc.sql(SET_PREFERENCES)
                .param("zone", zone == null ? null : zone.getId())
                .param("density", word(wanted.density()))
                .param("theme", word(wanted.theme()))
                .param("id", user.id())
                .update();
    }

    private static String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    /** Ends all sessions of a person. */
    public void endSessions(User user) {
        jdbc.sql(END_SESSIONS)
                .param("at", clock.millis())
                .param("id", user.id())
                .update();
    }

    private void keepAnAdministrator(String what, User user) {
        // Two that take the last two away wait for each other.
        var ignored = jdbc.sql(LOCK_ALL).query(Integer.class).list();
        boolean another = list().stream()
                .anyMatch(other -> other.id() != user.id()
                        && other.disabled() == null
                        && other.roles().contains(Role.ADMINISTER));
        if (user.roles().contains(Role.ADMINISTER) && user.disabled() == null && !another) {
            throw Refusal.conflict(
                            "LAST_ADMINISTRATOR",
                            "Cannot %s '%s': no other user could administer then. Give another user that role first."
                                    .formatted(what, user.name()))
                    .with("user", user.name());
        }
    }

    /**
     * Keeps a link by which a password is chosen; earlier ones of the same person count no more.
     *
     * @param user null for the first administrator
     */
    void addLink(byte[] sha256, @Nullable User user) {
        Integer id = user == null ? null : user.id();
        forgetLinks(id);
        jdbc.sql(LINK)
                .param("sha256", sha256)
                .param("user", id)
                .param("expires", clock.millis() + LINK_TIME.toMillis())
                .update();
    }

    /**
     * Whom a link is for.
     *
     * @param user null for the first administrator
     */
    record LinkFor(@Nullable User user) {}

    /** Whom a link is for; empty when it does not count. */
    Optional<LinkFor> link(byte[] sha256) {
        return link(PEEK_LINK, sha256);
    }

    /** Takes a link, which counts no more then; empty when it did not count. */
    Optional<LinkFor> takeLink(byte[] sha256) {
        Optional<LinkFor> link = link(FIND_LINK, sha256);
        link.ifPresent(taken -> {
            User user = taken.user();
            forgetLinks(user == null ? null : user.id());
        });
        return link;
    }

    private Optional<LinkFor> link(String sql, byte[] sha256) {
        return jdbc
                .sql(sql)
                .param("sha256", sha256)
                .param("now", clock.millis())
                .query((row, index) -> Optional.ofNullable(row.getObject("user_id", Integer.class)))
                .list()
                .stream()
                .findFirst()
                .map(id -> new LinkFor(id.flatMap(this::byId).orElse(null)))
                .filter(this::counts);
    }

    /** One for the first administrator counts until there is somebody. */
    private boolean counts(LinkFor link) {
        User user = link.user();
        return user == null ? isEmpty() : user.disabled() == null;
    }

    private void forgetLinks(@Nullable Integer user) {
        jdbc.sql(FORGET_LINKS).param("user", user).param("now", clock.millis()).update();
    }

    /** A person has a row for each directory. */
    private List<User> read(String sql, Object... parameters) {
        Map<Integer, List<UserDirectory>> directories = new HashMap<>();
        Map<Integer, User> users = new LinkedHashMap<>();
        jdbc.sql(sql).params(List.of(parameters)).query(row -> {
            int id = row.getInt("id");
            List<UserDirectory> own = directories.computeIfAbsent(id, first -> new ArrayList<>());
            int directory = row.getInt("directory_id");
            if (!row.wasNull()) {
                own.add(new UserDirectory(directory, ids.directory(directory), row.getString("directory_name")));
            }

            users.put(id, user(row, own));
        });
        return List.copyOf(users.values());
    }

    private static User user(ResultSet row, List<UserDirectory> directories) throws SQLException {
        int id = row.getInt("id");
        String issuer = row.getString("issuer");
        return new User(
                id,
                row.getString("name"),
                Arrays.stream(row.getString("roles").split(",", -1))
                        .filter(word -> !word.isEmpty())
                        .map(Role::of)
                        .collect(Collectors.toSet()),
                row.getBoolean("limited") ? directories : null,
                row.getBoolean("has_password"),
                issuer == null ? null : new Origin(issuer, row.getString("subject")),
                row.getLong("created_at"),
                row.getString("created_by"),
                row.getObject("signed_in_at", Long.class),
                row.getObject("disabled_at", Long.class),
                row.getLong("sessions_from"),
                preferences(row));
    }

    private static Preferences preferences(ResultSet row) throws SQLException {
        String zone = row.getString("zone");
        return new Preferences(
                zone == null ? null : zone(zone),
                Density.valueOf(row.getString("density").toUpperCase(Locale.ROOT)),
                Theme.valueOf(row.getString("theme").toUpperCase(Locale.ROOT)));
    }

    /** A newer Java runtime may not know a zone any more: the person can sign in all the same. */
    private static @Nullable ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException unknown) {
            return null;
        }
    }
}
