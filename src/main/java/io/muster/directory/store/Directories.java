package io.muster.directory.store;

import io.muster.database.PageReads;
import io.muster.directory.Directory;
import io.muster.directory.DirectorySettings;
import io.muster.directory.Names;
import io.muster.support.Fold;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.transaction.support.TransactionTemplate;

/** The directories of an installation and their settings. */
public final class Directories {

    private static final String COLUMNS = "SELECT id, name, time_zone, settings, created_at FROM directory ";

    private static final String ALL = COLUMNS + "ORDER BY name";
    private static final String PAGE = COLUMNS + "WHERE name > ? ORDER BY name LIMIT ?";

    private static final String IN_ORDER = COLUMNS + "WHERE id > ? ORDER BY id LIMIT ?";

    private static final String BY_ID = COLUMNS + "WHERE id = ?";

    private static final String BY_NAME = COLUMNS + "WHERE name = ?";

    private static final String FOR_UPDATE = BY_ID + " FOR UPDATE";

    private static final String CREATE =
            "INSERT INTO directory (name, time_zone, settings, created_at) VALUES (?, ?, ?, ?)";

    private static final String CHANGE = "UPDATE directory SET settings = ? WHERE id = ?";

    private static final String RENAME = "UPDATE directory SET name = ? WHERE id = ?";
    private static final String MOVE = "UPDATE directory SET time_zone = ? WHERE id = ?";

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final InstantSource clock;
    private final Ids ids;
    private final PageReads reads;

    private record ByNumber(int number) {}

    private record All() {}

    private record Some(@Nullable String after, int most) {}

    /** Stores directories in that database. */
    public Directories(JdbcClient jdbc, TransactionTemplate transactions, InstantSource clock, Ids ids) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.clock = clock;
        this.ids = ids;
        this.reads = PageReads.of(jdbc);
    }

    /**
     * Creates a directory with default settings and no identity rules.
     *
     * @param name 1 to 255 code points, unique
     * @param started is given the new directory within the same transaction: what it refuses leaves nothing behind
     */
    public Directory create(String name, ZoneId timeZone, Consumer<Directory> started) {
        String checked = Names.checked("Cannot create the directory", name, ids);
        return Objects.requireNonNull(transactions.execute(status -> {
            Directory directory = insert(checked, timeZone);
            started.accept(directory);
            return directory;
        }));
    }

    private Directory insert(String name, ZoneId timeZone) {
        DirectorySettings settings = DirectorySettings.defaults();
        long now = clock.millis();
        GeneratedKeyHolder id = new GeneratedKeyHolder();
        try {
            jdbc.sql(CREATE)
                    .params(name, timeZone.getId(), SettingsJson.write(settings), now)
                    .update(id);
        } catch (DuplicateKeyException e) {
            throw nameTaken("Cannot create the directory '" + name + "'", name, e);
        }

        int number = Objects.requireNonNull(id.getKey()).intValue();
        return new Directory(number, ids.directory(number), name, timeZone, settings, now);
    }

    /** The directory of that id or name; a refusal when there is none. */
    public Directory find(String idOrName) {
        String text = Fold.trim(idOrName);
        OptionalLong id = ids.read(PublicId.DIRECTORY, text);
        Optional<Directory> found = id.isPresent()
                ? byNumber((int) id.getAsLong())
                : jdbc.sql(BY_NAME)
                        .param(text)
                        .query((row, index) -> directory(row))
                        .optional();
        return found.orElseThrow(() -> Refusal.notFound(
                        "UNKNOWN_DIRECTORY",
                        "Cannot use the directory '" + idOrName + "': "
                                + Names.unknown("directory", PublicId.DIRECTORY, text, ids))
                .with("directory", idOrName));
    }

    /** The directory of that numeric id. */
    public Optional<Directory> byNumber(int number) {
        return reads.once(
                new ByNumber(number),
                () -> jdbc.sql(BY_ID)
                        .param(number)
                        .query((row, index) -> directory(row))
                        .optional());
    }

    /** All directories by name. */
    public List<Directory> list() {
        return reads.once(
                new All(),
                () -> jdbc.sql(ALL).query((row, index) -> directory(row)).list());
    }

    /**
     * Some directories by name.
     *
     * @param after the name of the last one of the page before; null for the first page
     */
    public List<Directory> page(@Nullable String after, int most) {
        return reads.once(
                new Some(after, most),
                () -> jdbc.sql(PAGE)
                        .params(after == null ? "" : after, most)
                        .query((row, index) -> directory(row))
                        .list());
    }

    /** Some directories, made after the one of that number, in the order of their making. */
    public List<Directory> inOrder(int after, int most) {
        return jdbc.sql(IN_ORDER)
                .params(after, most)
                .query((row, index) -> directory(row))
                .list();
    }

    /**
     * Gives a directory another name.
     *
     * @param name 1 to 255 code points, unique
     */
    public Directory rename(Directory directory, String name) {
        String doing = "Cannot rename the directory '" + directory.name() + "'";
        String checked = Names.checked(doing, name, ids);
        try {
            jdbc.sql(RENAME).params(checked, directory.number()).update();
        } catch (DuplicateKeyException e) {
            throw nameTaken(doing, checked, e);
        }

        return byNumber(directory.number()).orElseThrow();
    }

    private static Refusal nameTaken(String doing, String name, DuplicateKeyException e) {
        return Refusal.conflict(
                        "NAME_TAKEN", doing + ": there is a directory of that name. Use it, or choose another name.")
                .with("name", name)
                .causedBy(e);
    }

    /**
     * Changes the settings of a directory.
     *
     * @param change is given the settings as they are, and nobody else changes them meanwhile
     * @return the directory afterwards
     */
    public Directory change(int number, UnaryOperator<DirectorySettings> change) {
        return Objects.requireNonNull(transactions.execute(status -> {
            Directory before = jdbc.sql(FOR_UPDATE)
                    .param(number)
                    .query((row, index) -> directory(row))
                    .single();
            DirectorySettings settings = SettingsCheck.checked(change.apply(before.settings()));
            jdbc.sql(CHANGE).params(SettingsJson.write(settings), number).update();
            return new Directory(number, before.id(), before.name(), before.timeZone(), settings, before.createdAt());
        }));
    }

    /** Changes where a directory's days begin. */
    public void moveTo(int number, ZoneId timeZone) {
        jdbc.sql(MOVE).params(timeZone.getId(), number).update();
    }

    private Directory directory(ResultSet row) throws SQLException {
        return new Directory(
                row.getInt("id"),
                ids.directory(row.getInt("id")),
                row.getString("name"),
                ZoneId.of(row.getString("time_zone")),
                SettingsJson.read(row.getString("settings")),
                row.getLong("created_at"));
    }
}
