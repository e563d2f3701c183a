package io.muster.directory.store;

import java.io.IOException;

/** Writes contacts in one format. */
interface ExportWriter {

    /** Writes a contact. */
    void write(ExportRow contact) throws IOException;

    /** Writes what is left; the stream stays open. */
    void finish() throws IOException;
}
