package io.muster.dedup.resolve;

import io.muster.dedup.KeyMaker;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Opens the view of a directory that suits a file. */
public final class DirectoryViews {

    private final DataSource dataSource;

    /** Views of the directories in a database. */
    public DirectoryViews(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Opens a view of one moment.
     *
     * @param directory the directory's numeric id
     * @param list the target list's numeric id; 0 for none
     * @param keys makes keys under the directory's rules, for this view alone
     */
    public DirectoryView open(int directory, int list, KeyMaker keys) {
        try {
            SnapshotReader reader = new SnapshotReader(dataSource, directory, list);
            if (!reader.hasContacts()) {
                reader.close();
                return new EmptyView();
            }

            return new LookupView(reader, keys, list != 0);
        } catch (SQLException e) {
            throw Reading.failed(e);
        }
    }
}
