package io.muster.directory.store;

import io.muster.directory.StoredContact;
import io.muster.support.Ids;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowCallbackHandler;

/** Hands the rows of one window to the writer; after a failed write the rest of the window is only passed over. */
final class ExportWindow implements RowCallbackHandler {

    private final int directory;
    private final ContactExport.@Nullable Chosen chosen;
    private final ExportSide side;
    private final ExportWriter writer;
    private final Ids ids;
    private long written;
    private @Nullable IOException failure;

    ExportWindow(int directory, ContactExport.@Nullable Chosen chosen, ExportSide side, ExportWriter writer, Ids ids) {
        this.directory = directory;
        this.chosen = chosen;
        this.side = side;
        this.writer = writer;
        this.ids = ids;
    }

    @Override
    public void processRow(ResultSet row) throws SQLException {
        // The number comes first.
        if (failure != null || (chosen != null && !chosen.contains(row.getLong(1)))) {
            return;
        }

        StoredContact stored = ContactColumns.contact(row);
        ExportRow contact = new ExportRow(
                ids.contact(directory, stored.number()),
                stored,
                side.lists(stored.number()),
                side.aliases(stored.number()));
        try {
            writer.write(contact);
            written++;
        } catch (IOException e) {
            failure = e;
        }
    }

    long written() throws IOException {
        if (failure != null) {
            throw failure;
        }

        return written;
    }
}
